"""The written side of a stated number: read it, compare it with a value, and say what it should have been.

The rule: the value, in the unit written, rounded to the digits written, equals the number written. A value exactly half way is
rounded up, away from zero, and binary noise beyond 12 significant digits does not count.

Words directly before the number change the rule. With `unit` for one unit of the last significant digit (trailing zeros of a
whole number are not significant after such a word), but never more than NEAR of the number:

    about, roughly, around, approximately, ~, ≈    |value - number| <= unit / 2
    over, more than, above, exceeding, >           number <  value <= number + unit
    at least, no less than, ≥                      number <= value <  number + unit
    under, less than, below, nearly, almost, <     number - unit <= value <  number
    up to, at most, no more than, ≤                number - unit <  value <= number

Without that limit "nearly 2×" would hold for 1.1.

A link text holds exactly one number. Words may stand around it, but the unit is read as far as it goes: "41 ms per token" is a
time per token, and never stands for a time.
"""

import html
import re
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal

from calculators.units import COUNTED, Dimension, Quantity, UnitError, parse_unit, require_same_dimension

Comparator = Literal["exactly", "about", "above", "at least", "below", "at most"]

COMPARATORS: dict[str, Comparator] = {
    "about": "about", "roughly": "about", "around": "about", "approximately": "about", "~": "about", "≈": "about",
    "over": "above", "more than": "above", "above": "above", "exceeding": "above", ">": "above",
    "at least": "at least", "no less than": "at least", "not less than": "at least", "≥": "at least",
    "under": "below", "less than": "below", "fewer than": "below", "below": "below",
    "nearly": "below", "almost": "below", "<": "below",
    "up to": "at most", "at most": "at most", "no more than": "at most", "not more than": "at most", "≤": "at most",
}  # fmt: skip
NEAR = Decimal("0.1")  # the share of a number that a word in front of it may hide
MULTIPLIERS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
NUMBER = re.compile(
    r"(?P<sign>[-+−](?=\$?\d))?(?P<dollar>\$\s?)?"
    r"(?P<digits>\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)(?P<exponent>[eE][-+]?\d{1,3}(?!\w))?"
)
_WORDS = sorted(COMPARATORS, key=len, reverse=True)
BEFORE = re.compile(
    r"(?:^|[^\w])(" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in _WORDS) + r")\s*(?:an?\s+)?[*_]*$", re.I
)
_COUNTS = {*COUNTED, "token"}


class TextProblem(ValueError):
    """A link text that does not state exactly one number."""


@dataclass(frozen=True, slots=True)
class Written:
    """A number as written: its value in `unit`, the exponents of its last and its last significant digit, and its comparator."""

    number: Decimal
    last: int
    significant: int
    unit: str
    comparator: Comparator
    shown: str
    scale: int = 0

    @property
    def step(self) -> Decimal:
        """One unit of the last digit that counts."""
        return Decimal(1).scaleb(self.last if self.comparator == "exactly" else self.significant)

    @property
    def reach(self) -> Decimal:
        """How far the value may be away, to one side or to both together."""
        if self.comparator == "exactly":
            return self.step
        return min(self.step, abs(self.number) * NEAR * (2 if self.comparator == "about" else 1))


@cache
def is_unit(text: str) -> bool:
    """Whether the text names a unit."""
    try:
        parse_unit(text)
    except UnitError:
        return False
    return bool(text.strip())


def plain(text: str) -> str:
    """Link text as a reader sees it: without emphasis marks, escapes and entities."""
    text = re.sub(r"\*+|(?<!\w)_+|_+(?!\w)", "", html.unescape(text))
    return re.sub(r"\\([^\w\s])", r"\1", text).replace("\u00a0", " ").strip()


def comparator_before(text: str) -> Comparator:
    """What the words at the end of `text` say about the number that follows."""
    found = BEFORE.search(text)
    return COMPARATORS[re.sub(r"\s+", " ", found.group(1).lower())] if found else "exactly"


def split_unit(rest: str) -> tuple[str, str]:
    """Split what follows a number into the longest unit and the words after it: ' TB/s of it' -> ('TB/s', ' of it')."""
    body = re.match(r"[-\s\u202f\u2009]?", rest).end()
    ends = [found.end() for found in re.finditer(r"[^\s,;:()\[\]\ufffc]+", rest[body : body + 60])][:5]
    for end in reversed(ends):
        candidate = rest[body : body + end]
        bare = candidate.rstrip(".!?'\"*_")
        if is_unit(" ".join(bare.split())):
            return " ".join(bare.split()), rest[body + len(bare) :]
    attached = re.match(r"[%×$]|[-]?[A-Za-zµμ]+(?=[-\s]|$)", rest)
    if attached and is_unit(attached.group().strip("-")):
        return attached.group().strip("-"), rest[attached.end() :]
    return "", rest


