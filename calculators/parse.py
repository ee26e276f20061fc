"""Raw inputs -> a calculator's typed input record, or every problem at once."""

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any

from calculators import facts
from calculators.architecture import config
from calculators.declare import RECORDS, Calculator, Derived, Input
from calculators.problems import InputProblem, InputProblems, nearest
from calculators.records import Fact, MissingFact
from calculators.units import Quantity, UnitError, read_quantity, show

_QUOTED_OF_CONFIGURATION = 32  # characters
_QUOTED = 48
_MEANT = 8  # records with a name in common that are listed
_SUCH_AS = 3
_BEGINNING = 4  # letters and digits that two names begin with, such as h100


@dataclass(frozen=True, slots=True)
class InputValue:
    """An input as it was understood: the text, what the calculator computes with, and where it came from."""

    text: str
    value: Any
    origin: str
    fact: Fact | None = None
    derived: Derived | None = None
    remark: str = ""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that the value rests on."""
        return (self.fact,) if self.fact else self.derived.facts if self.derived else ()

    @property
    def shown(self) -> str:
        if isinstance(self.value, Quantity):
            return show(self.value, 6)
        return "not given" if self.value is None else getattr(self.value, "name", str(self.value))


def parse(calculator: Calculator, raw: Mapping[str, Any]) -> dict[str, InputValue]:
    """Read every input of a calculator; a missing one takes its default, an empty one the value of its record if it has one.

    Raises InputProblems listing every unknown field and every bad value with what is accepted.
    """
    specs = calculator.input_specs
    problems = [
        InputProblem(
            _shortened(name),
            _shortened(str(raw[name])),
            f"{calculator.name} has no such input{nearest(name, specs)}",
            ", ".join(specs),
        )
        for name in raw
        if name not in specs
    ]
    values: dict[str, InputValue] = {}
    for name, spec in specs.items():
        text = _as_text(raw.get(name))
        try:
            if not _counts(spec, values):
                values[name] = InputValue("", None, "missing")
                if text:
                    problems.append(_unused(name, spec, text, values))
                continue
            if name in raw and not text and not (spec.fallback or spec.optional):
                raise ValueError("is empty")
            values[name] = _read(spec, text, {known: value.value for known, value in values.items()})
        except (ValueError, LookupError) as error:
            accepted = spec.accepted if text or not spec.fallback else f"{spec.accepted}, typed in"
            problems.append(InputProblem(name, _shortened(text), _visible(str(error)), accepted))
        except _Unread:
            pass  # it depends on an input that is itself a problem and already reported
    if problems:
        raise InputProblems(problems)
    return values


def _counts(spec: Input, values: Mapping[str, InputValue]) -> bool:
    """Whether the input means anything with the choices made before it."""
    if spec.when is None:
        return True
    governor, wanted = spec.when
    if governor not in values:
        raise _Unread
    return values[governor].value in wanted


def _unused(name: str, spec: Input, text: str, values: Mapping[str, InputValue]) -> InputProblem:
    """The problem of a value that would go unused."""
    governor, wanted = spec.when
    message = f"means nothing where {governor} is {values[governor].text}"
    return InputProblem(name, _shortened(text), message, f"nothing here; or {governor} {' or '.join(wanted)}")


class _Unread(Exception):
    """A default cannot be looked up because an earlier input is bad."""


def _shortened(text: str) -> str:
    """A text as a problem quotes it: its length would hide what is wrong, and signs that are not seen might reverse it."""
    longest = _QUOTED_OF_CONFIGURATION if config.is_configuration(text) else _QUOTED
    cut = f"{text[:longest]} …" if len(text) > longest else text
    return _visible(cut)


def _visible(text: str) -> str:
    return "".join(sign if sign.isprintable() else f"‹U+{ord(sign):04X}›" for sign in text)


def _as_text(given: Any) -> str:
    if given is None:
        return ""
    return repr(given) if isinstance(given, float) else str(given).strip()


def _read(spec: Input, text: str, known: Mapping[str, Any]) -> InputValue:
    if spec.kind == "model" and config.is_configuration(text):
        return _pasted(text)
    if len(text) > spec.longest:
        raise ValueError(f"is longer than {spec.longest} characters")
    if not text and spec.fallback:
        return _looked_up(spec, known)
    if not text and spec.optional:
        return InputValue("", None, "missing")
    value = _value(spec, text or spec.default)
    return InputValue(text or spec.default, value, "given" if text else "default")


class _Watched(Mapping):
    """Inputs by name that remember which of them were asked for."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known, self.asked = known, set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return self.known[name]

    def __iter__(self):
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


