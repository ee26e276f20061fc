"""All calculators by subject: the question of each, and what it answers before anything is typed."""

from calculators import call
from calculators.present.figures import row
from calculators.present.groups import by_subject
from calculators.present.html import Html, join, scrolling_table, tag

_TITLES = ("Question", "Calculator", "By default it answers")


def tables() -> Html:
    """A table for each subject."""
    parts = (_table(subject, names) for subject, names in by_subject().items() if names)
    return tag("div", *parts, data_generated=True)


def _table(subject: str, names: list[str]) -> Html:
    rows = [_row(name) for name in names]
    return join(tag("h3", subject, id=subject.lower().replace(" ", "-")), scrolling_table(_TITLES, rows, "rp-table"))


def _row(name: str) -> Html:
    run = call.run(name)
    return row(run.calculator.question, tag("a", run.calculator.title, href=f"{name}/"), run.summary)
