"""Candidates of a choice: the best of them in a table, and those that lost, grouped by the reason."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from calculators.present.html import Html, join, scrolling_table, tag


def ranking(titles: Sequence[str], best: Iterable[Sequence[str]], losers: Mapping[str, Sequence[tuple[str, str]]]) -> Html:
    """The best as rows of cells; the losers as (accelerator, configuration) under the reason that each of them lost for."""
    rows = [tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in best]
    main = scrolling_table(titles, rows, "rp-table", generated=True) if rows else tag("p", "Nothing qualifies.")
    return join(main, *(_lost(reason, lost) for reason, lost in losers.items() if lost))


def _lost(reason: str, lost: Sequence[tuple[str, str]]) -> Html:
    summary = tag("summary", f"{reason}: {len(lost):,}")
    rows = [
        tag("tr", tag("th", name, scope="row"), tag("td", ", ".join(how for _, how in group)))
        for name, group in groupby(lost, key=lambda each: each[0])
    ]
    table = scrolling_table(("Accelerator", "Configurations"), rows, "rp-table", generated=True)
    return tag("details", summary, table, class_="rp-all", data_key=f"lost-{reason.lower().replace(' ', '-')}")
