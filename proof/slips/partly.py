"""What the recorded proof says of the facts of a record, as its page shows it. It depends on the record and the facts alone."""

from collections import defaultdict

from calculators import facts
from calculators.present.html import Html, join, tag
from proof.slips import result


def of_record(slug: str) -> Html | None:
    """The facts of a record that are backed in part: nothing contradicts a small slip, or one of the unit or a qualifier."""
    record = facts.load().records.get(slug)
    partly = {
        address.partition("/")[2]: parts for address, parts in result.read()["partly"].items() if address.startswith(f"{slug}/")
    }
    known = {key: parts for key, parts in partly.items() if record and key in record.facts}
    if not known:
        return None
    by_parts = defaultdict(list)
    for key, parts in known.items():
        by_parts[parts].append(record.facts[key].label)
    said = f"Sourced only in part: {len(known)} of {len(record.facts)} facts"
    why = (
        "Equations or a second source hold these facts, but not all of each: nothing would contradict a slip within the rounding "
        "of the value, in the unit, or in a qualifier, as named here."
    )
    lists = [tag("p", f"{parts.capitalize()}: {', '.join(labels)}.") for parts, labels in sorted(by_parts.items())]
    return tag("details", tag("summary", said), tag("p", why), *lists, data_generated=True, data_search_exclude=True)


def of_entries(what: str, why: str) -> Html:
    """How many prices, measurements or audit entries rest on their one entry, of those that the proof tried."""
    alone, tried = result.read().get("entries", {}).get(what, (0, 0))
    said = f"Sourced only: {alone:,} of {tried:,}. {why}" if tried else "None of them was tried in the last proof."
    return tag("p", said, data_generated=True, data_search_exclude=True)


def of_folder(folder: str) -> Html:
    """The same for every record of a folder whose records share one page."""
    shown = [(record, of_record(record.slug)) for record in facts.load().records.values() if record.folder == folder]
    return join(*(tag("div", tag("p", record.name), partly, data_generated=True) for record, partly in shown if partly))
