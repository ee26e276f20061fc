"""What a claim says: its number, the unit, the digits it is written with, and the words that narrow it down.

A claim of each kind has its own way of being written: '1,979 TFLOPS BF16', '80 GB', '900 GB/s NVLink', '4x faster', '70B on one
card', '$0.10 per million tokens'. Numbers inside names ('H100', 'FP8', 'RTX 4090') are passed by, because no such unit follows.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from calculators.units import Quantity, parse_unit

LONGEST = 96
_NUMBER = r"(?<![\w.,])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_COUNTS = {
    word: count
    for count, words in enumerate(
        ("", "one a single", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    )
    for word in words.split()
}
_PREFIXES = {"kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E"}
_OPS = r"\s*-?(?:(?:dense|sparse|ai)\s+)?(?P<prefix>kilo|mega|giga|tera|peta|exa|[kmgtpe])[ -]?(?:flops?|flop/s|ops|op/s)\b"
_BYTES = r"\s*(?P<unit>[kmgt]i?b)(?![\w/]|ps)"
_PER_SECOND = r"\s*(?P<prefix>[kmgt])(?P<size>bytes?|bits?|B|b)(?:/s|ps)\b"
_TIMES = r"\s*(?P<unit>x|×|times|fold|%|percent)(?!\w)"
_CARDS = r"\s*(?:x\s+)?(?:gpus?|cards?|accelerators?|[abhl]\d+0s?)\b"
_TOKENS = r"\s*(?:usd)?\s*(?:/|per)\s*(?P<count>1?\s*(?:million|thousand|m|k))?\s*(?:output|input)?\s*(?:tokens?|tok)\b"
FORMS = {
    "rate": "a rate of arithmetic, such as '1979 TFLOPS BF16' or '1 exaflop'",
    "memory": "a size, such as '80 GB'",
    "bandwidth": "a rate of bytes, such as '3.35 TB/s' or '900 GB/s NVLink'",
    "ratio": "a ratio, such as '4x faster', '217% of it' or '30% more'",
    "fits": "a number of cards, such as '70B on one card' or '2 GPUs'",
    "cost": "a price of tokens, such as '$0.10 per million tokens'",
}
ACCEPTED = (
    "a number with its unit, such as '1979 TFLOPS BF16', '80 GB', '900 GB/s NVLink', '4x faster', '70B on one card' or "
    "'$0.10 per million tokens'"
)
# The order in which a claim is read where nobody says what it is about: the plainest units first. A number of cards comes early
# where a model or the word "fits" is named, since '70B on 2x H100' is no ratio, and late where not: '4x faster than one GPU' is.
_READ_AS = ("cost", "rate", "bandwidth", "ratio", "fits", "memory")
_ABOUT_A_MODEL = r"(?<![\w.])\d+(?:\.\d+)?\s*(?:B|billion)\b|\bfits?\b"
# Words that narrow a claim down, and what each means.
_TAGS = {
    "fp64": r"fp64|double precision", "fp32": r"fp32(?! acc)|single precision", "tf32": "tf32", "bf16": "bf16|bfloat16",
    "fp16": r"fp16(?! acc)|half precision", "fp8": "fp8", "fp6": "fp6", "fp4": "fp4|nvfp4", "int8": "int8", "int4": "int4",
    "dense": "dense|without sparsity", "sparse": "(?<!without )spars", "nvlink": "nvlink", "pcie": "pcie|pci express",
    "memory": "memory|hbm|gddr", "input": "input|prefill", "output": "output|decod|generat",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed number in base units, half of its last digit, the unit to show it in, and the words that narrow it down."""

    base: float
    slack: float
    unit: str
    tags: frozenset[str]
    parameters: float | None = None

    @property
    def quantity(self) -> Quantity:
        return Quantity(self.base, self.unit)


def check(text: str) -> None:
    """Raise ValueError unless a claim of some kind can be read from the text."""
    if not any(_found(text, kind) for kind in FORMS):
        raise ValueError("has no number with a unit that this can check")


def kind_of(text: str) -> str:
    """The kind of claim that a text is written as. Raises ValueError where it is none."""
    check(text)
    order = ("fits", *_READ_AS) if re.search(_ABOUT_A_MODEL, text) and not _found(text, "cost") else _READ_AS
    return next(kind for kind in order if _found(text, kind))


