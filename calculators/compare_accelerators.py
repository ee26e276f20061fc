"""How do two to four accelerators compare, on every fact and on what follows from the facts?

Each is divided by the first. Only like is divided by like: dense peaks summed in FP32 with dense peaks summed in FP32, one
direction of a link with one direction, marketed memory with marketed memory. What an accelerator is not known to have is not
compared. Peak and bandwidth together give the ridge point (Williams, Waterman, Patterson, CACM 52(4), 2009).
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from calculators.accelerator_figures import FIGURES, Known
from calculators.balance import rate_per_watt
from calculators.compare import ratio
from calculators.declare import Calculator, accelerator, output
from calculators.present.chart import Axis, Bar, Bars, Segment
from calculators.present.compared import comparison
from calculators.present.html import Html
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.roofs import ridge_point
from calculators.units import FlopPerByte, Number, Quantity, show
from calculators.working import Working

SIDES = {"a": "first", "b": "second", "c": "third", "d": "fourth"}
_RATIOS = ("capacity", "bandwidth", "half", "fp8", "link", "power", "rate_per_watt")
_ROLES = {"b": "a", "c": "b", "d": "c"}


@dataclass(frozen=True)
class Inputs:
    a: Record = accelerator("a100-sxm4-80gb", "Accelerator", "The others are divided by it.")
    b: Record = accelerator("h100-sxm5-80gb", "Compared with", "Another accelerator.")
    c: Record | None = accelerator("", "and with", "A third; or none.", optional=True)
    d: Record | None = accelerator("", "and with", "A fourth; or none.", optional=True)


def _outputs() -> type:
    """A ratio to the first for each of the others and each figure, and the ridge point of each."""
    fields = []
    for side in ("b", "c", "d"):
        for key in _RATIOS:
            figure = FIGURES[key]
            spec = output(f"{figure.label}, {SIDES[side]} over first", "x", figure.help)
            fields.append((f"{side}_{key}", Number | None, spec))
    for side, name in SIDES.items():
        spec = output(f"{FIGURES['ridge'].label} of the {name}", "FLOP/byte", FIGURES["ridge"].help)
        fields.append((f"{side}_ridge", FlopPerByte | None, spec))
    return dataclasses.make_dataclass("Outputs", fields, frozen=True, module=__name__)


Outputs = _outputs()


def chosen(i: Inputs) -> dict[str, Record]:
    """The accelerators that are compared, by side."""
    return {side: gpu for side in SIDES if (gpu := getattr(i, side)) is not None}


def calculate(i: Inputs, working: Working):
    """Every main figure of the others over that of the first; see `calculators.compare.ratio`.

    Raises InputProblems for an accelerator that is chosen twice.
    """
    sides = chosen(i)
    _refuse_twice(sides)
    known = {side: {key: figure.of(gpu) for key, figure in FIGURES.items()} for side, gpu in sides.items()}
    found: dict[str, float | None] = {field.name: None for field in dataclasses.fields(Outputs)}
    for side, gpu in sides.items():
        found[f"{side}_ridge"] = _derived(gpu, known[side], working)
        for key in _RATIOS if side != "a" else ():
            label = f"{FIGURES[key].label}: {gpu.short} over {i.a.short}"
            found[f"{side}_{key}"] = _over(known[side][key], known["a"][key], label, working)
    _account(sides, known, working)
    return Outputs(**found)


def _refuse_twice(sides: Mapping[str, Record]) -> None:
    first: dict[str, str] = {}
    for side, gpu in sides.items():
        if gpu.slug in first:
            message = f"is compared with itself: it is the {SIDES[first[gpu.slug]]} already"
            raise InputProblems([InputProblem(side, gpu.slug, message, "another accelerator")])
        first[gpu.slug] = side


def _derived(gpu: Record, known: Mapping[str, Known | None], working: Working) -> float | None:
    """The ridge point, and in the working also what a watt does; None where a part is not known."""
    half, power, bandwidth = (known[key] and known[key].quantity.base for key in ("half", "power", "bandwidth"))
    if half and power:
        working.step(f"Rate per watt of {gpu.short}", rate_per_watt, "GFLOPS/W", peak=half, power=power)
    if half and bandwidth:
        return working.step(f"Ridge point of {gpu.short}", ridge_point, "FLOP/byte", peak=half, bandwidth=bandwidth)
    return None


def _over(one: Known | None, first: Known | None, label: str, working: Working) -> float | None:
    if one is None or first is None:
        return None
    return working.step(label, ratio, "x", a=one.quantity.value, b=first.quantity.value)


def _account(sides: Mapping[str, Record], known: Mapping[str, Mapping[str, Known | None]], working: Working) -> None:
    """Record the facts that the figures rest on, what they stand for, and what is not known."""
    for side, gpu in sides.items():
        figures = [figure for figure in known[side].values() if figure]
        working.use(*(fact for figure in figures for fact in figure.facts))
        for remark in dict.fromkeys(figure.remark for figure in figures if figure.remark):
            working.remark(remark)
        lacking = [FIGURES[key].label for key in _RATIOS if known[side][key] is None]
        if lacking:
            working.remark(f"Not known of {gpu.short}: {', '.join(lacking)}.")


def summary(i: Inputs, o) -> str:
    parts = []
    for side, gpu in list(chosen(i).items())[1:]:
        words = {"bandwidth": "the bandwidth", "half": "the half-precision rate", "capacity": "the memory", "power": "the power"}
        ratios = {words[key]: getattr(o, f"{side}_{key}") for key in words}
        said = ", ".join(f"{show(Quantity(value, 'x'), 3)} {name}" for name, value in ratios.items() if value is not None)
        parts.append(f"{gpu.short}: {said or 'nothing to compare'}")
    return f"Against {i.a.short}, {'; '.join(parts)}."


def chart(run) -> Bars | None:
    """How many times the first each of the others is, figure by figure."""
    others = {side: gpu for side, gpu in chosen(run.inputs).items() if side != "a"}
    bars = []
    for key in _RATIOS:
        for side, gpu in others.items():
            value = getattr(run.result, f"{side}_{key}")
            if value is not None:
                where = FIGURES[key].label + (f", {gpu.short}" if len(others) > 1 else "")
                bars.append(Bar(where, (Segment(gpu.short, value, _ROLES[side]),)))
    if not bars:
        return None
    return Bars(
        title=f"Times {run.inputs.a.short}",
        description=run.summary,
        x=Axis("Ratio to the first", "×"),
        bars=tuple(bars),
    )


def table(run) -> Html:
    """The main figures and every fact side by side, with ratios where like stands beside like."""
    return comparison(list(chosen(run.inputs).values()), FIGURES)


CALCULATOR = Calculator(
    title="Compare accelerators",
    subject="Comparing and checking",
    question="How do two to four accelerators compare, fact by fact?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("b_bandwidth", "b_half", "b_capacity", "b_power"),
    chart=chart,
    table=table,
)
