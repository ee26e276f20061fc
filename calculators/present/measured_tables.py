"""Tables of measurements beside their bounds: all of a kind, those farthest from the bound, and medians by group."""

from collections import Counter
from collections.abc import Iterable

from calculators import facts, schema
from calculators.measured import kinds, statistics
from calculators.measured.comparison import Comparison, all_compared, compared
from calculators.measured.explanations import explain
from calculators.present.evidence import conditions, hardware, metric_name, model, place, software
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.units import Quantity, show

_ROWS = {
    "GPU": "text",
    "Model": "text",
    "Measured": "text",
    "Value": "number",
    "Bound": "number",
    "Reached": "number",
    "Precision": "text",
    "Framework": "text",
    "Under": None,
    "Source": "text",
    "Date": "text",
}
_UNEXPLAINED = "better than a bound that nothing beats, without an explanation"


class Unexplained(ValueError):
    """A measurement beats a floor, and its record does not say why: the bound, a fact or the record is wrong."""


def percent(share: float) -> str:
    """A share as readers see it."""
    return f"{share:.1%}" if share < 0.1 else f"{share:.0%}"


def records(name: str) -> Html:
    """Every measurement of a kind with its bound, one row each, whose id is that of the measurement."""
    found = compared(*kinds.named(name).metrics)
    _require_explained(found)
    return scrolling_table(_ROWS, [_row(each) for each in found], "rp-sortable rp-choices", generated=True)


def _require_explained(found: Iterable[Comparison]) -> None:
    beaten = unexplained(found)
    if beaten:
        raise Unexplained("; ".join(f"{each.entry.id} is {_UNEXPLAINED}: {each.address}" for each in beaten))


def unexplained(found: Iterable[Comparison]) -> list[Comparison]:
    """The measurements that are better than they can be, and whose records do not say why."""
    told = ("explanation", "suspect")
    return [each for each in found if each.beaten and not any(word in each.entry.details for word in told)]


def _row(found: Comparison) -> Html:
    entry = found.entry
    value = entry.quantity
    return tag(
        "tr",
        tag("th", f"{entry.count} × " if entry.count > 1 else None, hardware(entry, "../../gpus/"), scope="row"),
        tag("td", model(entry)),
        tag("td", metric_name(entry.metric)),
        tag("td", show(value, 12), data_value=f"{value.base:.9g}"),
        *_bound_cells(found),
        tag("td", entry.details.get("precision", "not stated")),
        tag("td", software(entry)),
        tag("td", conditions(entry)),
        tag("td", *place(entry)),
        tag("td", entry.date),
        id=entry.id,
    )


def _bound_cells(found: Comparison) -> tuple[Html, Html]:
    if found.bound is None:
        return tag("td", tag("span", found.reason, class_="rp-where"), data_value="-1"), tag("td", data_value="-1")
    shown = show(Quantity(found.bound.base, found.entry.unit), 4)
    link = tag("a", shown, href=f"../../calculators/{found.address}")
    return (
        tag("td", link, None if found.question.floor else " (expected)", data_value=f"{found.bound.base:.9g}"),
        tag("td", percent(found.share), data_value=f"{found.share:.6g}"),
    )


def worst(name: str, count: int = 10) -> Html:
    """The measurements of a kind that stay farthest below their bound, or are above it, each with the reason."""
    found = [each for each in compared(*kinds.named(name).metrics) if each.bound is not None]
    above = [each for each in found if each.share > 1]
    below = sorted((each for each in found if each.share <= 1), key=lambda each: each.share)[:count]
    chosen = sorted(above, key=lambda each: -each.share) + below
    rows = [_worst_row(each) for each in chosen]
    return scrolling_table(("Measurement", "Bound", "Reached", "Why"), rows, "rp-table", generated=True)


