"""The generated sections of a model's page."""

from calculators.present import tables
from calculators.present.section import Section
from calculators.records import Record


def sections(model: Record) -> tuple[Section, ...]:
    """Every fact."""
    return (Section("All facts", "facts", tables.record(model.slug)),)
