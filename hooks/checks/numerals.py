"""Which numerals in a text are quantities. Everything is, unless one of the rules here says why it is not.

The rules, in this order; each one masks what it recognizes, and what is left over is a number that must be bound:

    dates       2022-10, 18 October 2022, October 2022, "in 2022", "since 2023", Q1 2024
    references  Table 3, Figure 2, section 4.1, step 2, page 12, p. 36, footnote 1, #12
    ordinals    1st, 2nd, 4th
    markers     1. and 2) in front of the items of a list
    names       names of the fact base and of names.toml: H100 SXM, Llama-2-70B, FP8, GDDR6X
    versions    CUDA 12.4, Python 3.12 to 3.14: a version behind a word that names.toml lists as versioned

A year, a reference and a version are none when a unit follows: "in 2030 GB" is not a year.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from calculators.units import UnitError, read_quantity
from hooks.checks.names import Names
from hooks.checks.page import MASK
from hooks.checks.text import MULTIPLIERS, NUMBER, is_unit, split_unit

Span = tuple[int, int]
Rule = Callable[[str, Names], Iterator[Span]]

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR = r"(?:199\d|20[0-3]\d)"
_DAYS = re.compile(
    rf"\b{_YEAR}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?\b"
    rf"|\b(?:[1-9]|[12]\d|3[01])\s+{_MONTH}\s+{_YEAR}\b"
    rf"|\b{_MONTH}\s+(?:[1-9]|[12]\d|3[01]),\s+{_YEAR}\b"
)
_YEARS = re.compile(
    rf"\b(?:{_MONTH}|Q[1-4]|[Ii]n|[Ss]ince|[Uu]ntil|[Dd]uring|[Bb]efore|[Aa]fter|[Ee]arly|[Ll]ate|[Mm]id-?|[Yy]ear)\s*{_YEAR}(?:\s?[–-]\s?{_YEAR})?\b"
)
_REFERENCES = re.compile(
    r"\b(?:[Tt]ables?|[Ff]igures?|[Ss]ections?|[Cc]hapters?|[Ee]quations?|[Ff]ootnotes?|[Ss]teps?|[Pp]ages?|pp?\.|[Aa]ppendix|[Ll]ines?|[Nn]otes?)"
    r"(?!\s*\n\s*\n)\s+\d+(?:\.\d+)*(?:(?:\s?[–-]\s?|,\s+|\s+(?:and|to|or)\s+)\d+(?:\.\d+)*)*\b|(?<![\w&])#\d+\b"
)
_ORDINALS = re.compile(r"\b\d*(?:1st|2nd|3rd|\dth)\b")
_MARKERS = re.compile(r"^[ \t>]*\d{1,3}[.)](?=[ \t])", re.M)
_VERSION = re.compile(r"\s+v?\d{1,4}(?:\.\d+)*(?:(?:\s?[–-]\s?|,\s+|\s+(?:and|to|or)\s+)v?\d{1,4}(?:\.\d+)+)*\+?(?![\w%]|[.,]\d)")
_DIGIT = re.compile(r"[\d¼-¾⅐-⅞]")
_WORD = re.compile(r"[\w]+(?:[-.,'\u202f][\w]+)*")
_SPELLED = re.compile(
    r"\b(?:(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|dozen"
    rf"|{'|'.join(MULTIPLIERS)})[\s-]+)+(?P<unit>[A-Za-z/]+)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral that no rule excuses: a number, with its unit where one follows, or a word with digits that is no known name."""

    offset: int
    text: str
    is_name: bool = False


def dates(text: str, names: Names) -> Iterator[Span]:
    """Years and dates. A year alone needs a word such as "in" or "since" before it: 2039 may be a bandwidth."""
    yield from (found.span() for found in _DAYS.finditer(text))
    yield from (found.span() for found in _YEARS.finditer(text) if not _counts(text, found.end()))


def references(text: str, names: Names) -> Iterator[Span]:
    """Places in a document: a table, figure, section, step, page, line, issue."""
    yield from (found.span() for found in _REFERENCES.finditer(text) if not _counts(text, found.end()))


def ordinals(text: str, names: Names) -> Iterator[Span]:
    """Ordinals in digits: 4th generation."""
    yield from (found.span() for found in _ORDINALS.finditer(text))


def markers(text: str, names: Names) -> Iterator[Span]:
    """The numbers in front of list items: at the start of a line that begins a block or follows another item."""
    lines = text.split("\n")
    offset, in_list = 0, True
    for line in lines:
        found = _MARKERS.match(line)
        if found and in_list:
            yield offset + found.start(), offset + found.end()
        in_list = not line.strip(f" \t>{MASK}") or bool(found and in_list) or (in_list and line[:1] in " \t")
        offset += len(line) + 1


