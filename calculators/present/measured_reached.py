"""The section "What programs reach" of a calculator's page: the range of published measurements, beside its bound."""

from calculators import call
from calculators.measured import kinds, statistics, step
from calculators.measured.comparison import compared
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.measured_tables import percent
from calculators.present.section import Section
from calculators.units import Quantity, show

_METRICS = {
    "decode": "decode_rate",
    "prefill": "prefill_rate",
    "collectives": "allreduce_bus_bandwidth",
    "roofline": "matmul_time",
    "training_time": "training_rate_per_gpu",
}


def sections(name: str) -> tuple[Section, ...]:
    """The section of a calculator's page; none where nothing was measured that it predicts."""
    if name not in _METRICS:
        return ()
    kind, found = kinds.kind_of(_METRICS[name]), compared(_METRICS[name])
    groups = statistics.grouped(found, lambda each: (kinds.framework(each.entry),))
    rows = [_row(framework, each) for (framework,), each in groups.items()]
    titles = ("Program", f"Median {kind.share}", "Eight tenths lie in", "Measurements")
    link = tag("a", "each of them, with its bound", href=f"../../notes/{kind.name}/")
    told = tag("p", "Published measurements, as shares of the bound of this calculator: ", link, ".")
    typical = _typical() if name == "decode" else None
    content = join(told, *([typical] if typical else []), scrolling_table(titles, rows, "rp-table"))
    return (Section("What programs reach", "what-programs-reach", tag("div", content, data_generated=True)),)


def _row(framework: str, each: statistics.Spread) -> Html:
    cells = (percent(each.median), f"{percent(each.low)} to {percent(each.high)}", str(each.count))
    return tag("tr", tag("th", framework, scope="row"), *(tag("td", cell) for cell in cells))


def _typical() -> Html:
    """The default result as programs would reach it: the learned step, and the range of eight tenths of the measurements."""
    run = call.run("decode")
    shared = run.inputs.gpus > 1 and run.inputs.split != "layer"
    found = [each for each in compared("decode_rate") if each.judges]
    learnt = step.by_sharing(found)[shared]
    low, high = step.interval([each for each in found if kinds.shares_layers(each.entry) is shared], learnt)
    expected = run.result.token_rate * learnt.share(run.result.step_time)
    ends = [show(Quantity(expected * end, "token/s"), 3) for end in (low, high)]
    bound = show(Quantity(run.result.token_rate, "token/s"), 3)
    text = f"With the inputs as they are at first the bound is {bound}; programs typically reach {ends[0]} to {ends[1]}. "
    return tag("p", text, tag("a", "What the measurements teach", href="../../notes/learned/"), " says how that is known.")
