"""The pages of a folder as a list by subject, for the folder's index: what each is about, in its own words."""

from pathlib import Path

from calculators.present.html import Html, join, tag
from hooks.site.navigation import Entry, by_subject

DOCS = Path(__file__).resolve().parents[2] / "docs"


def pages(folder: str) -> Html:
    """Every page of a folder of docs/ under its subject: title and description, as its front matter says them."""
    groups = by_subject(DOCS / folder)
    parts = [
        join(tag("h2", subject or "More", id=_anchor(subject)), _list(entries)) for subject, entries in groups.items() if entries
    ]
    return tag("div", *parts, data_generated=True)


def _list(entries: list[Entry]) -> Html:
    items = (tag("li", tag("a", entry.title, href=f"{entry.slug}/"), Html("<br>"), entry.description) for entry in entries)
    return tag("ul", *items, class_="rp-pages")


def _anchor(subject: str) -> str:
    return "-".join((subject or "more").lower().split())
