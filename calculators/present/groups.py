"""How what is many is put in order for readers: accelerators by architecture, models by vendor, calculators by subject, the
audit by topic.
"""

from collections import defaultdict
from collections.abc import Iterable

from calculators import call, facts
from calculators.declare import SUBJECTS
from calculators.facts import FactErrors
from calculators.records import Record
from calculators.schema import TOPICS

_MANY = 20  # accelerators of one vendor, from which on its architectures are told apart


def groups(folder: str) -> dict[str, list[str]]:
    """The slugs of a folder's records by the title of their group, newest group first; empty for folders of other pages."""
    if folder == "calculators":
        return by_subject()
    if folder == "audit":
        return {"By topic": list(TOPICS)}
    try:
        records = {"gpus": facts.load().accelerators, "models": facts.load().models}.get(folder, {})
    except FactErrors:
        return {}
    by_vendor = defaultdict(list)
    for record in records.values():
        by_vendor[record.vendor].append(record)
    found: dict[str, list[Record]] = defaultdict(list)
    for vendor, members in by_vendor.items():
        for record in members:
            found[f"{vendor} {_architecture(record)}" if len(members) > _MANY else vendor].append(record)
    large = {vendor for vendor, members in by_vendor.items() if len(members) > _MANY}
    ordered = sorted(found.items(), key=lambda group: (group[1][0].vendor not in large, _reversed(_newest(group[1])), group[0]))
    return {title: [record.slug for record in sorted(members, key=_order)] for title, members in ordered}


def by_subject() -> dict[str, list[str]]:
    """The names of the calculators by subject."""
    titled = sorted(call.names(), key=lambda name: call.get(name).title)
    return {subject: [name for name in titled if call.get(name).subject == subject] for subject in SUBJECTS}


def _architecture(record: Record) -> str:
    return str(record.facts.get("identity.architecture", "other"))


def _newest(records: Iterable[Record]) -> str:
    return max(date_of(record) for record in records)


def date_of(record: Record) -> str:
    """When something was announced, or else released; empty where neither is known."""
    return next((str(record[key]) for key in ("identity.announced", "identity.released") if key in record), "")


def _reversed(date: str) -> tuple[int, ...]:
    return tuple(-ord(character) for character in date)


def _order(record: Record) -> tuple[str, str]:
    return (record.name.casefold(), record.slug)
