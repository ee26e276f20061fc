"""The section "What programs reach" of a calculator's page: the lesson that it offers, by program, over all accelerators."""

from calculators import call
from calculators.measured import lessons, reached
from calculators.measured.lessons import Group
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.measured_tables import percent
from calculators.present.section import Section
from calculators.units import Quantity, show

_LEARNED = tag("a", "What they teach, and how well it predicts", href="../../notes/learned/")


def sections(name: str) -> tuple[Section, ...]:
    """The section of a calculator's page; none where nothing was measured that it predicts."""
    declared = call.get(name).typical
    if declared is None:
        return ()
    subject, programs = lessons.SUBJECTS[declared.lesson], reached.lesson(declared.lesson).by_program[()]
    besides = any(group.median.besides for _, group in programs)  # a step of decoding takes time that does not shrink with it
    titles = ("Program", "Median", "Eight tenths lie in", *(("Besides, each step",) if besides else ()), "Measurements")
    rows = [_row(program, group, besides) for program, group in programs]
    link = tag("a", "each of them, with its bound", href=f"../../notes/{subject.page}/")
    told = tag("p", f"Published measurements, as shares of the {subject.share}: ", link, ". ", _LEARNED)
    content = join(told, scrolling_table(titles, rows, "rp-table"))
    return (Section("What programs reach", "what-programs-reach", tag("div", content, data_generated=True)),)


def _row(program: str, group: Group, besides: bool) -> Html:
    cells = [percent(group.median.share), f"{percent(group.low.share)} to {percent(group.high.share)}"]
    if besides:
        cells.append(show(Quantity(group.median.besides, "ms"), 2))
    return tag("tr", tag("th", program, scope="row"), *(tag("td", cell) for cell in (*cells, str(group.count))))
