"""One stated number: its link text held against the value behind its destination."""

import re
from decimal import Decimal

from calculators.units import Quantity, UnitError, show
from hooks.checks.claims import Bound, ClaimProblem
from hooks.checks.text import TextProblem, Written, countable, holds, in_unit, plain, read_written, replacement

_BINARY = re.compile(r"(?<![A-Za-z])[KMGT]iB(?![A-Za-z])")
_BYTES = re.compile(r"(?<![A-Za-z])(?P<prefix>[kMGT])i?B(?![A-Za-z])")
_READ_AS = {
    "exactly": "",
    "about": "",
    "above": "more than ",
    "at least": "at least ",
    "below": "less than ",
    "at most": "at most ",
}


def compare(link_text: str, before: str, bound: Bound) -> None:
    """Compare a link text (with the text `before` it) and what its destination binds. Raises ClaimProblem."""
    if isinstance(bound.value, str):
        _compare_words(link_text, bound, bound.value)
        return
    try:
        written = read_written(link_text, before)
    except TextProblem as error:
        raise ClaimProblem("claim-text", str(error), f"one number with its unit, such as {_shown(bound)}") from error
    value = _converted(bound.value, written, bound)
    if _hides_its_unit(written, bound.value):
        message = f"{written.shown} has too few digits to tell it from {other_bytes(written.unit)}, which {bound.scheme} gives"
        raise ClaimProblem("claim-unit", message, _correct(_shown(bound), bound))
    if not holds(written, value):
        code = "given-drift" if bound.scheme == "given" else "claim-drift"
        said = _READ_AS[written.comparator] + written.shown
        message = f"says {said}, {bound.scheme} gives {show(bound.value, 6)} ({bound.working})"
        raise ClaimProblem(code, message, _correct(replacement(written, value), bound))


def is_unitless(bound: Bound) -> bool:
    """Whether the value is a plain number or a count, which may be written without a unit."""
    return isinstance(bound.value, str) or countable(bound.value.unit)


def _hides_its_unit(written: Written, value: Quantity) -> bool:
    """Whether GiB stands for GB, or GB for GiB, and the digits are too few to show it: they would be right in both."""
    own, other = written.unit, other_bytes(written.unit)
    if not other or bool(_BINARY.search(own)) == bool(_BINARY.search(value.unit)):
        return False
    return holds(written, in_unit(value, own)) and holds(written, in_unit(value, other))


def other_bytes(unit: str) -> str:
    """GiB for GB and GB for GiB, within any unit; empty for a unit without them."""
    if found := _BINARY.search(unit):
        return unit[: found.start()] + found.group().replace("i", "").replace("K", "k") + unit[found.end() :]
    found = _BYTES.search(unit)
    return f"{unit[: found.start()]}{found['prefix'].replace('k', 'K')}iB{unit[found.end() :]}" if found else ""


def _compare_words(link_text: str, bound: Bound, words: str) -> None:
    if plain(link_text) != words:
        code = "given-drift" if bound.scheme == "given" else "claim-text"
        raise ClaimProblem(code, f"says {plain(link_text)!r}, {bound.scheme} gives {words!r}", _correct(words, bound))


def _converted(value: Quantity, written: Written, bound: Bound) -> Decimal:
    try:
        return in_unit(value, written.unit)
    except UnitError as error:
        message = f"says {written.shown}, {bound.scheme} gives {show(value, 6)}: {error}"
        raise ClaimProblem("claim-unit", message, _correct(_shown(bound), bound)) from error


def _shown(bound: Bound) -> str:
    return show(bound.value) if isinstance(bound.value, Quantity) else bound.value


def _correct(right: str, bound: Bound) -> str:
    return f"write {right} and read the sentence again, or correct {bound.origin}"
