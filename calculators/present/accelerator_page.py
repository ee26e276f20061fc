"""The generated sections of an accelerator's page."""

from calculators.present import derived, mig_table, tables
from calculators.present.html import join, tag
from calculators.present.section import Section
from calculators.records import Record


def sections(gpu: Record) -> tuple[Section, ...]:
    """Derived figures and rooflines, then every fact."""
    mig = (Section("MIG profiles", "mig", mig_table.table(gpu)),) if gpu.mig else ()
    return (
        Section("Derived figures", "derived", join(derived.derived(gpu.slug), derived.rooflines(gpu.slug))),
        *mig,
        Section("All facts", "facts", join(_how_to_read(), tables.record(gpu.slug))),
    )


def _how_to_read():
    return tag(
        "p",
        "A row says how its value is backed: the source that was read, an equation that gives it again from other facts, "
        "a second source. Rows marked missing say why there is no value.",
    )
