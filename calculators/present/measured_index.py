"""Where the measurements of an accelerator or a model are: one table over all kinds, whose numbers open a page narrowed down."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode

from calculators import facts
from calculators.measured import kinds
from calculators.present.evidence import hardware, model
from calculators.present.html import Html, scrolling_table, tag
from calculators.records import Measurement

_NO_MODEL = ""


def by_accelerator() -> Html:
    """How many measurements there are of each accelerator, by kind."""
    names = facts.load().accelerators
    return _table("Accelerator", "gpu", lambda entry: names[entry.hardware].short, lambda entry: hardware(entry, "../../gpus/"))


def by_model() -> Html:
    """How many measurements there are of each model, by kind."""
    return _table("Model", "model", _ran, _ran)


def _ran(entry: Measurement) -> str:
    return model(entry, _NO_MODEL)


def _table(title: str, choice: str, name: Callable[[Measurement], str], shown: Callable[[Measurement], Html | str]) -> Html:
    """A row for each name, the most measured first. `choice` is the list of a page's table that offers these names."""
    measurements = facts.load().measurements
    counts: dict[str, Counter[str]] = {}
    heads: dict[str, Html | str] = {}
    for kind in kinds.KINDS:
        for entry in measurements.of(*kind.metrics):
            if found := name(entry):
                counts.setdefault(found, Counter())[kind.name] += 1
                heads.setdefault(found, shown(entry))
    rows = []
    for found, of_kind in sorted(counts.items(), key=lambda item: (-item[1].total(), item[0])):
        cells = [_cell(kind.name, choice, found, of_kind[kind.name]) for kind in kinds.KINDS]
        total = of_kind.total()
        rows.append(tag("tr", tag("th", heads[found], scope="row"), *cells, tag("td", str(total), data_value=str(total))))
    titles = {title: "text"} | {kind.title: "number" for kind in kinds.KINDS} | {"All": "number"}
    return scrolling_table(titles, rows, "rp-sortable", generated=True)


def _cell(kind: str, choice: str, found: str, count: int) -> Html:
    if not count:
        return tag("td", data_value="0")
    address = f"../{kind}/?{urlencode({choice: found})}#every-measurement"
    return tag("td", tag("a", str(count), href=address), data_value=str(count))
