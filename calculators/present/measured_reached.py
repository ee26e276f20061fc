"""The section "What programs reach" of a calculator's page: the shares of its bound that published measurements reached."""

from calculators.measured import kinds, statistics
from calculators.measured.comparison import compared
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.measured_tables import percent
from calculators.present.section import Section

_METRICS = {
    "decode": "decode_rate",
    "prefill": "prefill_rate",
    "collectives": "allreduce_bus_bandwidth",
    "roofline": "matmul_time",
    "training_time": "training_rate_per_gpu",
}

_LEARNED = tag("a", "What they teach, and how well it predicts", href="../../notes/learned/")


def sections(name: str) -> tuple[Section, ...]:
    """The section of a calculator's page; none where nothing was measured that it predicts."""
    if name not in _METRICS:
        return ()
    kind, found = kinds.kind_of(_METRICS[name]), compared(_METRICS[name])
    groups = statistics.grouped(found, lambda each: (kinds.framework(each.entry),))
    rows = [_row(framework, each) for (framework,), each in groups.items()]
    titles = ("Program", f"Median {kind.share}", "Eight tenths lie in", "Measurements")
    link = tag("a", "each of them, with its bound", href=f"../../notes/{kind.name}/")
    told = tag("p", "Published measurements, as shares of the bound of this calculator: ", link, ". ", _LEARNED)
    content = join(told, scrolling_table(titles, rows, "rp-table"))
    return (Section("What programs reach", "what-programs-reach", tag("div", content, data_generated=True)),)


def _row(framework: str, each: statistics.Spread) -> Html:
    cells = (percent(each.median), f"{percent(each.low)} to {percent(each.high)}", str(each.count))
    return tag("tr", tag("th", framework, scope="row"), *(tag("td", cell) for cell in cells))
