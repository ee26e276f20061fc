"""What measurements teach, as tables: the numbers that were learned, and how well they predict sources that were held out."""

from urllib.parse import urlencode

from calculators import call, facts
from calculators.measured import judging, kinds, lessons, step
from calculators.measured.comparison import compared
from calculators.present.html import Html, scrolling_table, tag
from calculators.present.measured_tables import percent
from calculators.units import Quantity, show

_JUDGED = ("Median error", "Within 15%", "Within 30%", "In the range")
_SHARING = {False: "One, or several that take turns by layers", True: "Several that share every layer"}


def offers() -> Html:
    """What calculators offer, by kind, judged on held-out sources: how far the median lies off, how many the range holds."""
    rows = []
    for name, subject in lessons.SUBJECTS.items():
        judged = judging.judge(name)
        cells = _judged(judged) if judged else [tag("td", "one source has nearly all of them", colspan="6")]
        rows.append(tag("tr", tag("th", subject.title, scope="row"), tag("td", _used_by(name)), *cells))
    titles = ("Kind", "Offered by", "Measurements", "Sources", *_JUDGED)
    return scrolling_table(titles, rows, "rp-table", generated=True)


def _used_by(lesson: str) -> str:
    found = (calculator for name in call.names() if (calculator := call.get(name)).typical)
    return ", ".join(each.title for each in found if each.typical.lesson == lesson)


def sources() -> Html:
    """The same judgement for each source alone."""
    known = facts.load().sources
    rows = []
    for name, subject in lessons.SUBJECTS.items():
        for source, judged in judging.by_source(name).items():
            left_out = tag("td", tag("a", known[source].title, href=f"../../about/sources/#{source}"))
            count, _, *shares = _judged(judged)
            rows.append(tag("tr", tag("th", subject.title, scope="row"), left_out, count, *shares))
    table = scrolling_table(("Kind", "Source held out", "Measurements", *_JUDGED), rows, "rp-table")
    return tag("details", tag("summary", "Each source alone"), table, data_generated=True)


def _judged(judged: judging.Judgement) -> list[Html]:
    counts = [tag("td", str(number)) for number in (judged.count, len(judged.sources))]
    shares = (judged.median_error, judged.within_15, judged.within_30, judged.inside)
    return counts + [tag("td", percent(share)) for share in shares]


def steps() -> Html:
    """The two numbers of a decoding step, learned from all sources, each opening the calculator with them."""
    found = compared("decode_rate")
    rows = []
    for shared, learnt in step.by_sharing(found).items():
        cases = [each for each in found if each.judges and kinds.shares_layers(each.entry) is shared]
        low, high = step.interval(cases, learnt)
        besides = show(Quantity(learnt.besides, "ms"))
        inputs = {"bandwidth_efficiency": f"{learnt.efficiency:.0%}", "launch": f"{learnt.besides * 1e6:.0f} us"}
        link = tag("a", _SHARING[shared], href=f"../../calculators/decode/?{urlencode(inputs)}")
        cells = (f"{learnt.efficiency:.0%}", besides, f"{percent(low)} to {percent(high)}", str(len(cases)))
        rows.append(tag("tr", tag("th", link, scope="row"), *(tag("td", cell) for cell in cells)))
    titles = ("Accelerators", "Bandwidth reached", "Launch per step", "Measured, of predicted", "Measurements")
    return scrolling_table(titles, rows, "rp-table", generated=True)
