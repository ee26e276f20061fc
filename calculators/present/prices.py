"""What accelerators cost: every price with its date, its place and its terms, old ones marked as old."""

from calculators import facts
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.html import Html, scrolling_table, tag
from calculators.present.tables import source_of
from calculators.prices import as_of, is_old, months
from calculators.records import Price
from calculators.schema import PRICE_TERMS
from calculators.units import show

_COLUMNS = {
    "Accelerator": "text",
    "Each": "number",
    "As printed": None,
    "Terms": "text",
    "Date": "text",
    "Place": "text",
    "Source": "text",
}
_LINES = ("a", "b", "c", "d", "e", "f")
_DATES_OF_A_LINE = 3  # with fewer, a line says more than the prices do


def of_accelerator(slug: str) -> Html | None:
    """The prices of one accelerator, or None when there are none."""
    found = [price for price in facts.load().prices.values() if price.hardware == slug]
    rows = [_row(price, "../", on_own_page=False) for price in _newest_first(found)]
    return scrolling_table(_COLUMNS, rows, "rp-table", generated=True) if rows else None


def table(kind: str) -> Html:
    """All prices of a kind, one row each, whose id is that of the price."""
    found = [price for price in facts.load().prices.values() if price.kind == kind]
    rows = [_row(price, "../gpus/", on_own_page=True) for price in _newest_first(found)]
    return scrolling_table(_COLUMNS, rows, "rp-sortable", generated=True)


def trend(*slugs: str) -> Html:
    """The hourly price of one accelerator on demand by date, a line for each place with enough dates."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for price in _on_demand(slugs):
        name = f"{facts.load().accelerators[price.hardware].short}, {price.place}"
        lines.setdefault(name, []).append(((months(price.date) - 1) / 12, price.each.value))
    long = {name: tuple(points) for name, points in lines.items() if len(points) >= _DATES_OF_A_LINE}
    described = Chart(
        title="What one accelerator costs by the hour, on demand",
        description=f"{len(long)} offers recorded at {_DATES_OF_A_LINE} dates or more, divided by their accelerators.",
        x=Axis("Date", "", calendar=True),
        y=Axis("Price of one accelerator", "USD/h", low=0),
        series=tuple(Series(name, points, role) for (name, points), role in zip(long.items(), _LINES, strict=False)),
    )
    return tag("div", Html(figure(described, "prices-trend")), data_generated=True)


def _on_demand(slugs: tuple[str, ...]) -> list[Price]:
    """The on-demand rentals of some accelerators, in the order of the slugs, then by place and date."""
    prices = facts.load().prices.values()
    found = [price for price in prices if price.terms == "on-demand" and price.hardware in slugs]
    return sorted(found, key=lambda price: (slugs.index(price.hardware), price.place, price.date, price.id))


def _newest_first(prices: list[Price]) -> list[Price]:
    return sorted(prices, key=lambda price: (price.kind, price.date, price.id), reverse=True)


def _row(price: Price, gpus: str, on_own_page: bool) -> Html:
    gpu = facts.load().accelerators[price.hardware]
    old = tag("span", "old", class_="rp-badge rp-badge--differs") if is_old(price, as_of()) else None
    each, terms = price.each, PRICE_TERMS[price.terms]
    return tag(
        "tr",
        tag("th", tag("a", gpu.short, href=f"{gpus}{gpu.slug}/"), scope="row"),
        tag("td", tag("strong", show(each)), data_value=f"{each.base:.9g}"),
        tag("td", f"{show(price.quantity)} for {price.count}" if price.count > 1 else show(price.quantity)),
        tag("td", f"{price.terms}: {terms}"),
        tag("td", price.date, f", until {price.until}" if price.until else None, old),
        tag("td", price.place),
        tag("td", *source_of(price.source, price.where), tag("p", price.note, class_="rp-note") if price.note else None),
        id=price.id if on_own_page else None,
    )
