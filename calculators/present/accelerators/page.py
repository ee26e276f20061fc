"""The generated sections of an accelerator's page, in the order in which a reader needs them."""

from calculators.peak_rate import known_peaks
from calculators.present import circulating, evidence, prices, tables
from calculators.present.accelerators import calculate, holds, mig, peaks, rooflines
from calculators.present.html import Html, join, tag
from calculators.present.section import Section
from calculators.records import Record


def sections(gpu: Record) -> tuple[Section, ...]:
    """Derived figures, what it holds, MIG, prices, what was measured, what is said about it, every fact, calculators."""
    roofs = rooflines.rooflines(gpu) if known_peaks(gpu) else None
    found = (
        ("Derived figures", "derived", join(_derived_from(), peaks.table(gpu), roofs)),
        ("Models it holds", "holds", holds.table(gpu)),
        ("MIG profiles", "mig", mig.table(gpu) if gpu.mig else mig.why_not(gpu)),
        ("Prices", "prices", prices.of_accelerator(gpu.slug) or _none("price of it, with date and place,", "prices")),
        ("Measured", "measured", evidence.measured_on(gpu.slug) or _none("measurement on it", "notes/measurements")),
        ("Numbers in circulation", "circulating", circulating.about(gpu) or _none("number of it to check", "audit")),
        ("All facts", "facts", join(_how_to_read(), tables.record(gpu.slug))),
        ("Calculate with it", "calculate", calculate.links(gpu)),
    )
    return tuple(Section(title, id, html) for title, id, html in found if html)


def _derived_from() -> Html:
    return tag("p", "Each figure leads to the calculator that gives it, opened with this accelerator.")


def _none(what: str, listed: str) -> Html:
    """What a reader looks for and does not find is said: an absent section could be an oversight."""
    every = tag("a", "what was found for others", href=f"../../{listed}/")
    return tag("p", f"No {what} was found in the sources that were read; here is ", every, ".")


def _how_to_read() -> Html:
    text = (
        "A row says how its value is backed: the source that was read, an equation that gives it again from other facts, "
        "a second source. Rows marked missing say why there is no value."
    )
    return tag("p", text)