def _worst_row(found: Comparison) -> Html:
    entry = found.entry
    what = f"{entry.count} × " if entry.count > 1 else ""
    ran = ", ".join(filter(None, (model(entry, ""), entry.details.get("precision"), conditions(entry, short=True))))
    return tag(
        "tr",
        tag(
            "th",
            tag("a", f"{what}{facts.load().accelerators[entry.hardware].short}", href=f"#{entry.id}"),
            f": {ran}",
            scope="row",
        ),
        tag("td", tag("a", show(found.bound, 4), href=f"../../calculators/{found.address}")),
        tag("td", percent(found.share)),
        tag("td", explain(found)),
    )


def spreads(name: str) -> Html:
    """Median and range of the share of the bound, by metric, framework and family of the accelerator."""
    found = compared(*kinds.named(name).metrics)
    base = facts.load()

    def group(each: Comparison) -> tuple[str, ...]:
        entry = each.entry
        family = kinds.family(base.accelerators[entry.hardware])
        return metric_name(entry.metric), kinds.framework(entry), family, str(entry.details.get("precision", "not stated"))

    rows = [
        tag("tr", *(tag("td", part) for part in names), *_spread_cells(each))
        for names, each in statistics.grouped(found, group).items()
    ]
    titles = {"Measured": "text", "Framework": "text", "Family": "text", "Precision": "text"}
    titles |= {"Median": "number", "Eight tenths lie in": None, "Measurements": "number"}
    return scrolling_table(titles, rows, "rp-sortable", generated=True)


def _spread_cells(each: statistics.Spread) -> tuple[Html, Html, Html]:
    return (
        tag("td", percent(each.median), data_value=f"{each.median:.6g}"),
        tag("td", f"{percent(each.low)} to {percent(each.high)}"),
        tag("td", str(each.count), data_value=str(each.count)),
    )


def overview() -> Html:
    """What there is of each kind, how much of it has a bound, and the median share reached; each leads to its page."""
    rows = []
    for kind in kinds.KINDS:
        found = compared(*kind.metrics)
        reached = statistics.spread(found)
        rows.append(
            tag(
                "tr",
                tag("th", tag("a", kind.title, href=f"../{kind.name}/"), scope="row"),
                tag("td", str(len(found)), data_value=str(len(found))),
                tag("td", str(len({each.entry.hardware for each in found}))),
                tag("td", str(sum(each.bound is not None for each in found))),
                tag("td", f"{percent(reached.median)}: {kind.share}"),
                tag("td", f"{percent(reached.low)} to {percent(reached.high)}"),
            )
        )
    titles = ("Kind", "Measurements", "Accelerators", "With a bound", "Median reached", "Eight tenths lie in")
    return scrolling_table(titles, rows, "rp-table", generated=True)


def extent() -> Html:
    """How many measurements there are, of how many accelerators and sources."""
    entries = [found.entry for found in all_compared()]
    text = (
        f"{len(entries):,} measurements of {len({entry.hardware for entry in entries if entry.hardware})} accelerators from "
        f"{len({entry.source.id for entry in entries})} sources."
    )
    return tag("p", text, data_generated=True)


def own() -> Html:
    """What was measured of this site itself; nothing where nothing was."""
    entries = facts.load().measurements.of(*schema.OWN_METRICS)
    if not entries:
        return Html("")
    rows = [
        tag(
            "tr",
            tag("th", metric_name(entry.metric), scope="row"),
            tag("td", show(entry.quantity, 12)),
            tag("td", conditions(entry)),
            tag("td", *place(entry)),
            tag("td", entry.date),
            id=entry.id,
        )
        for entry in entries
    ]
    title = tag("h2", "This site itself", id="this-site-itself")
    return join(title, scrolling_table(("Measured", "Value", "Under", "Source", "Date"), rows, "rp-table", generated=True))


def reasons(name: str) -> Html:
    """Why measurements of a kind have no bound, and how many."""
    counts = Counter(found.reason for found in compared(*kinds.named(name).metrics) if found.bound is None)
    if not counts:
        return tag("p", "Every one of them has a bound.", data_generated=True)
    items = [tag("li", f"{count}: {reason}.") for reason, count in counts.most_common()]
    return tag("ul", *items, data_generated=True)
