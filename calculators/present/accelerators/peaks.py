"""What an accelerator's dense peaks and memory amount to: ridge points, rates per watt, the time to read it all."""

from collections.abc import Iterable

from calculators import call, prices
from calculators.declare import Derived
from calculators.peak_rate import base_of, known_peaks
from calculators.present.accelerators.choosing import choosing
from calculators.present.figures import FROM_A_RECORD, UNKNOWN, link, row
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.tables import anchor
from calculators.records import Fact, Price, Record
from calculators.schema import FOLDERS
from calculators.units import Quantity, show


def table(gpu: Record) -> Html:
    """Ridge point and rate per watt of every dense peak, and the memory against bandwidth and power."""
    titles = ("Peak", "Rate", "Ridge point", "Per watt")
    rates = [_peak_row(gpu, key, peak) for key, peak in known_peaks(gpu).items()]
    parts = (
        *(_section("Dense peaks", titles, rates) if rates else ()),
        *_section("Memory", ("Figure", "Value"), _memory_rows(gpu)),
    )
    return tag("div", *parts, class_="rp-derived", data_generated=True, data_search_exclude=True)


def _rent(gpu: Record) -> tuple[Html, ...]:
    """What a dollar of rent buys at the lowest and at the highest price on demand that still holds."""
    found = prices.current(gpu.slug, "rental", ("on-demand",))
    if not found:
        return ()
    ends = [found[0]] if len(found) == 1 else [found[0], found[-1]]
    titles = ("Rent of one, on demand", "Arithmetic per dollar, at the peak", "Memory traffic per dollar")
    rows = (_rent_row(gpu, price) for price in ends)
    return _section("Rent", titles, rows)


def _rent_row(gpu: Record, price: Price) -> Html:
    run = call.run("balance", {"gpu": gpu.slug, "hourly": f"{price.each.value:.6g} USD/h"})
    asked = tag("a", show(price.each), href=f"{FROM_A_RECORD}prices/#{price.id}")
    told = tag("span", f"{price.place}, {price.date}", class_="rp-also")
    figures = (run.outputs[name] for name in ("rate_per_dollar", "traffic_per_dollar"))
    shown = (
        link(run, show(found, 3).replace("/USD", " per USD")) if isinstance(found, Quantity) else UNKNOWN for found in figures
    )
    return row(join(asked, tag("br"), told), *shown)


def _section(title: str, titles: Iterable[str], rows: Iterable[Html]) -> tuple[Html, Html]:
    return tag("h3", title, id="derived-" + title.lower().replace(" ", "-"), data_search_exclude=True), scrolling_table(
        titles, rows, "rp-table"
    )


def _peak_row(gpu: Record, key: str, peak: Fact | Derived) -> Html:
    inputs = choosing(gpu, key, peak)
    ridge, balance = call.run("roofline", inputs), call.run("balance", inputs)
    unit, per_watt = "TOPS" if key.startswith("int") else "TFLOPS", balance.outputs["rate_per_watt"]
    return row(
        FOLDERS["gpus"]["peak"][key].label,
        _rate(peak, unit),
        link(ridge, show(ridge.outputs["ridge_point"], 3)),
        link(balance, show(Quantity(per_watt.base, f"G{unit[1:]}/W"), 3)) if isinstance(per_watt, Quantity) else UNKNOWN,
    )


def _rate(peak: Fact | Derived, unit: str) -> Html:
    """A printed peak leads to its fact. A derived one leads to the first fact behind it, and says how it follows."""
    known = Quantity(base_of(peak), unit)
    if isinstance(peak, Fact):
        return tag("a", show(known, 5), href=f"#{anchor(peak.key)}")
    shown = tag("a", show(known, 4), href=f"#{anchor(peak.facts[0].key)}", class_="rp-not-printed")
    return join(shown, tag("span", peak.how, class_="rp-qualifier"))


def _memory_rows(gpu: Record) -> Iterable[Html]:
    run = call.run("balance", {"gpu": gpu.slug})
    for name in ("sweep_time", "bandwidth_per_capacity", "bandwidth_per_watt"):
        found = run.outputs[name]
        shown = show(found, 3).replace("/GB", " per GB").replace("/W", " per watt") if isinstance(found, Quantity) else None
        yield row(run.calculator.output_specs[name].label, link(run, shown) if shown else UNKNOWN)
