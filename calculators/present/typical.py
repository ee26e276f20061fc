"""What programs typically reach of a result: the sentence under the headline, the working, and lines for a spreadsheet."""

from collections.abc import Iterator

from calculators import facts
from calculators.call import Run
from calculators.measured.lessons import Group
from calculators.measured.typical import Found, Nothing
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.units import Quantity, show

_DIGITS = 3


def sentence(run: Run) -> Html | None:
    """The interval of each output that has one, and a link that calculates with the median."""
    found = run.typical
    if found is None:
        return None
    if isinstance(found, Nothing):
        return tag("p", _unknown(found), class_="rp-typical")
    first, rest = _said(run, found)
    link = tag("a", "Calculate with the median", href=f"?{found.query}") if found.query else None
    return tag("p", tag("strong", first), f"{rest} ", link, class_="rp-typical")


def plain(run: Run) -> str | None:
    """The same sentence without links, for a terminal."""
    found = run.typical
    if found is None:
        return None
    return _unknown(found) if isinstance(found, Nothing) else "".join(_said(run, found))


def _unknown(found: Nothing) -> str:
    return f"What programs reach of this is not known: {found.reason}."


def _said(run: Run, found: Found) -> tuple[str, str]:
    """The first range, and all else."""
    specs = run.calculator.output_specs
    first, *others = found.intervals
    rest = "".join(f"; {_within(specs[each.output].label)} {_range(each.low, each.high)}" for each in others)
    return f"Typically {_range(first.low, first.high)}", f"{rest}. {_learned_from(found)}"


def _within(label: str) -> str:
    """A label within a sentence: in lower case but for abbreviations, such as GPUs."""
    return " ".join(word if word[:2].isupper() else word.lower() for word in label.split())


def _range(low: Quantity, high: Quantity) -> str:
    """Two ends with their unit said once, where both are shown in the same."""
    written = [_short(end) for end in (low, high)]
    number, _, unit = written[0].partition(" ")
    return f"{number if unit and written[1].endswith(f' {unit}') else written[0]} to {written[1]}"


def _short(value: Quantity) -> str:
    """A quantity with as many digits as an end of a range deserves, dollars too."""
    return show(Quantity.of(float(f"{value.value:.{_DIGITS}g}"), value.unit), _DIGITS).removesuffix(".00")


def _learned_from(found: Found) -> str:
    """Which measurements the interval comes from, and what they do not share with the case."""
    group = found.group
    sources = f"{len(group.sources)} sources" if len(group.sources) > 1 else "one source"
    said = f"Eight tenths of {group.count} measurements lie there ({_traits(group)}; {', '.join(group.programs)}; {sources})."
    if len(group.traits) == len(found.traits):
        return said
    missing = ", ".join(found.traits[len(group.traits) :])
    known = f"Only {found.alike}, too few to go by," if found.alike else "None"
    return f"{said} {known} with {missing}."


def _traits(group: Group) -> str:
    return ", ".join(group.traits) or "of all kinds"


def working(run: Run) -> Html | None:
    """The inputs at both ends and at the median with what they give, what each program reached, and the sources."""
    found = run.typical
    if not isinstance(found, Found):
        return None
    subject, group = found.subject, found.group
    told = (
        f"{group.count} published measurements ({_traits(group)}), each as a share of what this calculator allows. A tenth of "
        "them stayed below the low end, a tenth exceeded the high end; no end goes beyond the bound."
    )
    link = tag("a", "Each of them, with its bound", href=f"../../notes/{subject.page}/")
    names = [facts.load().sources[id].title for id in group.sources]
    return join(
        tag("p", told),
        scrolling_table(("", "Low end", "Median", "High end"), list(_rows(run, found)), "rp-table"),
        tag("p", f"By program, share of the {subject.share}:"),
        scrolling_table(("Program", "Low end", "Median", "High end", "Measurements"), _programs(found), "rp-table"),
        tag("p", f"Sources: {'; '.join(names)}. ", link, "."),
    )


def _rows(run: Run, found: Found) -> Iterator[Html]:
    for name, values in found.inputs.items():
        yield _row(run.calculator.input_specs[name].label, *(show(value) for value in values))
    for each in found.intervals:
        label = run.calculator.output_specs[each.output].label
        yield _row(label, *(show(value) for value in (each.low, each.median, each.high)))


def _programs(found: Found) -> list[Html]:
    rows = []
    for part in found.programs:
        ends = (Quantity(reach.share, "%") for reach in (part.group.low, part.group.median, part.group.high))
        rows.append(_row(part.program, *(show(end, _DIGITS) for end in ends), str(part.group.count)))
    return rows


def _row(name: str, *cells: str) -> Html:
    return tag("tr", tag("th", name, scope="row"), *(tag("td", cell) for cell in cells))


def lines(run: Run) -> Iterator[tuple[str, str, str, str, str]]:
    """The lines of the table for a spreadsheet: kind, name, value, unit, label."""
    if not isinstance(run.typical, Found):
        return
    for each in run.typical.intervals:
        label = run.calculator.output_specs[each.output].label
        for end in ("low", "median", "high"):
            value = getattr(each, end)
            yield f"typical {end}", each.output, repr(value.value), value.unit, label