def read_written(link_text: str, before: str = "") -> Written:
    """Read a link text such as 'over 12×' or '$2.50/h'; `before` is the text in front of the link.

    Raises TextProblem unless there is exactly one number.
    """
    text = plain(link_text)
    found = NUMBER.search(text)
    if not found:
        raise TextProblem(f"{text!r} states no number")
    number, last, significant = _decimal(found)
    rest, scale = _multiplier(text[found.end() :])
    unit, after = _unit(found, rest)
    if re.search(r"\d", text[: found.start()] + after) or re.search(r"\w$", text[: found.start()]):
        raise TextProblem(f"{text!r} holds more than one number")
    if re.match(r"\s*(?:/|per\b)", after) or (not unit and re.match(r"\w|\s*[^\W\d]+/", rest)):
        raise TextProblem(f"{text!r} has a unit that is not known: {rest.strip()!r}")
    comparator = comparator_before((before if not text[: found.start()].strip() else "") + text[: found.start()])
    shown = found.group().strip() + text[found.end() : len(text) - len(after)]
    return Written(number.scaleb(scale), last + scale, significant + scale, unit, comparator, shown.strip(), scale)


def _decimal(found: re.Match[str]) -> tuple[Decimal, int, int]:
    number = Decimal(re.sub(r"[,\s]", "", found["digits"]) + (found["exponent"] or ""))
    last = number.as_tuple().exponent
    significant = last
    if "." not in found["digits"] and number:
        significant = number.normalize().as_tuple().exponent
    return (-number if found["sign"] in ("-", "−") else number), last, significant


def _multiplier(rest: str) -> tuple[str, int]:
    found = re.match(rf"[\s-]?({'|'.join(MULTIPLIERS)})\b", rest)
    if not found or re.match(r"\s+tokens?\b", rest[found.end() :]):
        return rest, 0
    return rest[found.end() :], MULTIPLIERS[found.group(1)]


def _unit(found: re.Match[str], rest: str) -> tuple[str, str]:
    if not found["dollar"]:
        return split_unit(rest)
    per = re.match(r"\s*(?:/|per\s+)\s*", rest)
    if not per:
        return "USD", rest
    unit, after = split_unit(" " + rest[per.end() :])
    return (f"USD/{unit}", after) if unit else ("USD", rest)


def in_unit(value: Quantity, unit: str) -> Decimal:
    """The value in the written unit, without binary noise.

    Counts and plain numbers may be written with or without their noun; two different nouns never agree. Raises UnitError.
    """
    have, want = parse_unit(value.unit).dimension, parse_unit(unit).dimension
    if have != want and ((_is_count(have) and not unit) or (not have and _is_count(want))):
        converted = value.base / float(parse_unit(unit).factor)
    else:
        require_same_dimension(value.unit, unit)
        converted = value.to(unit)
    return Decimal(f"{converted:.12g}")


def countable(unit: str) -> bool:
    """Whether a unit is none at all, or a counted thing."""
    dimension = parse_unit(unit).dimension
    return not dimension or _is_count(dimension)


def _is_count(dimension: Dimension) -> bool:
    return len(dimension) == 1 and dimension[0][1] == 1 and dimension[0][0] in _COUNTS


def holds(written: Written, value: Decimal) -> bool:
    """Whether a value (in the written unit) is what the text says."""
    number, step = written.number, written.reach
    match written.comparator:
        case "above":
            return number < value <= number + step
        case "at least":
            return number <= value < number + step
        case "below":
            return number - step <= value < number
        case "at most":
            return number - step < value <= number
        case "about":
            return abs(value - number) <= step / 2
    off = number - value if value < 0 else value - number
    return -step / 2 <= off < step / 2


def replacement(written: Written, value: Decimal) -> str:
    """The number that would be right, with the digits, unit and comparator of the text; more digits where its words need them."""
    exact = written.comparator == "exactly"
    exponent = written.last if exact else written.significant
    number = _stepped(written, value, exponent)
    while not exact and value and not holds(replace(written, number=number, significant=exponent), value):
        exponent -= 1
        number = _stepped(written, value, exponent)
    digits = f"{abs(number).scaleb(-written.scale):,.{max(0, written.scale - min(written.last, exponent))}f}"
    if "," in digits and "," not in written.shown:
        digits = digits.replace(",", "" if len(digits) < 6 else ",")
    sign = "-" if number < 0 else ""
    found = NUMBER.search(written.shown)
    return sign + (found["dollar"] or "") + digits + written.shown[found.end() :]


def _stepped(written: Written, value: Decimal, exponent: int) -> Decimal:
    """The value in steps of 10**exponent, on the side of it that the comparator names."""
    direction = {"above": ROUND_FLOOR, "at least": ROUND_FLOOR, "below": ROUND_CEILING, "at most": ROUND_CEILING}
    step = Decimal(1).scaleb(exponent)
    steps = (value / step).quantize(Decimal(1), direction.get(written.comparator, ROUND_HALF_UP))
    if steps * step == value and written.comparator in ("above", "below"):
        steps += -1 if written.comparator == "above" else 1
    return steps * step
