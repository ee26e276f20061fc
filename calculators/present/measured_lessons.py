"""What measurements teach, as tables: the numbers that were learned, and how well they predict sources that were held out."""

from urllib.parse import urlencode

from calculators import call
from calculators.measured import kinds, learned, lessons, step
from calculators.measured.comparison import compared
from calculators.present.evidence import metric_name
from calculators.present.html import Html, scrolling_table, tag
from calculators.present.measured_tables import percent
from calculators.units import Quantity, show

_JUDGED = ("Measurements", "Sources", "Median absolute error", "Within 15%", "Within 30%")
_SHARING = {False: "One, or several that take turns by layers", True: "Several that share every layer"}


def judgements() -> Html:
    """How well what is learned from other sources predicts the measurements of a source, by metric."""
    rows = []
    for metric in (metric for kind in kinds.KINDS for metric in kind.metrics):
        found = compared(metric)
        if (judged := learned.judge(found)) is not None:
            rows.append(_judgement_row(metric_name(metric), judged))
            if metric == "decode_rate":
                rows.append(_judgement_row("Decode rate, by medians alone", learned.judge(found, learned.medians)))
    return scrolling_table(("Predicted", *_JUDGED), rows, "rp-table", generated=True)


def _judgement_row(name: str, judged: learned.Judgement) -> Html:
    return tag("tr", tag("th", name, scope="row"), *_judged(judged)[:-1])


def offers() -> Html:
    """What calculators offer, judged on sources that were held out: how far the median lies off, how many the range holds."""
    rows = []
    for name, subject in lessons.SUBJECTS.items():
        used = ", ".join(
            call.get(each).title for each in call.names() if (offer := call.get(each).typical) and offer.lesson == name
        )
        judged = learned.judge_offer(name)
        cells = _judged(judged) if judged else [tag("td", "one source has nearly all of them", colspan="6")]
        rows.append(tag("tr", tag("th", f"Share of the {subject.share}", scope="row"), tag("td", used), *cells))
    titles = ("Learned", "Offered by", *_JUDGED, "Inside the range")
    return scrolling_table(titles, rows, "rp-table", generated=True)


def _judged(judged: learned.Judgement) -> list[Html]:
    counts = [tag("td", str(number)) for number in (judged.count, judged.sources)]
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
        link = tag("a", "open the calculator", href=f"../../calculators/decode/?{urlencode(inputs)}")
        cells = (f"{learnt.efficiency:.0%}", besides, f"{percent(low)} to {percent(high)}", str(len(cases)), link)
        rows.append(tag("tr", tag("th", _SHARING[shared], scope="row"), *(tag("td", cell) for cell in cells)))
    titles = ("Accelerators", "Bandwidth reached", "Launch per step", "Eight tenths measured, of predicted", "Measurements", "")
    return scrolling_table(titles, rows, "rp-table", generated=True)
