"""The box "Checked against": published worked numbers, ours next to them, and where a source has slipped."""

from urllib.parse import urlencode

from calculators import call, references
from calculators.declare import Reference
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.section import Section
from calculators.references import Checked, check
from calculators.units import Quantity, readable, show

_TITLES = ("Published in", "It prints", "We get", "")


def sections(name: str) -> tuple[Section, ...]:
    """The section of a calculator's page; none while it has no reference."""
    calculator = call.get(name)
    found = references.of(name)
    if not found:
        return ()
    rows = (_row(check(calculator, reference)) for reference in found)
    told = "Worked numbers that others have published, recomputed whenever the site is built. Each leads to the calculator."
    table = tag("div", scrolling_table(_TITLES, rows, "rp-table"), data_generated=True)
    return (Section("Checked against", "checked-against", join(tag("p", told), table)),)


def _row(checked: Checked) -> Html:
    reference, run = checked.reference, checked.run
    label = run.calculator.output_specs[reference.output].label
    opened = tag("a", _ours(checked), href=f"?{urlencode(run.given)}" if run.given else "?")
    return tag(
        "tr",
        tag("th", _source(reference), scope="row"),
        tag("td", reference.printed, tag("br"), tag("span", label, class_="rp-also")),
        tag("td", opened),
        tag("td", _verdict(checked), tag("p", reference.why, class_="rp-note") if reference.why else None),
    )


def _source(reference: Reference) -> Html:
    name = tag("a", reference.source, href=reference.address) if reference.address else tag("span", reference.source)
    return join(name, tag("span", f", {reference.where}", class_="rp-where"))


def _ours(checked: Checked) -> str:
    return show(readable(Quantity(checked.ours.base, checked.printed.unit)), 5)


def _verdict(checked: Checked) -> Html:
    if checked.reference.slip:
        return tag("span", "the source has slipped", class_="rp-badge rp-badge--wrong")
    if not checked.agrees:
        return tag("span", "differs", class_="rp-badge rp-badge--differs")
    within = f"within {checked.reference.within}" if checked.reference.within else "agrees"
    return tag("span", within, class_="rp-badge rp-badge--holds")