def read(text: str, kind: str) -> Claim:
    """The claim of a kind. Raises ValueError when the text has no number of that kind, or one that is not above zero."""
    found = _found(text, kind)
    if found is None:
        raise ValueError("has no such number")
    number, unit, more = found
    if not number > 0:
        raise ValueError("is not above zero")
    size = parse_unit(unit).factor
    slack = Fraction(10) ** int(number.as_tuple().exponent) / 2
    named = re.search(r"(?<![\w.])(\d+(?:\.\d+)?)\s*(?:B|billion)\b", text)
    parameters = float(Decimal(named.group(1)) * 10**9) if named else None
    base, shown = Fraction(number) * size + more, "x" if unit == "%" else unit
    return Claim(float(base), float(slack * size), shown, _tags(text), parameters)


def _tags(text: str) -> frozenset[str]:
    return frozenset(tag for tag, words in _TAGS.items() if re.search(rf"\b(?:{words})", text, re.IGNORECASE))


def _found(text: str, kind: str) -> tuple[Decimal, str, int] | None:
    """The number, its unit, and what is added to it (one, in '30% more'); None where there is none of the kind."""
    if kind == "fits":
        return _cards(text)
    if kind == "ratio" and re.search(r"\b(twice|double)\b", text, re.IGNORECASE):
        return Decimal(2), "x", 0
    units = {"rate": _OPS, "memory": _BYTES, "bandwidth": _PER_SECOND, "ratio": _TIMES, "cost": _TOKENS}[kind]
    flags = re.NOFLAG if kind == "bandwidth" else re.IGNORECASE
    found = re.search(_NUMBER + units, text if kind != "bandwidth" else _lower_prefix(text), flags)
    if not found:
        return None
    number = Decimal(found["number"].replace(",", ""))
    more = 1 if kind == "ratio" and re.match(r"%\s*(more|faster|better|higher|larger)", text[found.start("unit") :]) else 0
    return number, _unit(kind, found), more


def _lower_prefix(text: str) -> str:
    # 'GB' and 'Gb' differ, 'gb' is taken as bytes: only the case of the size of a thing counts.
    return re.sub(r"(?<=\d)(\s*)([kmgtKMGT])(?=(?:B|b|bytes?|bits?)(?:/s|ps))", lambda found: found[1] + found[2].lower(), text)


def _unit(kind: str, found: re.Match[str]) -> str:
    if kind in ("rate", "bandwidth"):
        prefix = found["prefix"].lower()
        prefix = _PREFIXES.get(prefix, prefix if prefix == "k" else prefix.upper())
        bits = kind == "bandwidth" and found["size"] in ("b", "bit", "bits")
        return f"{prefix}{_counted(found.group())}" if kind == "rate" else f"{prefix}{'bit' if bits else 'B'}/s"
    if kind == "memory":
        prefix, *binary = found["unit"][:-1]
        return f"{prefix.lower() if prefix in 'kK' and not binary else prefix.upper()}{'i' if binary else ''}B"
    if kind == "ratio":
        return "%" if found["unit"].lower() in ("%", "percent") else "x"
    count = (found["count"] or "").lower().removeprefix("1").strip()
    return {"m": "USD/Mtoken", "million": "USD/Mtoken", "k": "USD/ktoken", "thousand": "USD/ktoken", "": "USD/token"}[count]


def _counted(written: str) -> str:
    return "FLOPS" if "fl" in written.lower() else "OPS"


def _cards(text: str) -> tuple[Decimal, str, int] | None:
    word = re.search(rf"\b({'|'.join(_COUNTS)})\s+(?:\w+[ -]+)?(?:\w*\d\w*|gpu|card|accelerator)s?\b", text, re.IGNORECASE)
    if word:
        return Decimal(_COUNTS[word.group(1).lower()]), "GPU", 0
    number = re.search(_NUMBER + _CARDS, text, re.IGNORECASE)
    whole = number and Decimal(number["number"].replace(",", ""))
    return (whole, "GPU", 0) if whole and whole == int(whole) else None
