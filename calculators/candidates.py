"""Accelerators as candidates for a load: each as plain floats, a load as the bytes and FLOP it takes, and the time that follows.

Thousands of candidates are looked at for one choice, so nothing here keeps a working; the formulas are those of the modules
that own them, and a test compares the results with theirs.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from calculators import (
    architecture,
    cost,
    decode_step,
    facts,
    forward_pass,
    kv_cache,
    memory_fit,
    model_states,
    prefill,
    prices,
    shards,
    training_flops,
)
from calculators.inputs import usable_memory
from calculators.peak_rate import known_peak
from calculators.records import Fact, MissingFact, Record
from calculators.token_price import time_per_request
from calculators.working import Unrecorded

# The rate used for each width of arithmetic: matrix units first, vector units where there are none.
PEAKS = {
    "fp8": ("fp8_tensor",),
    "fp16": ("fp16_tensor", "bf16_tensor", "fp16_vector", "fp32_vector"),
    "fp32": ("fp32_vector",),
}
ADAM_BYTES = 16  # weights and gradients in 16 bits; master copy and two moments in 32


@dataclass(frozen=True, slots=True)
class Card:
    """An accelerator as numbers in base units; None where a fact or a price is not known."""

    gpu: Record
    capacity: float
    bandwidth: float
    power: float | None
    peaks: dict[str, float]
    rent: float | None
    price: float | None


def peak_of(gpu: Record, arithmetic: str) -> tuple[float, tuple[Fact, ...]] | None:
    """The first known dense rate for a width of arithmetic, and the facts behind it."""
    for key in PEAKS[arithmetic]:
        with suppress(MissingFact):
            found = known_peak(gpu, key)
            if found.quantity.base:
                return found.quantity.base, (found,) if isinstance(found, Fact) else found.facts
    return None


def _price(gpu: Record, terms: tuple[str, ...]) -> float | None:
    with suppress(MissingFact):
        return prices.newest(gpu, terms).quantity.base
    return None


@cache
def cards() -> tuple[Card, ...]:
    """Every accelerator of the fact base."""
    found = []
    for gpu in facts.load().accelerators.values():
        peaks = {arithmetic: known[0] for arithmetic in PEAKS if (known := peak_of(gpu, arithmetic))}
        power = gpu["power.tdp"].base if "power.tdp" in gpu else None
        rent, price = _price(gpu, prices.HOURLY), _price(gpu, prices.PURCHASE)
        found.append(Card(gpu, usable_memory({"gpu": gpu}).base, gpu["memory.bandwidth"].base, power, peaks, rent, price))
    return tuple(found)


def arithmetic_in(weights: str) -> str:
    """FP8 weights are multiplied in FP8; others of fewer than 32 bits are widened and multiplied in 16 bits."""
    return "fp8" if weights.startswith(("fp8", "mxfp8")) else "fp32" if weights == "fp32" else "fp16"


def counts(largest: float) -> Iterator[int]:
    """1, 2, 4, 8 ... up to the largest."""
    count = 1
    while count <= largest:
        yield count
        count *= 2


@dataclass(frozen=True, slots=True)
class Load:
    """What a load takes of `gpus` GPUs together: bytes held and moved, FLOP of a step and of a prompt.

    In training, the FLOP of a step are those of one token, and neither reading nor a prompt is counted.
    """

    weights: str
    arithmetic: str
    gpus: int
    stored: float
    held: float
    step_flop: float
    step_bytes: float | None = None
    prompt_bytes: float | None = None
    prompt_flop: float | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """How a group serves a load: output tokens per second with the prompts worked on in between, times in seconds.

    In training, all tokens per second, and no times.
    """

    rate: float
    step: float | None = None
    prompt: float | None = None


def inference_loads(
    model: Record,
    kinds: Iterable[str],
    scope: str,
    kv: str,
    largest: float,
    prompt: float,
    answer: float,
    batch: float,
    overhead: float,
) -> list[Load]:
    """Bytes and FLOP of a batch at its full length and of reading one prompt, for each weight format and count."""
    quiet, parameters = Unrecorded(), architecture.parameter_counts(model)
    attended = forward_pass.attention_of(model, prompt + answer, quiet)
    flop = decode_step.step_flop(active_parameters=parameters.multiplied, batch=batch, attention=attended)
    used = forward_pass.experts_read(parameters, batch, quiet) if parameters.num_experts else None
    cached = {}
    for gpus in counts(largest):
        cache = kv_cache.held(model, kv, gpus, quiet)
        sequence = cache.sequence(prompt + answer, "window", quiet)
        cached[gpus] = cache, kv_cache.of_batch(kv_per_sequence=sequence, sequences=batch)
    loads = []
    for kind in kinds:
        spread = shards.tensor_parallel(model, kind, scope, quiet)
        for gpus, (cache, kept) in cached.items():
            spare = memory_fit.on_all(per_gpu=overhead, gpus=gpus)
            stored = spread.everywhere(gpus, quiet)
            held = memory_fit.needed(weights=stored, kv_cache=kept, activations=0.0, overhead=spare)
            read = forward_pass.read_once(parameters, spread.size, stored, used, quiet)
            moved = decode_step.bytes_read(weights_read=read, kv_cache=kept)
            first = prefill.work(prefill.Prompts(model, prompt), spread, stored, cache, quiet)
            loads.append(Load(kind, arithmetic_in(kind), gpus, stored, held, flop, moved, first.moved, first.flop))
    return loads


def training_loads(model: Record, kinds: Iterable[str], largest: float, sequence: float, overhead: float) -> list[Load]:
    """Bytes of the sharded model states, and the FLOP of training on one token, for each format of the arithmetic and count."""
    parameters, c = architecture.parameter_counts(model), architecture.Configuration(model)
    states = model_states.in_all(parameters=parameters.total, bytes_each=ADAM_BYTES)
    matrices = training_flops.matrices_per_token(parameters=parameters.active)
    terms = {"layers": c.layers, "heads": c.number("num_attention_heads"), "head_dim": c.number("head_dim")}
    attention = training_flops.attention_per_token(sequence=sequence, **terms)
    flop = training_flops.per_token(matrices=matrices, attention=attention)
    return [
        Load(kind, arithmetic_in(kind), gpus, states, states + memory_fit.on_all(per_gpu=overhead, gpus=gpus), flop)
        for kind in kinds
        for gpus in counts(largest)
    ]


def serve(card: Card, load: Load, prompt: float, answer: float, batch: float, mbu: float, mfu: float) -> Served:
    """Times of a step and of a prompt, each the longer of reading and multiplying, and the rate of both together."""
    peak, gpus = card.peaks[load.arithmetic], load.gpus
    step = decode_step.step_time(
        decode_step.memory_time(load.step_bytes, gpus, card.bandwidth, mbu),
        decode_step.arithmetic_time(load.step_flop, gpus, peak, mfu),
    )
    read = decode_step.step_time(
        decode_step.memory_time(load.prompt_bytes, gpus, card.bandwidth, mbu),
        decode_step.arithmetic_time(load.prompt_flop, gpus, peak, mfu),
    )
    time = time_per_request(prompt, decode_step.token_rate(prompt, read), answer, decode_step.token_rate(batch, step))
    return Served(decode_step.token_rate(answer, time), step, read)


def train(card: Card, load: Load, mfu: float) -> float:
    """Tokens per second of training."""
    return 1 / decode_step.arithmetic_time(load.step_flop, load.gpus, card.peaks[load.arithmetic], mfu)


@dataclass(frozen=True, slots=True)
class Owner:
    """What an owner of GPUs reckons with."""

    host_share: float
    lifetime: float
    electricity: float
    pue: float


def rented(card: Card, gpus: int) -> float | None:
    """What a group costs per second when rented; None where no rent is known."""
    return None if card.rent is None else cost.renting(gpus, card.rent)


def owned(card: Card, gpus: int, owner: Owner) -> float | None:
    """What a group costs per second when owned; None where its price or its power is not known."""
    if card.price is None or card.power is None:
        return None
    spent = cost.capital(gpus, card.price, owner.host_share, owner.lifetime)
    return cost.owning(spent, cost.energy(gpus, card.power, owner.pue, owner.electricity))
