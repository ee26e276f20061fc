"""What the words at a link say about what it leads to: "dense" beside a sparse peak, one name on the page of another record."""

import re
from pathlib import PurePosixPath
from urllib.parse import parse_qsl

from calculators import call
from calculators.records import FactBase
from calculators.units import parse_unit
from hooks.checks.names import Names
from hooks.checks.page import MASK, Link

_GAP = rf"[\s{MASK}]"
_AFTER = re.compile(rf"{_GAP}*[,(]?{_GAP}*(?P<word>dense|sparse)\b", re.I)
_BEFORE = re.compile(rf"\b(?P<word>dense|sparse){_GAP}+(?:[\w-]+{_GAP}+)?{_GAP}*$", re.I)
_WITHIN = re.compile(r"\b(?P<word>dense|sparse)\b", re.I)
_REACH = 40
_RATE = parse_unit("FLOPS").dimension


def words(visible: str, link: Link) -> list[tuple[int, int]]:
    """Where "dense" or "sparse" stands in a link, right behind it, or in front of it with one word between at most."""
    start, end = link.offset + 1, link.offset + 1 + len(link.text)
    first = max(0, start - _REACH)
    places = (
        (start, _WITHIN.search(link.text)),
        (0, _AFTER.match(visible, end)),
        (first, _BEFORE.search(visible[first : start - 1])),
    )
    return [(at + found.start("word"), at + found.end("word")) for at, found in places if found]


def contradiction(visible: str, link: Link, base: FactBase) -> str:
    """Why the word beside a link cannot be right: the link leads to a dense peak and the word is "sparse", or the reverse."""
    kind = kind_of(link, base)
    said = {visible[start:end].lower() for start, end in words(visible, link)}
    if not kind or not said or kind in said:
        return ""
    return f"says {said.pop()}, but what stands behind it is {kind}"


def kind_of(link: Link, base: FactBase) -> str:
    """Whether a fact or a calculated rate is dense or sparse; nothing where the question has no meaning."""
    address = link.destination.partition(":")[2]
    if link.scheme == "fact":
        kinds = {qualifier.partition("-")[0] for qualifier in base.fact(address).qualifiers} & {"dense", "sparse"}
        return kinds.pop() if len(kinds) == 1 else ""
    if link.scheme != "calc":
        return ""
    target, _, query = address.partition("?")
    name, _, output = target.partition(".")
    calculator = call.get(name)
    unit = calculator.output_specs[output].unit
    if "sparsity" not in calculator.input_specs or unit is None or parse_unit(unit).dimension != _RATE:
        return ""
    return dict(parse_qsl(query)).get("sparsity", "dense")


def names_another(text: str, link: Link, names: Names, base: FactBase) -> str:
    """The name in the text of a link to the page of a record, where it is that of others; empty where it fits."""
    path = PurePosixPath(link.destination.partition("#")[0])
    record = base.records.get(path.stem)
    if link.scheme or path.suffix != ".md" or not record or path.parent.name not in ("gpus", "models", "..", ""):
        return ""
    named = set(names.records_in(text))
    return "" if not named or record.slug in named else f"names {text!r}, but leads to the page of {record.name}"
