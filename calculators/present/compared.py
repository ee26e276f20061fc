"""Accelerators side by side: a row for each figure and each fact, a column for each accelerator, ratios to the first."""

from collections.abc import Mapping, Sequence
from typing import Any

from calculators.compare import counted_differently
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.tables import TITLES
from calculators.records import Fact, Record
from calculators.schema import ACCELERATOR, QUALIFIERS
from calculators.units import Quantity, UnitError, require_same_dimension, show, unit_text

# Sections that say the same again with skipped multiplications counted, or before the specification was final.
_LEFT_OUT = ("peak_sparse", "peak_sparse_4_16", "peak_preliminary")
# Numbers that name something: their ratio would mean nothing.
_NAMES = ("generation",)
_NONE = "–"


def comparison(gpus: Sequence[Record], figures: Mapping[str, Any]) -> Html:
    """The main figures in a table, and every dense fact section by section, folded away."""
    titles = ("", *(gpu.short for gpu in gpus))
    rows = (_figure(figure, [figure.of(gpu) for gpu in gpus]) for figure in figures.values())
    main = scrolling_table(titles, rows, "rp-table rp-compared", generated=True)
    parts = []
    for section, keys in ACCELERATOR.items():
        found = (
            [] if section in _LEFT_OUT else [_fact_row(f"{section}.{key}", meaning.label, gpus) for key, meaning in keys.items()]
        )
        if rows := [row for row in found if row]:
            caption = tag("p", tag("strong", TITLES[section]))
            parts.append(join(caption, scrolling_table(titles, rows, "rp-table rp-compared", generated=True)))
    return join(
        main, tag("details", tag("summary", "Every fact, side by side"), *parts, class_="rp-all", data_key="facts-compared")
    )


def _figure(figure: Any, known: Sequence[Any]) -> Html:
    cells = []
    for each in known:
        text = show(each.quantity) if each else "not known"
        cells.append(_cell(text, each and known[0] and each is not known[0] and each.quantity.base / known[0].quantity.base))
    return tag("tr", tag("th", figure.label, scope="row"), *cells)


def _fact_row(key: str, label: str, gpus: Sequence[Record]) -> Html | None:
    facts = [gpu.facts.get(key) for gpu in gpus]
    if not any(facts):
        return None
    cells = [_cell(_written(fact), _ratio(fact, facts[0], key) if n else None) for n, fact in enumerate(facts)]
    return tag("tr", tag("th", label, scope="row"), *cells)


def _cell(text: str, ratio: float | None) -> Html:
    shown = tag("span", f" ({show(Quantity(ratio, 'x'), 3)})", class_="rp-also") if ratio else None
    return tag("td", text, shown)


def _written(fact: Fact | None) -> str:
    if fact is None:
        return _NONE
    ways = [QUALIFIERS[word].split(":")[0] for word in fact.qualifiers if word in ("per-direction", "both-directions")]
    if not fact.is_number or fact.unit.startswith("USD"):
        return str(fact)
    written = f"{fact.value:,} {unit_text(fact.unit, float(fact.value))}".strip().replace("^2", "²")
    return f"{written}, {ways[0]}" if ways else written


def _ratio(fact: Fact | None, first: Fact | None, key: str) -> float | None:
    """How many times the first, where both are numbers of one kind, counted alike."""
    if fact is None or first is None or not (fact.is_number and first.is_number) or key.endswith(_NAMES):
        return None
    try:
        require_same_dimension(fact.unit, first.unit)
    except UnitError:
        return None
    if counted_differently(fact, first) or not first.base > 0:
        return None
    return fact.base / first.base
