"""Which assumption reproduces a claim about a GPU, and which does not?

A number without its assumptions can mean many things: dense or 2:4 sparse, one format or another, products summed in FP16 or
FP32, one direction of a link or both, GB or GiB, one GPU or a rack, a price per thousand tokens or per million. Every reading
that the facts allow is computed and compared with the claim, within the digits that it is written with.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from calculators import claim_readings, claim_text, prices
from calculators.claim_readings import Reading
from calculators.claim_text import Claim
from calculators.compare import ratio
from calculators.declare import (
    Calculator,
    Derived,
    accelerator,
    choice,
    count,
    model,
    output,
    overridable,
    quantity,
    text,
)
from calculators.present.chart import Axis, Bar, Bars, Limit, Segment
from calculators.problems import InputProblem, InputProblems
from calculators.records import MissingFact, Record
from calculators.units import Number, Quantity, show
from calculators.working import Working

KINDS = {
    "read": "what the claim itself says",
    "rate": "rate of arithmetic",
    "memory": "memory size",
    "bandwidth": "bandwidth of memory or link",
    "ratio": "ratio of two GPUs",
    "fits": "model fits on so many cards",
    "cost": "cost of tokens",
}
_AXES = {
    "rate": "Rate",
    "memory": "Memory",
    "bandwidth": "Bandwidth",
    "ratio": "Ratio",
    "fits": "Cards filled",
    "cost": "Cost",
}
_DIGITS = ("reproduced", "reproduced, rounded down", "nearly reproduced", "not reproduced")
_FIT = ("true", "true", "true of the weights alone", "false")
_BOUND = ("possible", "possible only as a price of fewer tokens", "possible, and far above the bound", "below every bound")
_REPRODUCED, _DOWN, _NEARLY, _NOT = range(4)
_WITHIN = 0.05  # one digit alone would let a reading half as large pass
_NEAR = 0.10
_DOWN_TO = 1.5
_FAR = 5  # times its bound that a price of tokens may be before the bound says nothing about it
_WRITTEN = {word: word for word in ("dense", "sparse", "memory", "input", "output")} | {"nvlink": "NVLink", "pcie": "PCIe"}
# What a reading has in its words and a claim leaves out, unless something like the second is in its text.
_UNSAID = (
    ("2:4 sparse", "spars|2:4"),
    ("FP16 sums", "fp16[ -](acc|sum)"),
    ("both ways added", "both|bidirection|total"),
    ("together", r"rack|node|together|system|box|nvl\d|[dh]gx"),
    ("preliminary", "prelimin"),
    ("boost clock", "boost"),
    ("GiB", "gib"),
    ("thousand tokens", "thousand"),
)
_PLAINER = 0.03  # of two readings that both fail, a plain one may be this much further off
_LISTED = 6
_DRAWN = 10


def _kind(kind: str, claim: str) -> str:
    """The kind chosen, or the one that the claim is written as."""
    return claim_text.kind_of(claim) if kind == "read" else kind


def _rent(known: Mapping[str, Any]) -> Derived:
    if _kind(known["kind"], known["claim"]) != "cost":
        raise MissingFact("a price is needed for the cost of tokens alone")
    return prices.newest(known["gpu"], prices.HOURLY)


def _no_rate(known: Mapping[str, Any]) -> None:
    raise MissingFact("no rate is given")


@dataclass(frozen=True)
class Inputs:
    claim: str = text(
        "1979 TFLOPS", claim_text.check, claim_text.ACCEPTED,
        *("Claim", "As you read it: the number with its unit, and words such as BF16, sparse, NVLink."), claim_text.LONGEST,
    )  # fmt: skip
    kind: str = choice("read", KINDS, "It is about", "What the number measures, if the claim could be read in two ways.")
    gpu: Record = accelerator("h100-sxm5-80gb")
    against: Record = accelerator("a100-sxm4-80gb", "Compared with", "For a ratio: the other GPU.")
    model: Record = model("llama-2-70b", "Model", "For what fits, and for the cost of tokens.")
    gpus: float = count(1, 1, 1024, "GPUs", "For a rate or a size: as many may be meant. For a cost: so many serve.", "GPU")
    context: float = count(4096, 0, 10_000_000, "Tokens per sequence", "For what fits, and for the cost of tokens.", "token")
    batch: float = count(1, 1, 100_000, "Sequences", "Held or decoded together.", "sequence")
    overhead: float = quantity(
        "2 GiB", "GiB", "0 GiB", "1000 GiB", "Overhead per GPU", "For what fits: context, activations, buffers."
    )
    hourly: float | None = overridable(
        _rent, "USD/h", "0.001 USD/h", "10000 USD/h",
        *("Price per GPU", "For the cost of tokens: the newest recorded on-demand price, or yours.", True),
    )  # fmt: skip
    rate: float | None = overridable(
        _no_rate, "token/s", "0.001 token/s", "1000000000 token/s",
        *("Tokens per second", "For the cost of tokens, if the claim comes with a rate: of all GPUs.", True),
    )  # fmt: skip


@dataclass(frozen=True)
class Outputs:
    ratio: Number = output("Claim over reading", "x", "Of the best reading: 1 where the claim is reproduced.")
    verdict: str = output("The claim is", None, "By the best reading, within the digits that it is written with.")
    reading: str = output("Best reading", None, "What the number has to mean.")
    value: str = output("Value of that reading", None, "From the facts.")
    as_named: Number | None = output(
        "Claim over what it says", "x", "Over the plainest reading that has all of the claim's words."
    )
    matching: Number = output("Readings that reproduce it", "", "Within its digits, or rounded down.")
    near: Number = output("Readings that nearly do", "", "Within a tenth.")
    tried: Number = output("Readings tried", "", "All that the facts allow.")


@dataclass(frozen=True, slots=True)
class _Judged:
    """A reading, how well it reproduces the claim, and whether it is what the claim's own words name."""

    reading: Reading
    verdict: int
    named: bool
    distance: float