def followers(calculator: Calculator, values: Mapping[str, InputValue]) -> dict[str, tuple[str, ...]]:
    """The inputs left to their record, by each input that they are looked up from: directly, or through another such input."""
    found: dict[str, tuple[str, ...]] = {}
    for name, asked in _sources_of(calculator, values).items():
        through = {before for before, following in found.items() if asked & set(following)}
        for each in sorted(asked | through):  # in the same order in every process
            found[each] = (*found.get(each, ()), name)
    return found


def _sources_of(calculator: Calculator, values: Mapping[str, InputValue]) -> dict[str, set[str]]:
    """The inputs that each input left to its record was looked up from, in the order of declaration."""
    found, known = {}, {}
    for name, spec in calculator.input_specs.items():
        if spec.fallback and not values[name].text and _counts(spec, values):
            watched = _Watched(known)
            with suppress(MissingFact):
                spec.fallback(watched)
            found[name] = watched.asked
        known[name] = values[name].value
    return found


def follow(
    calculator: Calculator, values: Mapping[str, InputValue], moved: tuple[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    """The inputs `names` as they are looked up again once another input is `moved` to a value.

    Raises ValueError or LookupError where one is not known there.
    """
    known = {name: value.value for name, value in values.items()} | dict([moved])
    found = {}
    for name in names:
        known[name] = found[name] = _looked_up(calculator.input_specs[name], known).value
    return found


def _pasted(text: str) -> InputValue:
    """A model by its configuration; kept without the fields that were not needed, so that it fits into an address."""
    found = config.read(text)
    unread = ", ".join(found.unread)
    remark = f"Not read from the pasted configuration, though it may matter: {unread}." if unread else ""
    return InputValue(found.text, found.record, "given", remark=remark)


def _looked_up(spec: Input, known: Mapping[str, Any]) -> InputValue:
    try:
        found = spec.fallback(known)
    except MissingFact:
        if spec.optional:
            return InputValue("", None, "missing")
        raise
    except KeyError as error:
        raise _Unread from error
    if isinstance(found, Fact):
        return InputValue("", Quantity(found.base, spec.unit), "fact", found)
    if isinstance(found, Derived):
        return InputValue("", Quantity(found.quantity.base, spec.unit), "derived", derived=found)
    if found is None and spec.optional:
        return InputValue("", None, "missing")
    if found is None:
        raise ValueError("is needed here")
    return InputValue("", found, "default")


def _value(spec: Input, text: str) -> Any:
    if spec.kind in RECORDS:
        folder, what = RECORDS[spec.kind]
        return _record(text, getattr(facts.load(), folder), what)
    if spec.kind == "choice":
        if text not in spec.choices:
            raise ValueError(f"is not one of the choices{nearest(text, spec.choices)}")
        return text
    if spec.kind == "text":
        spec.reader(text)
        return text
    return _fact_or_number(text) if spec.kind == "anything" else _number(spec, text)


def _record(text: str, records: Mapping[str, Any], what: str) -> Any:
    if text in records:
        return records[text]
    some = f"; there are {len(records)}, such as {', '.join(islice(records, _SUCH_AS))}"
    raise ValueError(f"is not {what} of the fact base{_meant(text, records) or some}")


def _meant(text: str, records: Mapping[str, Any]) -> str:
    """The records whose names hold the text, such as every H100 for 'H100'; else those that begin or are spelled like it."""
    sought = _plain(text)
    holding = [slug for slug, record in records.items() if sought and sought in _plain(f"{slug} {record.name}")]
    alike = {slug: _shared(sought, _plain(slug)) for slug in records}
    longest = max(alike.values(), default=0)
    beginning = [slug for slug, length in alike.items() if length == longest] if longest >= _BEGINNING else []
    found = next((some for some in (holding, beginning) if 0 < len(some) <= _MEANT), None)
    return f" (did you mean {', '.join(found)}?)" if found else nearest(text, records)


def _shared(one: str, other: str) -> int:
    """How many letters and digits two names begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _fact_or_number(text: str) -> Fact | Quantity:
    if re.match(r"[a-z][a-z0-9.-]*/[a-z_]+\.", text):
        found = facts.load().fact(text)
        if not found.is_number:
            raise ValueError(f"is {found.value!r}, not a number")
        return found
    try:
        return read_quantity(text)
    except UnitError:
        raise
    except (ValueError, OverflowError) as error:
        raise ValueError("is neither a number nor the address of a fact") from error


_quantity = lru_cache(maxsize=1024)(read_quantity)  # an edit leaves most fields as they were


def _number(spec: Input, text: str) -> Quantity:
    try:
        value = _quantity(text, spec.unit)
    except UnitError as error:
        raise ValueError(f"has the wrong unit: {error}") from error
    except (ValueError, OverflowError) as error:
        raise ValueError("is not a number this can compute with") from error
    if not spec.low <= value.base <= spec.high or not math.isfinite(value.base):
        raise ValueError("is out of range")
    if spec.kind == "count" and value.base != int(value.base):
        raise ValueError("is not a whole number")
    return value
