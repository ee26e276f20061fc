"""How one measurement reads in a table: what ran, under which conditions, who says so; and those of an accelerator in short."""

from urllib.parse import urlencode

from calculators import facts, schema
from calculators.measured import kinds, statistics
from calculators.measured.comparison import compare
from calculators.present.html import Html, scrolling_table, tag
from calculators.records import FactBase, Measurement

_ABBREVIATIONS = {"mfu": "MFU", "gpu": "GPU"}
_OWN_COLUMN = ("model", "variant", "other_model", "precision", "framework", "framework_version", "note", "explanation", "suspect")
_SHORT = ("shape", "payload", "batch", "input_length", "output_length", "sequence_length", "recompute", "parallelism")
_UNSTATED = "not stated"


def metric_name(metric: str) -> str:
    """A metric of the vocabulary as readers see it: 'time_per_output_token' is 'Time per output token'."""
    words = [_ABBREVIATIONS.get(word, word) for word in metric.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def hardware(found: Measurement, gpus: str, base: FactBase | None = None) -> Html:
    """The accelerator, linked to its page in the folder at `gpus`."""
    gpu = (base or facts.load()).accelerators[found.hardware]
    return tag("a", gpu.short, href=f"{gpus}{gpu.slug}/")


def model(found: Measurement, none: str = "none", base: FactBase | None = None) -> str:
    """What ran: the model, or the one that shares its architecture."""
    told = found.details
    if "model" not in told:
        return told.get("other_model", none)
    return told.get("variant") or (base or facts.load()).models[told["model"]].name


def software(found: Measurement) -> str:
    """The program and its version."""
    told = found.details
    return " ".join(told[key] for key in ("framework", "framework_version") if key in told) or _UNSTATED


def conditions(found: Measurement, short: bool = False) -> str:
    """Whatever else the measurement records, so that a new condition needs no line here; in short, what decides the speed."""
    told = {key: value for key, value in found.details.items() if key not in _OWN_COLUMN and (not short or key in _SHORT)}
    parts = [f"{_condition(key)} {_written(value)}" for key, value in told.items()]
    parts += [] if short else [found.details[key] for key in ("note", "suspect", "explanation") if key in found.details]
    return "; ".join(parts)


def _condition(key: str) -> str:
    label = "Shape" if key == schema.SHAPE else schema.CONDITIONS[key].label
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _written(value: object) -> str:
    return " × ".join(f"{size:,}" for size in value) if isinstance(value, list) else str(value)


def place(found: Measurement) -> tuple[Html, Html]:
    """The source, linked to where it is, or else to its entry in the list of sources, and the place in it."""
    there = found.source.address if found.source.address.startswith("http") else f"../../about/sources/#{found.source.id}"
    return tag("a", found.source.title, href=there), tag("span", f", {found.where}", class_="rp-where")


def measured_on(slug: str) -> Html | None:
    """What was measured on an accelerator, by kind, with the share of the bound reached; None when there is nothing."""
    base = facts.load()
    found = [compare(entry, base) for entry in base.measurements.values() if entry.hardware == slug]
    if not found:
        return None
    rows = []
    for kind in kinds.KINDS:
        if mine := [each for each in found if each.entry.metric in kind.metrics]:
            address = f"../../notes/{kind.name}/?{urlencode({'gpu': base.accelerators[slug].short})}"
            reached = statistics.spread(mine)
            share = f"{reached.median:.0%}: {kind.share}" if reached else "no bound for these"
            count = tag("td", str(len(mine)))
            rows.append(tag("tr", tag("th", tag("a", kind.title, href=address), scope="row"), count, tag("td", share)))
    return scrolling_table(("Kind", "Measurements", "Median"), rows, "rp-table", generated=True)