def calculate(i: Inputs, working: Working) -> Outputs:
    """The reading of the facts that comes nearest to a claim; see `claim_readings`.

    Raises InputProblems for a claim of another kind, and where nothing is known that it could be compared with.
    """
    i = _of_its_kind(i)
    claim = _claim(i)
    judged = _judged(i, claim)
    best = judged[0]
    _remember(best.reading, i, working)
    words = {"fits": _FIT, "cost": _DIGITS if i.rate else _BOUND}.get(i.kind, _DIGITS)
    over = working.step("Claim over reading", ratio, "x", **_both(claim, best.reading))
    as_named = _as_named(claim, judged, working)
    _remark(i, claim, judged, working)
    matching, near = (sum(each.verdict in kinds for each in judged) for kinds in ((_REPRODUCED, _DOWN), (_NEARLY,)))
    unnamed = claim.tags and best.verdict < _NOT and not best.named
    verdict = f"{words[best.verdict]}{', but not as what it says' if unnamed else ''}"
    return Outputs(
        Number(over), verdict, best.reading.words, show(Quantity(best.reading.value, claim.unit)), as_named,
        Number(matching), Number(near), Number(len(judged)),
    )  # fmt: skip


def _of_its_kind(i: Inputs) -> Inputs:
    return replace(i, kind=_kind(i.kind, i.claim))


def _claim(i: Inputs) -> Claim:
    try:
        return claim_text.read(i.claim, i.kind)
    except ValueError as error:
        raise InputProblems([InputProblem("claim", i.claim, str(error), claim_text.FORMS[i.kind])]) from error


def _judged(i: Inputs, claim: Claim) -> list[_Judged]:
    """Every reading, the best first: by verdict, then what the claim names, then the plainest, then the nearest."""
    judge = {"fits": _judge_fit, "cost": _judge if i.rate else _judge_bound}.get(i.kind, _judge)
    found = [judge(claim, reading) for reading in _readings(i, claim) if reading.value > 0]
    if not found:
        message = f"of {i.gpu.short} is not known, so that nothing can be compared"
        raise InputProblems(
            [InputProblem("gpu", i.gpu.slug, f"{KINDS[i.kind]} {message}", "another accelerator, or another kind of claim")]
        )
    if all(each.verdict == _NOT for each in found):
        return sorted(found, key=lambda each: (not each.named, each.distance + _PLAINER * each.reading.order))
    return sorted(found, key=lambda each: (each.verdict, not each.named, each.reading.order, each.distance))


def _readings(i: Inputs, claim: Claim) -> list[Reading]:
    served = {"gpu": i.gpu, "gpus": i.gpus}
    with_model = {"model": i.model, "context": i.context, "batch": i.batch}
    try:
        if i.kind == "rate":
            return list(claim_readings.rates(**served, operations="FLOPS" not in claim.unit))
        if i.kind == "memory":
            return list(claim_readings.memories(**served))
        if i.kind == "bandwidth":
            return list(claim_readings.bandwidths(**served))
        if i.kind == "ratio":
            return list(claim_readings.ratios(i.gpu, i.against))
        if i.kind == "fits":
            cards = {"gpu": i.gpu, "gpus": claim.base, "overhead": i.overhead, "named": claim.parameters}
            return list(claim_readings.fits(**cards, **with_model))
        if i.hourly is None:
            accepted = "a price per GPU and hour, typed in"
            raise InputProblems([InputProblem("hourly", "", f"no on-demand rent of {i.gpu.short} is recorded", accepted)])
        return list(claim_readings.costs(**served, **with_model, hourly=i.hourly, measured=i.rate))
    except MissingFact as error:
        raise InputProblems([InputProblem("gpu", i.gpu.slug, str(error), "another accelerator or model")]) from error


def _judge(claim: Claim, reading: Reading) -> _Judged:
    off = reading.value - claim.base
    if abs(off) <= min(claim.slack * (1 + 1e-9), _WITHIN * claim.base):
        verdict = _REPRODUCED
    elif 0 < off < 2 * claim.slack and reading.value <= _DOWN_TO * claim.base:
        verdict = _DOWN
    else:
        verdict = _NEARLY if abs(off) <= _NEAR * claim.base else _NOT
    return _Judged(reading, verdict, claim.tags <= reading.tags, abs(math.log(reading.value / claim.base)))


