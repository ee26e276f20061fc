"""One stated number: its link text held against the value behind its destination."""

from calculators.units import Quantity, UnitError, show
from hooks.checks.claims import Bound, ClaimProblem
from hooks.checks.text import TextProblem, Written, countable, holds, in_unit, plain, read_written, replacement

_READ_AS = {"exactly": "", "about": "", "above": "more than ", "at least": "at least ", "below": "less than ", "at most": "at most "}


def compare(link_text: str, before: str, bound: Bound) -> None:
    """Compare a link text (with the text `before` it) and what its destination binds. Raises ClaimProblem."""
    if isinstance(bound.value, str):
        _compare_words(link_text, bound, bound.value)
        return
    try:
        written = read_written(link_text, before)
    except TextProblem as error:
        raise ClaimProblem("claim-text", str(error), f"one number with its unit, such as {_shown(bound)}") from error
    values = bound.value if isinstance(bound.value, tuple) else (bound.value,)
    converted = [_converted(value, written, bound) for value in values]
    if not any(holds(written, value) for value in converted):
        _raise_drift(written, written.shown, values, converted, bound)


def is_unitless(bound: Bound) -> bool:
    """Whether the value is a plain number or a count, which may be written without a unit."""
    values = bound.value if isinstance(bound.value, tuple) else (bound.value,)
    return all(isinstance(value, str) or countable(value.unit) for value in values)


def _compare_words(link_text: str, bound: Bound, words: str) -> None:
    if plain(link_text) != words:
        code = "given-drift" if bound.scheme == "given" else "claim-text"
        raise ClaimProblem(code, f"says {plain(link_text)!r}, {bound.scheme} gives {words!r}", _correct(words, bound))


def _converted(value: Quantity, written: Written, bound: Bound):
    try:
        return in_unit(value, written.unit)
    except UnitError as error:
        message = f"says {written.shown}, {bound.scheme} gives {show(value, 6)}: {error}"
        raise ClaimProblem("claim-unit", message, _correct(_shown(bound), bound)) from error


def _raise_drift(written: Written, said: str, values, converted, bound: Bound) -> None:
    code = "given-drift" if bound.scheme == "given" else "claim-drift"
    gives = " or ".join(show(value, 6) for value in values)
    message = f"says {_READ_AS[written.comparator]}{said}, {bound.scheme} gives {gives} ({bound.working})"
    raise ClaimProblem(code, message, _correct(replacement(written, converted[0]), bound))


def _shown(bound: Bound) -> str:
    value = bound.value[0] if isinstance(bound.value, tuple) else bound.value
    return show(value) if isinstance(value, Quantity) else value


def _correct(right: str, bound: Bound) -> str:
    return f"write {right} and read the sentence again, or correct {bound.origin}"
