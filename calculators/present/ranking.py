"""Candidates of a choice: the best of them in a table, and those that lost, grouped by the reason."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from calculators.present.html import Html, join, scrolling_table, tag


def best(titles: Sequence[str], found: Iterable[Sequence[str]]) -> Html:
    """The best as rows of cells."""
    rows = [tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in found]
    return scrolling_table(titles, rows, "rp-table", generated=True) if rows else tag("p", "Nothing qualifies.")


def lost(losers: Mapping[str, tuple[tuple[str, str], ...]]) -> Html:
    """The losers as (accelerator, configuration), folded away under the reason that each of them lost for."""
    return join(*(_lost(reason, those) for reason, those in losers.items() if those))


@lru_cache(maxsize=16)  # most edits change the order of the best, and leave the losers as they are
def _lost(reason: str, lost: tuple[tuple[str, str], ...]) -> Html:
    summary = tag("summary", f"{reason}: {len(lost):,}")
    rows = [
        tag("tr", tag("th", name, scope="row"), tag("td", ", ".join(how for _, how in group)))
        for name, group in groupby(lost, key=lambda each: each[0])
    ]
    table = scrolling_table(("Accelerator", "Configurations"), rows, "rp-table", generated=True)
    return tag("details", summary, table, class_="rp-all", data_key=f"lost-{reason.lower().replace(' ', '-')}")
