"""A generated section of a page: its heading and what stands below it."""

from dataclasses import dataclass

from calculators.present.html import Html


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, its id, and the HTML below it."""

    title: str
    id: str
    html: Html
