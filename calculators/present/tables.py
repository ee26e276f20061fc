"""Tables of facts: one accelerator whole, all accelerators side by side, a model."""

from collections.abc import Mapping

from calculators import facts
from calculators.identities import Backing, backing
from calculators.present.html import Html, scrolling_table, tag
from calculators.records import Fact, Record
from calculators.schema import FOLDERS, QUALIFIERS, Key
from calculators.units import Quantity, show, unit_text

_TITLES = {
    "identity": "Identity", "compute": "Units and clocks", "peak": "Peak rates, dense", "peak_sparse": "Peak rates, 2:4 sparse",
    "peak_sparse_4_16": "Peak rates, 4:16 sparse", "peak_preliminary": "Peak rates, preliminary",
    "rate": "Arithmetic per clock and unit", "peak_clock": "Clocks behind the peaks",
    "memory": "Memory", "interconnect": "Links", "power": "Power", "features": "Features", "price": "Price",
    "architecture": "Architecture", "vision": "Vision tower", "stored": "Stored besides the parameters", "published": "Published",
}  # fmt: skip
_COLUMNS = ("Fact", "Value", "Backed by", "Source")
_BADGES = {
    "sourced": "sourced", "identity": "recomputed", "second": "second source agrees", "differs": "differs", "missing": "missing",
    "measured": "measured", "circular": "circular",
}  # fmt: skip


def anchor(key: str) -> str:
    """The id of a fact's row on its page."""
    return key.replace(".", "-")


def record(slug: str, prefix: str = "") -> Html:
    """Every fact of an accelerator or model, section by section: value, qualifier, how it is backed, source.

    `prefix` goes in front of every id, for pages that hold more than one record.
    """
    found = facts.load().record(slug)
    reasons = backing(found)
    parts = []
    for section, keys in FOLDERS[found.folder].items():
        rows = [_row(prefix, fact, reasons[fact.key]) for fact in found.section(section).values()]
        rows += [_missing(prefix, key, keys, reason) for key, reason in found.missing.items() if key.startswith(section + ".")]
        if rows:
            parts += [tag("h3", _TITLES[section], id=prefix + anchor(section)), scrolling_table(_COLUMNS, rows, "rp-facts")]
    return tag("div", *parts, class_="rp-record", data_generated=True)


def _row(prefix: str, fact: Fact, reasons: list[Backing]) -> Html:
    words = [QUALIFIERS[word].split(":")[0] for word in fact.qualifiers]
    notes = [tag("p", text, class_="rp-note") for text in (fact.disagreement, fact.note) if text]
    return tag(
        "tr",
        tag("th", fact.label, scope="row"),
        tag("td", _value(fact), tag("span", ", ".join(words), class_="rp-qualifier") if words else None),
        tag("td", *badges(reasons)),
        tag("td", *source(fact), *notes),
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
    title = None if reason.kind == "sourced" else reason.text
    text = tag("span", reason.text, class_="rp-backing") if reason.kind in ("identity", "differs", "circular") else None
    return tag(
        "span",
        tag("span", _BADGES[reason.kind], class_=f"rp-badge rp-badge--{reason.kind}", title=title),
        text,
        class_="rp-reason",
    )


def source(fact: Fact) -> tuple[Html, ...]:
    """Where a fact was read: the document, the place in it, and whether it was read through a transcription."""
    document = fact.source
    name = tag("a", document.title, href=document.address) if document.address.startswith("http") else tag("span", document.title)
    how = "" if document.access == "direct" else " (read through a transcription)"
    date = f", {fact.date}" if fact.date else ""
    return name, tag("span", f", {fact.where}{date}{how}", class_="rp-where")


def _missing(prefix: str, key: str, keys: Mapping[str, Key], reason: str) -> Html:
    name = key.partition(".")[2]
    label = keys[name].label if name in keys else name
    return tag(
        "tr",
        tag("th", label, scope="row"),
        tag("td", "not known"),
        tag("td", tag("span", tag("span", _BADGES["missing"], class_="rp-badge rp-badge--missing"), class_="rp-reason")),
        tag("td", reason),
        id=prefix + anchor(key),
        class_="rp-missing",
    )


_INDEX = {
    "Architecture": ("identity.architecture", ""),
    "Memory": ("memory.capacity", "GB"),
    "Bandwidth": ("memory.bandwidth", "GB/s"),
    "BF16 or FP16, dense": ("peak.fp16_tensor", "TFLOPS"),
    "FP8, dense": ("peak.fp8_tensor", "TFLOPS"),
    "NVLink, one way": ("interconnect.nvlink_total", "GB/s"),
    "Power": ("power.tdp", "W"),
}
_DIRECTIONS = 2  # a link's total counts both directions


def accelerators() -> Html:
    """All accelerators side by side, sortable and filterable where scripts run."""
    titles = {"GPU": "text"} | {title: "text" if title == "Architecture" else "number" for title in _INDEX}
    rows = (
        tag(
            "tr",
            tag("th", tag("a", found.name, href=f"{slug}/"), scope="row"),
            *(_cell(found, title, *column) for title, column in _INDEX.items()),
        )
        for slug, found in facts.load().accelerators.items()
    )
    return scrolling_table(titles, rows, "rp-sortable", generated=True)


def _cell(found: Record, title: str, key: str, unit: str) -> Html:
    if key not in found:
        return tag("td", "none" if title.startswith(("NVLink", "FP8")) else "not known", data_value="0")
    fact = found[key]
    if not fact.is_number:
        return tag("td", str(fact), data_value=str(fact))
    # one unit per column, however each vendor prints its figure
    quantity = Quantity(fact.base / (_DIRECTIONS if title.startswith("NVLink") else 1), unit)
    shown = show(quantity, 5) if quantity.base else "none"
    return tag("td", shown, data_value=f"{quantity.base:.6g}")
