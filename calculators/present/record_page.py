"""The generated part of the page of one record: everything that follows from its facts, section by section."""

from functools import cache

from calculators import facts
from calculators.present import model_page
from calculators.present.accelerators import page as accelerator_page
from calculators.present.section import Section

_PAGES = {"gpus": accelerator_page.sections, "models": model_page.sections}


@cache
def sections(slug: str) -> tuple[Section, ...]:
    """The sections of a record's page, in reading order; none for a slug that no record has."""
    record = facts.load().records.get(slug)
    return _PAGES[record.folder](record) if record else ()
