"""The tables of published measurements."""

from calculators import facts
from calculators.present.html import Html, scrolling_table, tag
from calculators.present.tables import source_of
from calculators.records import FactBase, Measurement
from calculators.units import show

_ABBREVIATIONS = {"mfu": "MFU", "gpu": "GPU"}
_MEASURED = {
    "Measured": "text",
    "Hardware": "text",
    "Model": "text",
    "Precision": "text",
    "Framework": "text",
    "Value": "number",
    "Under": None,
    "Source": "text",
    "Date": "text",
}
_OWN_COLUMN = {"model", "precision", "framework", "framework_version", "note"}
_UNSTATED = "not stated"
_FEW = 8  # rows that need no filter


def measurements(gpus: str = "../../gpus/", base: FactBase | None = None) -> Html:
    """Every measurement, one row each, whose id is that of the measurement. `gpus` is the address of the folder of GPU pages."""
    known = base or facts.load()
    rows = [_measured(found, known, gpus) for found in known.measurements.values()]
    return scrolling_table(_MEASURED, rows, "rp-sortable", generated=True)


def measured_on(slug: str) -> Html | None:
    """The measurements made on an accelerator, or None when there are none."""
    base = facts.load()
    found = [measurement for measurement in base.measurements.values() if measurement.hardware == slug]
    if not found:
        return None
    rows = [_measured(measurement, base, "../", with_id=False) for measurement in found]
    return scrolling_table(_MEASURED, rows, "rp-sortable" if len(rows) > _FEW else "rp-table", generated=True)


def metric_name(metric: str) -> str:
    """A metric of the vocabulary as readers see it: 'time_per_output_token' is 'Time per output token'."""
    words = [_ABBREVIATIONS.get(word, word) for word in metric.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _measured(found: Measurement, base: FactBase, gpus: str, with_id: bool = True) -> Html:
    told = found.details
    software = " ".join(str(told[key]) for key in ("framework", "framework_version") if key in told)
    value = found.quantity
    return tag(
        "tr",
        tag("th", metric_name(found.metric), scope="row"),
        tag("td", f"{found.count} × " if found.count > 1 else None, _hardware(found, base, gpus)),
        tag("td", _model(found, base)),
        tag("td", str(told.get("precision", _UNSTATED))),
        tag("td", software or _UNSTATED),
        tag("td", show(value, 12), data_value=f"{value.base:.9g}"),
        tag("td", _conditions(found), tag("p", str(told["note"]), class_="rp-note") if "note" in told else None),
        tag("td", *source_of(found.source, found.where)),
        tag("td", found.date),
        id=found.id if with_id else None,
    )


def _hardware(found: Measurement, base: FactBase, gpus: str) -> Html | str:
    if found.hardware not in base.accelerators:
        return found.hardware
    return tag("a", base.accelerators[found.hardware].short, href=f"{gpus}{found.hardware}/")


def _model(found: Measurement, base: FactBase) -> str:
    slug = str(found.details.get("model", ""))
    return base.models[slug].name if slug in base.models else slug or "none"


def _conditions(found: Measurement) -> str:
    """Whatever else the measurement records, so that a new detail needs no line here."""
    told = {key: value for key, value in found.details.items() if key not in _OWN_COLUMN}
    return "; ".join(f"{key.replace('_', ' ')}: {value}" for key, value in told.items())
