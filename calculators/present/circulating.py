"""Numbers in circulation elsewhere, as they are shown beside what they are about: what is said, the verdict, what is right."""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote_plus

from calculators import facts
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.records import AuditEntry, FactBase, Record
from calculators.schema import TOPICS, VERDICTS

_COLUMNS = {"Said": "text", "Verdict": "text", "Right": None}
_FAULTY = ("wrong", "misleading")
_COUNTED = {"not-derivable": "not derivable", "opinion": "a matter of opinion"}
_FEW = 8  # rows that need no filter


def about(gpu: Record, base: FactBase | None = None) -> Html | None:
    """What circulates about an accelerator: how many statements hold, and those that do not; None when there are none."""
    found = [entry for entry in (base or facts.load()).audit.values() if gpu.slug in entry.subjects]
    if not found:
        return None
    every = tag("a", "all with their working", href=f"../../audit/?subject={quote_plus(gpu.short)}")
    said = tag("p", f"Of {_count(len(found), 'statement')} checked about it, {counted(found)}: ", every, ".")
    rows = [_row(entry) for verdict in _FAULTY for entry in found if entry.verdict == verdict]
    if not rows:
        return tag("div", said, data_generated=True)
    table = scrolling_table(_COLUMNS, rows, "rp-sortable" if len(rows) > _FEW else "rp-table", generated=True)
    return join(tag("div", said, data_generated=True), table)


def counted(entries: Iterable[AuditEntry]) -> str:
    """How often each verdict was given: '12 right, 3 wrong and 1 a matter of opinion'."""
    counts = Counter(entry.verdict for entry in entries)
    parts = [f"{counts[verdict]} {_COUNTED.get(verdict, name(verdict))}" for verdict in VERDICTS if counts[verdict]]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def name(verdict: str) -> str:
    """A verdict in a few words."""
    return VERDICTS[verdict].partition(":")[0]


def badge(entry: AuditEntry) -> Html:
    """The verdict, coloured."""
    return tag("span", name(entry.verdict), class_=f"rp-badge rp-badge--{entry.verdict}")


def subjects(entry: AuditEntry, base: FactBase) -> list[str]:
    """What an entry is about, as readers know it."""
    return [base.records[part].short if part in base.records else part for part in entry.subjects if part != "other"]


def address(entry: AuditEntry) -> str:
    """Where the entry stands, below the folder of the audit."""
    return f"{entry.topic}/#{entry.id}"


def titles(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """The topics that have entries, with their titles."""
    present = {entry.topic for entry in entries}
    return {topic: title for topic, title in TOPICS.items() if topic in present}


def _row(entry: AuditEntry) -> Html:
    return tag(
        "tr",
        tag("th", tag("a", entry.said, href=f"../../audit/{address(entry)}"), scope="row"),
        tag("td", badge(entry), data_value=entry.verdict),
        tag("td", entry.right),
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number:,} {what}s"