def _judge_fit(claim: Claim, reading: Reading) -> _Judged:
    """A model fits on the cards claimed when it fills no more of them; the weights alone make no working service."""
    fitting = reading.value <= claim.base
    verdict = (_REPRODUCED if reading.whole else _NEARLY) if fitting else _NOT
    return _Judged(reading, verdict, claim.tags <= reading.tags, abs(math.log(reading.value / claim.base)))


def _judge_bound(claim: Claim, reading: Reading) -> _Judged:
    """A price of tokens is possible from the bound upwards; far above, the bound says little."""
    if reading.value > claim.base + claim.slack:
        verdict = _NOT
    elif claim.base > _FAR * reading.value:
        verdict = _NEARLY
    else:
        verdict = _REPRODUCED if reading.whole else _DOWN
    return _Judged(reading, verdict, claim.tags <= reading.tags, abs(math.log(reading.value / claim.base)))


def _both(claim: Claim, reading: Reading) -> dict[str, float]:
    """The claim and a reading in the unit of the claim."""
    return {"a": claim.quantity.value, "b": Quantity(reading.value, claim.unit).value}


def _as_named(claim: Claim, judged: list[_Judged], working: Working) -> Number | None:
    """The claim over the plainest reading with all the words of the claim; None where it has none, or no reading has them."""
    named = [each.reading for each in judged if each.named] if claim.tags else []
    if not named:
        return None
    plainest = min(named, key=lambda reading: reading.order)
    working.remark(f"Taken plainly as it says, it would be {show(Quantity(plainest.value, claim.unit))}: {plainest.words}.")
    return Number(working.step("Claim over what it says", ratio, "x", **_both(claim, plainest)))


def _remember(reading: Reading, i: Inputs, working: Working) -> None:
    working.use(*reading.facts)
    if reading.step:
        function, terms = reading.step
        working.step("Best reading" if i.kind != "fits" else "Cards filled", function, "GPU" if i.kind == "fits" else "", **terms)


def _remark(i: Inputs, claim: Claim, judged: list[_Judged], working: Working) -> None:
    matching = [each for each in judged if each.verdict <= _DOWN]
    near = [each for each in judged if each.verdict == _NEARLY]
    by_digits = i.kind != "fits" and not (i.kind == "cost" and i.rate is None)
    if matching:
        working.remark(f"{'Reproduced by' if by_digits else 'It holds for'}: {_list(matching, claim)}.")
    if near and (by_digits or not matching):
        working.remark(f"Nearly, by: {_list(near, claim)}.")
    if not by_digits and (failing := [each for each in judged if each.verdict == _NOT and each.reading.whole]):
        working.remark(f"It does not hold for: {_list(failing, claim)}.")
    if not matching and not near:
        times = show(Quantity(claim.base / judged[0].reading.value, "x"), 3)
        working.remark(f"No reading gives the claim; it is {times} the nearest one.")
    unsaid = [
        words for words, said in _UNSAID if words in judged[0].reading.words and not re.search(said, i.claim, re.IGNORECASE)
    ]
    if unsaid and judged[0].verdict < _NOT:
        working.remark(f"What it leaves unsaid: {', '.join(unsaid)}.")
    if claim.tags and not any(each.named for each in judged):
        named = ", ".join(_WRITTEN.get(tag, tag.upper()) for tag in sorted(claim.tags))
        working.remark(f"No reading is all that the claim says ({named}): the facts of {i.gpu.short} have no such number.")
    if by_digits and len(matching) > 1 and not claim.tags:
        working.remark("The claim does not say which of these it means, and they are not the same thing.")


def _list(found: list[_Judged], claim: Claim) -> str:
    said = [f"{each.reading.words} ({show(Quantity(each.reading.value, claim.unit))})" for each in found[:_LISTED]]
    more = len(found) - _LISTED
    return "; ".join(said) + (f"; and {more} more" if more > 0 else "")


def summary(i: Inputs, o: Outputs) -> str:
    return f"“{i.claim}” is {o.verdict}: {o.reading}; {o.value}."


def chart(run) -> Bars:
    """The readings nearest to the claim, with the claim as a limit."""
    inputs = _of_its_kind(run.inputs)
    claim = _claim(inputs)
    judged = [each for each in _judged(inputs, claim) if each.reading.whole or inputs.kind != "fits"]
    if inputs.kind == "fits":
        judged.sort(key=lambda each: abs(each.distance))
    judged = judged[:_DRAWN]
    names: dict[str, float] = {each.reading.words: each.reading.value for each in judged}
    return Bars(
        title="Readings, and the claim",
        description=summary(run.inputs, run.result),
        x=Axis(_AXES[inputs.kind], claim.unit),
        bars=tuple(Bar(words, (Segment("reading", Quantity(value, claim.unit).value, "a"),)) for words, value in names.items()),
        limit=Limit("claimed", claim.quantity.value),
    )


CALCULATOR = Calculator(
    title="Check a claim",
    subject="Comparing and checking",
    question="Which assumption reproduces this number, and which does not?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("ratio", "verdict", "matching", "tried"),
    chart=chart,
)
