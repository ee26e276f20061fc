"""Every fact of a record as tables: value, qualifier, how it is backed, source."""

from collections.abc import Mapping

from calculators import facts
from calculators.identities import Backing, backing, sourced_only
from calculators.present.html import Html, scrolling_table, tag
from calculators.records import Fact, Record, Source
from calculators.schema import EXPECTED, FOLDERS, QUALIFIERS, Key
from calculators.units import unit_text

TITLES = {
    "identity": "Identity", "compute": "Units and clocks", "peak": "Peak rates, dense", "peak_sparse": "Peak rates, 2:4 sparse",
    "peak_sparse_4_16": "Peak rates, 4:16 sparse", "peak_preliminary": "Peak rates, preliminary",
    "rate": "Arithmetic per clock and unit", "peak_clock": "Clocks behind the peaks",
    "memory": "Memory", "interconnect": "Links", "power": "Power", "features": "Features", "price": "Price",
    "architecture": "Architecture", "vision": "Vision tower", "stored": "Stored besides the parameters", "published": "Published",
    "link": "Link", "switch": "Switch", "gpus": "Accelerators", "network": "Network", "host": "Host",
}  # fmt: skip
_COLUMNS = ("Fact", "Value", "Backed by")
_BADGES = {
    "sourced": "sourced", "identity": "recomputed", "second": "second source agrees", "differs": "differs", "missing": "missing",
    "measured": "measured", "circular": "circular",
}  # fmt: skip


def anchor(key: str) -> str:
    """The id of a fact's row on its page: `memory.bandwidth` -> `memory-bandwidth`."""
    return key.replace(".", "-")


def record(slug: str, prefix: str = "", heading: str = "h3") -> Html:
    """Every fact of an accelerator or model, section by section: value, qualifier, how it is backed, source.

    `prefix` goes in front of every id and `heading` is one level lower, on pages that hold more than one record.
    """
    found = facts.load().record(slug)
    reasons = backing(found)
    parts = []
    for section, keys in FOLDERS[found.folder].items():
        rows = [_row(prefix, fact, reasons[fact.key]) for fact in found.section(section).values()]
        rows += [_missing(prefix, key, keys, reason) for key, reason in _unknown(found).items() if key.startswith(section + ".")]
        if rows:
            parts += [
                tag(heading, TITLES[section], id=prefix + anchor(section), data_search_exclude=True),
                scrolling_table(_COLUMNS, rows, "rp-facts"),
            ]
    return tag("div", _sourced_only(found), *parts, class_="rp-record", data_generated=True, data_search_exclude=True)


def _sourced_only(record: Record) -> Html | None:
    """The facts that a slip could change without breaking an equation or the agreement of two sources."""
    alone = sourced_only(record)
    if not alone:
        return None
    said = f"Sourced only: {len(alone)} of {len(record.facts)} facts"
    why = "No equation ties these facts to others, and no second source repeats them: each is as right as its one source."
    return tag("details", tag("summary", said), tag("p", why), tag("p", ", ".join(fact.label for fact in alone) + "."))


def _unknown(record: Record) -> dict[str, str]:
    """What is known to be missing, with the reason, and what every accelerator is expected to say and this one does not."""
    silent = [key for key in EXPECTED if key not in record and key not in record.missing] if record.folder == "gpus" else []
    return {**record.missing, **dict.fromkeys(silent, "none of the documents read for this record says it")}


def _row(prefix: str, fact: Fact, reasons: list[Backing]) -> Html:
    words = [QUALIFIERS[word].split(":")[0] for word in fact.qualifiers]
    notes = [tag("p", text, class_="rp-note") for text in (fact.disagreement, fact.note) if text]
    return tag(
        "tr",
        tag("th", tag("a", fact.label, href=f"#{prefix}{anchor(fact.key)}", class_="rp-permalink"), scope="row"),
        tag("td", _value(fact), tag("span", ", ".join(words), class_="rp-qualifier") if words else None),
        tag("td", *badges(reasons), tag("p", *source(fact), class_="rp-read-in"), *notes),
        id=prefix + anchor(fact.key),
    )


def _value(fact: Fact) -> Html:
    return tag("strong", _as_printed(fact))


def _as_printed(fact: Fact) -> str:
    """The digits as the source prints them, with the unit as readers know it: '132 SM', '18 links', '814 mm²'."""
    if not fact.is_number or fact.unit.startswith("USD"):
        return str(fact)
    unit = unit_text(fact.unit, float(fact.value)).replace("^2", "²")
    return f"{fact.value:,} {unit}".strip()


def badges(reasons: list[Backing]) -> list[Html]:
    """How a fact is backed, or contradicted: a word each, with what was computed."""
    return [_badge(reason) for reason in reasons]


def _badge(reason: Backing) -> Html:
    text = tag("span", reason.text, class_="rp-backing") if reason.kind != "sourced" else None
    return tag("span", tag("span", _BADGES[reason.kind], class_=f"rp-badge rp-badge--{reason.kind}"), text, class_="rp-reason")


def source(fact: Fact) -> tuple[Html, ...]:
    """Where a fact was read: the document, the place in it, and whether it was read through a transcription."""
    return source_of(fact.source, fact.where + (f", {fact.date}" if fact.date else ""))


def source_of(document: Source, where: str) -> tuple[Html, Html]:
    """A document and the place in it, for any kind of record."""
    name = tag("a", document.title, href=document.address) if document.address.startswith("http") else tag("span", document.title)
    how = "" if document.access == "direct" else " (read through a transcription)"
    return name, tag("span", f", {where}{how}", class_="rp-where")


def _missing(prefix: str, key: str, keys: Mapping[str, Key], reason: str) -> Html:
    name = key.partition(".")[2]
    label = keys[name].label if name in keys else name
    return tag(
        "tr",
        tag("th", label, scope="row"),
        tag("td", "not known"),
        tag("td", tag("span", _BADGES["missing"], class_="rp-badge rp-badge--missing"), " ", reason),
        id=prefix + anchor(key),
        class_="rp-missing",
    )