def known_names(text: str, names: Names) -> Iterator[Span]:
    """Names of accelerators, chips, memories, models, formats and products, as the fact base and names.toml write them."""
    for found in names.pattern.finditer(text):
        names.note_use(found.group(1))
        yield found.span()


def versions(text: str, names: Names) -> Iterator[Span]:
    """Versions behind a product that names.toml lists as versioned."""
    for word in names.version_pattern.finditer(text) if names.version_pattern else ():
        found = _VERSION.match(text, word.end())
        if found and not _counts(text, found.end()):
            names.note_use(word.group(1))
            yield found.span()


RULES: tuple[Rule, ...] = (dates, references, ordinals, markers, known_names, versions)


def excused(text: str, names: Names) -> list[tuple[int, int, Rule]]:
    """Every piece of text that a rule says is no quantity: where it stands, and the rule. Each rule masks what it takes."""
    found = []
    for rule in RULES:
        taken = list(rule(text, names))
        found += [(start, end, rule) for start, end in taken]
        text = _masked(text, taken)
    return sorted(found, key=lambda piece: piece[:2])


def without_exceptions(text: str, names: Names) -> str:
    """The text with everything masked that a rule says is no quantity."""
    return _masked(text, [(start, end) for start, end, _ in excused(text, names)])


def _masked(text: str, spans: list[Span]) -> str:
    characters = list(text)
    for start, end in spans:
        characters[start:end] = [MASK if c != "\n" else c for c in text[start:end]]
    return "".join(characters)


def _counts(text: str, end: int) -> bool:
    """Whether the number that ends here counts or measures something, because a unit follows."""
    return bool(split_unit(text[end : end + 40])[0])


def numerals(text: str, names: Names) -> list[Numeral]:
    """Every numeral of a text that is a quantity or an unknown name."""
    rest = without_exceptions(text, names)
    found: list[Numeral] = []
    place = 0
    while at := _DIGIT.search(rest, place):
        numeral = _numeral_at(rest, at.start())
        found.append(numeral)
        place = max(at.end(), numeral.offset + len(numeral.text))
    found += [Numeral(word.start(), word.group()) for word in _SPELLED.finditer(rest) if _is_measure(word["unit"])]
    return sorted(found, key=lambda numeral: numeral.offset)


def _is_measure(word: str) -> bool:
    return (
        is_unit(word)
        and re.fullmatch(
            r"[kMGTP]?(?:B|bytes?|FLOPS?|FLOPs|W|watts?|Hz)(?:/\w+)?|ms|percent|times|dollars|(?:milli|micro)?seconds", word
        )
        is not None
    )


def _numeral_at(text: str, at: int) -> Numeral:
    start = at
    while start and (
        text[start - 1].isalnum() or text[start - 1] == "_" or (text[start - 1] in "-." and text[start - 2 : start - 1].isalnum())
    ):
        start -= 1
    word = _WORD.match(text, start)
    if text[start].isalpha() and word:
        return Numeral(start, word.group(), is_name=True)
    number = NUMBER.match(text, start - 1 if text[start - 1 : start] == "$" else start) or NUMBER.match(text, at)
    if not number:
        return Numeral(at, text[at])
    unit, after = split_unit(text[number.end() : number.end() + 60])
    if not unit and word and word.end() > number.end() and text[number.end()].isalpha():
        return Numeral(start, word.group(), is_name=True)
    end = number.end() + (len(text[number.end() : number.end() + 60]) - len(after) if unit else 0)
    return Numeral(number.start(), text[number.start() : end])


_IN_CODE = re.compile(r"(?<![\w.])(?<!\w-)\$?\d[\d,.]*(?:[eE]\d+)?[ \u00a0]?(?P<unit>[A-Za-zµμ%×][\w/%×]*)")

_FACT = re.compile(r"\bvalue\s*=\s*[\d.]+")


def quantities_in_code(text: str, names: Names) -> list[Numeral]:
    """Numbers with a unit in code ('80 GB', '2.50 USD/h') and values of facts (value = 80). Bare numbers are inputs."""
    masked = list(text)
    for start, end in known_names(text, names):
        masked[start:end] = MASK * (end - start)
    found = []
    for match in _IN_CODE.finditer("".join(masked)):
        if is_unit(match["unit"]) and _reads(match.group()):
            found.append(Numeral(match.start(), match.group()))
    found += [Numeral(fact.start(), fact.group()) for fact in _FACT.finditer(text)]
    return sorted(found, key=lambda numeral: numeral.offset)


def _reads(text: str) -> bool:
    try:
        read_quantity(text)
    except (ValueError, UnitError):
        return False
    return True
