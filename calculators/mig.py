"""How can a card be divided by MIG: which mix of instances can be placed, what does each one have, and what fits in it?

NVIDIA MIG User Guide, "Concepts": an instance takes memory slices, each about an eighth of the memory's capacity and bandwidth (a
quarter on the A30), and SM slices. What the SMs of an instance are is read from devices; they are no exact sevenths of the card.
Peak rate and bandwidth of an instance are shares, not measurements.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators import decode, decode_step, facts, inputs, kv_cache, prices
from calculators.declare import Calculator, Derived, accelerator, choice, count, model, output, quantity, text
from calculators.formula import formula
from calculators.memory_fit import left_over
from calculators.mig_placement import (
    FORM,
    LONGEST,
    Instance,
    can_add,
    layout,
    placed_gpus,
    read_mix,
    slices,
    whole,
    why_no_placements,
)
from calculators.present.html import Html, scrolling_table, tag
from calculators.present.mig_layout import ROLES, Block, Row, picture
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MigProfile, Record
from calculators.roofs import peak_fact
from calculators.schema import FORMATS
from calculators.units import Bytes, BytesPerSecond, FlopPerSecond, Number, Quantity, TokensPerSecond, Usd, UsdPerSecond, show
from calculators.weights import sizes as weight_sizes
from calculators.working import Working

SHARED_BY = {
    "compute": "in proportion to compute slices",
    "memory": "in proportion to memory slices",
    "evenly": "evenly, one part each",
}


@formula("part / of")
def share(part: Number, of: Number) -> Number:
    """Share of a card that an instance has. H100 SXM, 1g.10gb: 16 of 132 SMs = 12.1%."""
    return Number(part / of)


@formula("peak * share")
def instance_peak(peak: FlopPerSecond, share: Number) -> FlopPerSecond:
    """Peak rate of an instance in FLOP/s: that of the card times its share of the SMs, at the same clock."""
    return FlopPerSecond(peak * share)


@formula("bandwidth * share")
def instance_bandwidth(bandwidth: BytesPerSecond, share: Number) -> BytesPerSecond:
    """Bandwidth of an instance in bytes/s, estimated: that of the card times its share of the memory slices.

    NVIDIA MIG User Guide, "Concepts": a memory slice is roughly one eighth of the memory's capacity and of its bandwidth.
    """
    return BytesPerSecond(bandwidth * share)


@formula("card * share")
def instance_rent(card: UsdPerSecond, share: Number) -> UsdPerSecond:
    """What an instance costs per time, in USD/s: its share of what the whole card costs, idle slices included."""
    return UsdPerSecond(card * share)


@formula("price / models")
def price_per_model(price: Usd, models: Number) -> Usd:
    """Purchase price of a card for each model that it serves. $30,000 / 7 = $4,286."""
    return Usd(price / models)


@formula("rent / models")
def rent_per_model(rent: UsdPerSecond, models: Number) -> UsdPerSecond:
    """What a card costs per time for each model that it serves, in USD/s."""
    return UsdPerSecond(rent / models)


def _default_mix(known: Mapping[str, Any]) -> str:
    """A half, a quarter and two eighths where the card has them, else its smallest profile; empty where nothing is known."""
    gpu = known["gpu"]
    if why_no_placements(gpu):
        return ""
    plain = sorted((p for p in gpu.mig.values() if "+" not in p.name), key=lambda p: slices(p, "memory_slices"))
    by_compute = {slices(profile, "compute_slices"): profile.name for profile in reversed(plain)}
    return ", ".join(by_compute[each] for each in ((3, 2, 1, 1) if 3 in by_compute else (2, 1, 1)))


def _peak(known: Mapping[str, Any]) -> Fact | Derived:
    return peak_fact({**known, "sparsity": "dense", "accumulate": "fp32"})


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    mix: str = text("", read_mix, FORM, "Instances", "Profiles of this GPU; or their IDs.", LONGEST, _default_mix)
    instance: float = count(1, 1, 16, "Instance looked at", "Which of the mix, counted from 1.")
    model: Record = model("llama-3.1-8b", help="One copy in each instance.")
    weights: str = inputs.weight_format("int4-g128")
    scope: str = inputs.quantized_scope()
    kv: str = inputs.kv_format()
    policy: str = inputs.window_policy()
    context: float = inputs.tokens_per_sequence()
    overhead: float = quantity(
        "2 GiB", "GiB", "0 GiB", "1000 GiB", "Overhead per instance", "CUDA context, activations, buffers: measure yours."
    )
    hourly: float | None = prices.to_rent(
        "gpu", "Price per hour", "Of the whole GPU: the newest recorded on-demand one, or yours."
    )
    price: float | None = prices.to_buy("gpu", "Purchase price")
    shared_by: str = choice("compute", SHARED_BY, "Cost is shared", "Among the instances of the mix, idle slices included.")
    format: str = choice("bf16", FORMATS, "Number format", "Of the peak rate.")
    peak: float | None = inputs.peak_rate(_peak, optional=True)
    bandwidth: float = inputs.memory_bandwidth()


@dataclass(frozen=True)
class Outputs:
    instances: Number = output("Instances", "instance", "In the mix.")
    compute_slices: Number = output("Compute slices", "slice", "Taken by the mix.")
    memory_slices: Number = output("Memory slices", "slice", "Taken by the mix.")
    idle_sms: Number | None = output("SMs left idle", "SM", "In no instance: left over, or never part of a slice.")
    profile: str = output("Profile looked at", None, "The instance that the next lines are about.")
    sms: Number | None = output("SMs", "SM", "Of the instance.")
    sm_share: Number | None = output("Share of the SMs", "%", "Of all that the GPU has.")
    memory: Bytes = output("Memory", "GB", "Of the instance: as devices report it where that was read, else as named.")
    memory_share: Number = output("Share of the memory slices", "%", "Of capacity and bandwidth.")
    peak: FlopPerSecond | None = output("Peak rate", "TFLOPS", "Of the instance, dense, in the chosen format.")
    bandwidth: BytesPerSecond = output("Memory bandwidth", "GB/s", "Of the instance: an estimate from its share.")
    hourly: UsdPerSecond | None = output("Cost", "USD/h", "The instance's share of the price per hour.")
    sequences: Number = output("Sequences that fit", "sequence", "In the instance, beside one copy of the model.")
    token_rate: TokensPerSecond | None = output("Tokens per second", "token/s", "Of the instance with all of them, at most.")
    serving: Number = output("Instances that hold the model", "instance", "With room for at least one sequence.")
    total_sequences: Number = output("Sequences on the GPU", "sequence", "In all instances together.")
    price_per_model: Usd | None = output("Purchase price per model", "USD", "The GPU's price over the copies that it serves.")
    hourly_per_model: UsdPerSecond | None = output("Cost per model", "USD/h", "The price per hour over those copies.")
    left: str = output("Still fits", None, "Profiles of which one more could be added without moving the others.")
    starts: str = output("Starts at", None, "The first memory slice of each instance.")
    command: str = output("Create it", None, "Once MIG mode is on; the driver chooses the places, the largest first.")
    command_placed: str = output("Create it at these places", None, "The same with the slice that each instance starts at.")


@dataclass(frozen=True, slots=True)
class Share:
    """What one instance has of the card, and what fits in it."""

    sms: float | None
    sm_share: float | None
    memory: float
    memory_share: float
    peak: float | None
    bandwidth: float
    hourly: float | None
    sequences: float
    token_rate: float | None


def calculate(i: Inputs, working: Working) -> Outputs:
    """Place the mix and divide the card among its instances; see `share`, `instance_peak`, `instance_bandwidth`.

    Raises InputProblems for a GPU whose placements are not known, for a mix that cannot be placed, with the reason, and for an
    instance that the mix does not have.
    """
    instances = _placed(i)
    working.use(*(fact for one in instances for column, fact in one.profile.facts.items() if column in _USED))
    looked = _share(i, instances, instances[int(i.instance) - 1].profile, working)
    shares = shares_of(i, instances)
    _remark(i, instances, looked, working)
    serving = sum(1 for one in shares if one.sequences)
    price, rent = _per_model(i, serving, working)
    sms = [one.sms for one in shares]
    return Outputs(
        instances=Number(len(instances)),
        compute_slices=Number(sum(slices(one.profile, "compute_slices") for one in instances)),
        memory_slices=Number(sum(one.size for one in instances)),
        idle_sms=None if None in sms else Number(i.gpu["compute.sm_count"].base - sum(sms)),
        profile=instances[int(i.instance) - 1].profile.name,
        **{name: getattr(looked, name) for name in Share.__dataclass_fields__},
        serving=Number(serving),
        total_sequences=Number(sum(one.sequences for one in shares)),
        price_per_model=price,
        hourly_per_model=rent,
        left=", ".join(can_add(i.gpu, instances)) or "nothing",
        starts=", ".join(f"{one.profile.name} at {one.start}" for one in instances),
        command=_command(instances, places=False),
        command_placed=_command(instances, places=True),
    )


def _per_model(i: Inputs, serving: int, working: Working) -> tuple[float | None, float | None]:
    """Purchase price and rent of the card for each copy of the model; None where there is no copy, or no price."""
    price = rent = None
    if serving and i.price is not None:
        price = working.step("Purchase price per model", price_per_model, "USD", price=i.price, models=serving)
    if serving and i.hourly is not None:
        rent = working.step("Cost per model", rent_per_model, "USD/h", rent=i.hourly, models=serving)
    return price, rent


_USED = {"id", "sms", "memory", "visible", "compute_slices", "memory_slices", "max_count"}


def _placed(i: Inputs) -> tuple[Instance, ...]:
    if reason := why_no_placements(i.gpu):
        accepted = ", ".join(placed_gpus(facts.load().accelerators.values()))
        raise InputProblems([InputProblem("gpu", i.gpu.slug, reason, accepted)])
    instances = layout(i.gpu, read_mix(i.mix))
    if i.instance > len(instances):
        message = f"is more than the {len(instances)} of the mix"
        raise InputProblems([InputProblem("instance", f"{i.instance:g}", message, f"1 to {len(instances)}")])
    return instances


def shares_of(i: Inputs, instances: tuple[Instance, ...]) -> list[Share]:
    """What each instance of a layout has; instances of one profile have the same."""
    by_profile = {one.profile.name: _share(i, instances, one.profile, Working()) for one in instances}
    return [by_profile[one.profile.name] for one in instances]


def _share(i: Inputs, instances: tuple[Instance, ...], profile: MigProfile, working: Working) -> Share:
    sms, sm_share, peak = profile.facts.get("sms"), None, None
    if sms:
        working.use(i.gpu["compute.sm_count"])
        sm_share = working.step("Share of the SMs", share, "%", part=sms.base, of=i.gpu["compute.sm_count"].base)
    if sms and i.peak is not None:
        peak = working.step("Peak rate of the instance", instance_peak, "TFLOPS", peak=i.peak, share=sm_share)
    parts = {"part": slices(profile, "memory_slices"), "of": slices(whole(i.gpu), "memory_slices")}
    memory_share = working.step("Share of the memory slices", share, "%", **parts)
    bandwidth = working.step("Bandwidth of the instance", instance_bandwidth, "GB/s", bandwidth=i.bandwidth, share=memory_share)
    hourly = _rent(i, instances, profile, working)
    memory = (profile.facts.get("visible") or profile.facts["memory"]).base
    sequences = _sequences(i, memory, working)
    rate = _token_rate(i, memory, bandwidth, i.peak if peak is None else peak, sequences, working)
    return Share(sms.base if sms else None, sm_share, memory, memory_share, peak, bandwidth, hourly, sequences, rate)


def _rent(i: Inputs, instances: tuple[Instance, ...], profile: MigProfile, working: Working) -> float | None:
    if i.hourly is None:
        return None
    of = sum(_weight(i, one.profile) for one in instances)
    paid = working.step("Share of the cost", share, "%", part=_weight(i, profile), of=of)
    return working.step("Cost of the instance", instance_rent, "USD/h", card=i.hourly, share=paid)


def _weight(i: Inputs, profile: MigProfile) -> float:
    return 1.0 if i.shared_by == "evenly" else slices(profile, f"{i.shared_by}_slices")


def _sequences(i: Inputs, memory: float, working: Working) -> float:
    """Whole sequences that fit beside one copy of the model."""
    weights = weight_sizes(i.model, i.weights, i.scope, working).total
    sequence = kv_cache.held(i.model, i.kv, 1, working).sequence(i.context, i.policy, working)
    room = working.step("Left for the KV cache", left_over, "GB", capacity=memory, total=weights + i.overhead)
    return working.step("Sequences that fit", kv_cache.sequences_in, "sequence", room=room, kv_per_sequence=sequence)


def _token_rate(
    i: Inputs, memory: float, bandwidth: float, peak: float | None, sequences: float, working: Working
) -> float | None:
    """The bound of the decoding calculator for an instance with all sequences that fit, or None where there is none.

    Where the SMs of the profile are not known, the arithmetic of the whole card is the bound: too high, but still a bound.
    """
    if not sequences or peak is None:
        return None
    limits = {"bandwidth": bandwidth, "peak": peak, "capacity": memory, "bandwidth_efficiency": 1.0, "compute_efficiency": 1.0}
    stored = {"weights": i.weights, "scope": i.scope, "kv": i.kv, "compute": "bf16", "capacity_rule": "enforce"}
    asked = decode.Inputs(gpu=i.gpu, gpus=1, model=i.model, batch=sequences, context=i.context, **limits, **stored)
    bound = decode.calculate(asked, Working())
    terms = {"tokens_per_step": sequences, "step_time": bound.time_per_output_token}
    return working.step("Tokens per second, at most", decode_step.token_rate, "token/s", **terms)


def _remark(i: Inputs, instances: tuple[Instance, ...], looked: Share, working: Working) -> None:
    whole_size = slices(whole(i.gpu), "memory_slices")
    part = {4: "a quarter", 8: "an eighth"}.get(whole_size, f"1/{whole_size}")
    working.remark(f"The bandwidth is an estimate: NVIDIA says that a memory slice is roughly {part} of capacity and bandwidth.")
    if looked.sms is None:
        working.remark(f"How many SMs {i.gpu.short} gives this profile was not read, so that its peak rate is not known.")
    for price, terms in ((i.hourly, prices.HOURLY), (i.price, prices.PURCHASE)):
        if price is None:
            working.remark(prices.ask_for(i.gpu, terms))
    if not looked.sequences:
        size = weight_sizes(i.model, i.weights, i.scope, Working()).total + i.overhead
        needed, there = (show(Quantity(each, "GB")) for each in (size, looked.memory))
        working.remark(f"{i.model.name} does not serve a single sequence in this instance: {needed} without any, of {there}.")
    if {(4, 4), (4, 3)} <= {(one.size, slices(one.profile, "compute_slices")) for one in instances}:
        working.remark("Drivers before R510 cannot combine these two halves.")


def _command(instances: tuple[Instance, ...], places: bool) -> str:
    """The nvidia-smi call, the largest instance first: a 3g profile fails when smaller ones were created before it."""
    asked = []
    for one in sorted(instances, key=lambda each: (-each.size, -each.start)):
        name = str(one.profile.facts["id"].value) if "id" in one.profile.facts else one.profile.name
        asked.append(f"{name}:{one.start}" if places else name)
    return f"nvidia-smi mig -cgi {','.join(asked)} -C"


def summary(i: Inputs, o: Outputs) -> str:
    memory, most = show(Quantity(o.memory, "GB"), 3), show(Quantity(o.sequences, "sequence"))
    counts = Counter(one.partition(" at ")[0] for one in o.starts.split(", "))
    mix = " + ".join(name if count == 1 else f"{count} × {name}" for name, count in counts.items())
    return f"{mix} can be placed on {i.gpu.short}. Its {o.profile} has {memory} and room for {most} beside {i.model.name}."


def chart(run) -> Html:
    """The memory and compute slices and who has them."""
    i, instances = run.inputs, _placed(run.inputs)
    names = list(dict.fromkeys(one.profile.name for one in instances))
    roles = {name: ROLES[n % len(ROLES)] for n, name in enumerate(names)}
    memory, compute, next_free = [], [], 0
    for one in sorted(instances, key=lambda each: each.start):
        name, taken = one.profile.name, slices(one.profile, "compute_slices")
        memory.append(Block(name, one.start, one.size, roles[name]))
        compute.append(Block(name, next_free, taken, roles[name]))
        next_free += taken
    card = whole(i.gpu)
    rows = (
        Row("Memory slices", slices(card, "memory_slices"), tuple(memory), numbered=True),
        Row("Compute slices", slices(card, "compute_slices"), tuple(compute)),
    )
    description = f"{run.result.starts}. {summary(i, run.result)}"
    return picture(f"Layout of {i.gpu.short}", description, rows, f"{run.calculator.name}-chart")


def table(run) -> Html:
    """Every instance of the mix: its slices, what it has, what fits, what it costs."""
    i, instances = run.inputs, _placed(run.inputs)
    rows = []
    for number, (one, has) in enumerate(zip(instances, shares_of(i, instances), strict=True), 1):
        last = one.start + one.size - 1
        cells = (
            f"{one.start}–{last}" if one.size > 1 else f"{one.start}",
            "not known" if has.sms is None else f"{has.sms:g}",
            show(Quantity(has.memory, "GB")),
            "not known" if has.peak is None else show(Quantity(has.peak, "TFLOPS")),
            show(Quantity(has.bandwidth, "GB/s")),
            f"{has.sequences:,.0f}",
            "none" if has.token_rate is None else show(Quantity(has.token_rate, "token/s")),
            "not known" if has.hourly is None else show(Quantity(has.hourly, "USD/h")),
        )
        head = tag("th", f"{number}: {one.profile.name}", scope="row")
        rows.append(tag("tr", head, *(tag("td", cell) for cell in cells)))
    return scrolling_table(_TITLES, rows, "rp-table", generated=True)


_TITLES = (
    "Instance", "Memory slices", "SMs", "Memory", "Peak rate", "Bandwidth", "Sequences", "Tokens per second, at most", "Cost",
)  # fmt: skip


CALCULATOR = Calculator(
    title="MIG partitions",
    subject="Hardware",
    question="Which mix of MIG instances can be placed, what does each have, and what fits in it?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("sequences", "sm_share", "memory", "hourly_per_model"),
    chart=chart,
    table=table,
)
