"""What can go wrong with a written number: each slip as another text, by the kind of slip."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from hooks.checks.text import COMPARATORS, NUMBER, is_unit

_PREFIXES = ("", "k", "M", "G", "T", "P")
_SECONDS = ("s", "ms", "us", "ns")
_SPELLED = ("thousand", "million", "billion", "trillion")
_PREFIXED = re.compile(
    r"(?<![A-Za-z])(?P<prefix>[kMGTP])(?P<binary>i?)(?P<of>B|b|byte|bit|FLOPS?|FLOPs|OPS?|W|Wh|Hz|token|tok|J)s?(?![A-Za-z])"
)
_SHORT = re.compile(r"(?<![A-Za-z/µμ])(?P<unit>ms|µs|μs|us|ns)(?![A-Za-z])")
_BYTES = re.compile(r"(?<![A-Za-z])[kMGT]i?B(?P<per>/s)?(?![A-Za-z/])")
_DENSE = re.compile(r"\b(dense|sparse)\b", re.I)
_OPPOSITE = {"above": "under", "at least": "under", "below": "over", "at most": "over"}


@dataclass(frozen=True, slots=True)
class Change:
    """One slip: its kind, and the text with it."""

    kind: str
    text: str


def changes(text: str) -> list[Change]:
    """Every slip of a text that holds a number, each once, in the order of their kinds."""
    made = (
        change for kind in (digits, shifted, zeros, sign, prefixes, binary, per_second, wording, bounds) for change in kind(text)
    )
    return list({change.text: change for change in made if change.text != text}.values())


def digits(text: str) -> Iterator[Change]:
    """Each digit, one higher and one lower."""
    for at, sign in enumerate(text):
        if sign in "0123456789":
            for other in sorted({(int(sign) + 1) % 10, (int(sign) - 1) % 10}):
                yield Change("digit", f"{text[:at]}{other}{text[at + 1 :]}")


def shifted(text: str) -> Iterator[Change]:
    """The decimal point of each number, one place to the right and to the left."""
    for found in NUMBER.finditer(text):
        whole, _, part = re.sub(r"[,\s]", "", found["digits"]).partition(".")
        right = f"{whole}{part[:1] or '0'}{'.' + part[1:] if part[1:] else ''}"
        left = f"{whole[:-1] or '0'}.{whole[-1]}{part}"
        for other in (right, left):
            yield Change("decimal point", text[: found.start("digits")] + other + text[found.end("digits") :])


def zeros(text: str) -> Iterator[Change]:
    """Each zero dropped; a zero behind the number."""
    for found in re.finditer("0", text):
        yield Change("zero", text[: found.start()] + text[found.end() :])
    for found in NUMBER.finditer(text):
        if "." not in found["digits"]:
            yield Change("zero", f"{text[: found.end('digits')]}0{text[found.end('digits') :]}")


def sign(text: str) -> Iterator[Change]:
    """Each minus dropped, and one put before what has none."""
    for found in NUMBER.finditer(text):
        if found["sign"] in ("-", "−"):
            yield Change("sign", text[: found.start()] + text[found.start() + 1 :])


def prefixes(text: str) -> Iterator[Change]:
    """The prefix of each unit, one up and one down; a multiplier in words likewise."""
    for found in _PREFIXED.finditer(text):
        at = _PREFIXES.index(found["prefix"])
        for other in _PREFIXES[at - 1 : at + 2 : 2]:
            if other or not found["binary"]:
                yield Change("unit prefix", text[: found.start("prefix")] + other + text[found.end("prefix") :])
    for found in _SHORT.finditer(text):
        at = _SECONDS.index(found["unit"].replace("µ", "u").replace("μ", "u"))
        for other in _SECONDS[at - 1 : at + 2 : 2]:
            yield Change("unit prefix", text[: found.start()] + other + text[found.end() :])
    for found in re.finditer(rf"\b({'|'.join(_SPELLED)})\b", text):
        at = _SPELLED.index(found.group())
        for other in _SPELLED[max(0, at - 1) : at] + _SPELLED[at + 1 : at + 2]:
            yield Change("unit prefix", text[: found.start()] + other + text[found.end() :])


def binary(text: str) -> Iterator[Change]:
    """GB and GiB, each for the other."""
    for found in re.finditer(r"(?<![A-Za-z])(?P<prefix>[kKMGT])(?P<binary>i?)B(?![A-Za-z])", text):
        other = found["prefix"] if found["binary"] else f"{found['prefix']}i".replace("k", "K")
        yield Change("GB and GiB", text[: found.start()] + other + "B" + text[found.end() :])


def per_second(text: str) -> Iterator[Change]:
    """A rate for a size, and a size for a rate."""
    for found in _BYTES.finditer(text):
        other = found.group().removesuffix("/s") if found["per"] else f"{found.group()}/s"
        yield Change("rate and size", text[: found.start()] + other + text[found.end() :])


def wording(text: str) -> Iterator[Change]:
    """Dense for sparse, sparse for dense."""
    for found in _DENSE.finditer(text):
        other = {"dense": "sparse", "sparse": "dense"}[found.group().lower()]
        yield Change("dense and sparse", text[: found.start()] + _like(found.group(), other) + text[found.end() :])


def bounds(text: str) -> Iterator[Change]:
    """The other side for a word that bounds the number: under for over."""
    for word, meaning in COMPARATORS.items():
        if meaning in _OPPOSITE and word[0].isalpha() and (found := re.search(rf"\b{word}\b(?=\W*\d)", text, re.I)):
            yield Change("bounding word", text[: found.start()] + _like(found.group(), _OPPOSITE[meaning]) + text[found.end() :])


def _like(written: str, other: str) -> str:
    return other.capitalize() if written[0].isupper() else other


@cache
def other_units(unit: str) -> tuple[Change, ...]:
    """Every slip of a unit that is a unit again."""
    made = [change for kind in (prefixes, binary, per_second) for change in kind(unit)]
    return tuple(change for change in made if is_unit(change.text))
