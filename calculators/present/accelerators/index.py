"""All accelerators side by side: a table that sorts, filters, and shows the columns that a reader chooses."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from calculators import facts
from calculators.declare import Derived
from calculators.interconnect import directions, own_link
from calculators.peak_rate import known_peak
from calculators.present.figures import UNKNOWN
from calculators.present.html import Html, tag
from calculators.records import MissingFact, Record
from calculators.roofs import ridge_point
from calculators.units import Quantity, show

_NONE = "none"


Shown = Quantity | Derived | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what it shows of a record, and whether it is shown before a reader chooses."""

    title: str
    value: Callable[[Record], Shown]
    shown: bool = False


def _number(key: str, unit: str) -> Callable[[Record], Shown]:
    """A numeric fact in one unit, however each vendor prints it."""
    return lambda gpu: Quantity(gpu[key].base, unit) if key in gpu else None


# A format that a record says its units do not have is absent, not unknown.
_FLAGS = {"fp8_tensor": "features.fp8", "fp4_tensor": "features.fp4"}


def _peak(key: str, unit: str) -> Callable[[Record], Shown]:
    """A dense peak as printed; where it is not, what follows from other facts of the card."""

    def value(gpu: Record) -> Shown:
        try:
            found = known_peak(gpu, key)
        except MissingFact:
            flag = gpu.facts.get(_FLAGS.get(key, ""))
            return _NONE if flag and flag.value is False else None
        known = Quantity(found.quantity.base, unit)
        return replace(found, quantity=known) if isinstance(found, Derived) else known

    return value


def _text(key: str) -> Callable[[Record], str | None]:
    return lambda gpu: str(gpu[key]) if key in gpu else None


def _one_way(gpu: Record) -> Quantity | str | None:
    """What one accelerator can send to others of its kind over its own links."""
    if (found := own_link(gpu)) is None:
        return None
    _, fact = found
    return Quantity(fact.base / directions(fact), "GB/s") if fact.value else _NONE


def _ridge(gpu: Record) -> Shown:
    peak = _peak("fp16_tensor", "TFLOPS")(gpu)
    if not isinstance(peak, Quantity | Derived) or "memory.bandwidth" not in gpu:
        return None
    rate = peak.quantity if isinstance(peak, Derived) else peak
    ridge = Quantity(ridge_point(rate.base, gpu["memory.bandwidth"].base), "FLOP/byte")
    return replace(peak, quantity=ridge) if isinstance(peak, Derived) else ridge


COLUMNS = (
    Column("Vendor", lambda gpu: gpu.vendor),
    Column("Architecture", _text("identity.architecture"), shown=True),
    Column("Announced", _text("identity.announced")),
    Column("Released", _text("identity.released")),
    Column("Memory", _number("memory.capacity", "GB"), shown=True),
    Column("Memory type", _text("memory.type")),
    Column("Bandwidth", _number("memory.bandwidth", "GB/s"), shown=True),
    Column("FP16, dense", _peak("fp16_tensor", "TFLOPS"), shown=True),
    Column("BF16, dense", _peak("bf16_tensor", "TFLOPS")),
    Column("FP8, dense", _peak("fp8_tensor", "TFLOPS"), shown=True),
    Column("FP4, dense", _peak("fp4_tensor", "TFLOPS")),
    Column("INT8, dense", _peak("int8_tensor", "TOPS")),
    Column("TF32, dense", _peak("tf32_tensor", "TFLOPS")),
    Column("FP32, vector", _peak("fp32_vector", "TFLOPS")),
    Column("FP64, vector", _peak("fp64_vector", "TFLOPS")),
    Column("FP64, tensor", _peak("fp64_tensor", "TFLOPS")),
    Column("Ridge point, FP16", _ridge),
    Column("Link, one way", _one_way, shown=True),
    Column("PCIe, one way", _number("interconnect.pcie_per_direction", "GB/s")),
    Column("L2 cache", _number("memory.l2_cache", "MB")),
    Column("Power", _number("power.tdp", "W"), shown=True),
    Column("MIG instances", _number("features.mig_max_instances", "instance")),
    Column("Process", _text("identity.process")),
    Column("Transistors", _number("identity.transistors", "billion")),
    Column("Price at launch", _number("price.launch_msrp", "USD")),
)


def table() -> Html:
    """Every accelerator a row. Columns that are not shown at first are there, hidden, for the reader to choose."""
    head = tag("tr", tag("th", "Accelerator", scope="col", data_sort="text"), *(_heading(column) for column in COLUMNS))
    rows = (_row(gpu) for gpu in facts.load().accelerators.values())
    grid = tag("table", tag("thead", head), tag("tbody", *rows), class_="rp-sortable rp-choosable")
    return tag("div", grid, class_="rp-scroll rp-wide", tabindex="0", data_generated=True, data_search_exclude=True)


def _heading(column: Column) -> Html:
    kinds = {type(column.value(gpu)) for gpu in facts.load().accelerators.values()}
    number = kinds & {Quantity, Derived}
    return tag("th", column.title, scope="col", data_sort="number" if number else "text", hidden=not column.shown)


def _row(gpu: Record) -> Html:
    name = tag("th", tag("a", gpu.name, href=f"{gpu.slug}/"), scope="row")
    return tag("tr", name, *(_cell(column, column.value(gpu)) for column in COLUMNS))


def _cell(column: Column, value: Shown) -> Html:
    if isinstance(value, Quantity):
        return tag("td", show(value, 5), data_value=f"{value.base:.6g}", hidden=not column.shown)
    if isinstance(value, Derived):
        known = value.quantity
        words = {"title": value.how, "class_": "rp-not-printed", "hidden": not column.shown}
        return tag("td", show(known, 4), data_value=f"{known.base:.6g}", **words)
    class_ = None if value and value != _NONE else "rp-unknown"
    return tag("td", value or UNKNOWN, data_value="" if class_ else value, class_=class_, hidden=not column.shown)
