"""Everything that a claimed number may mean: each reading of the facts, with what it is and its value.

The order of readings is from plain to far-fetched: dense before 2:4 sparse, FP32 sums before FP16 sums, one direction before
both, one GPU before a rack of them. A number that several readings reproduce is taken for the plainest of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from calculators import decode, facts, formats, kv_cache
from calculators.architecture import parameter_counts
from calculators.compare import ratio
from calculators.cost import per_token
from calculators.decode_step import arithmetic_time
from calculators.formula import formula
from calculators.interconnect import all_links, both_ways, directions, one_of_both, over_pcie
from calculators.memory_fit import on_all
from calculators.peak_rate import known_peak, rate, sparse
from calculators.records import Fact, MissingFact, Record
from calculators.schema import FORMATS, LINKS
from calculators.shards import tensor_parallel
from calculators.units import FlopPerSecond, Number, Quantity, show
from calculators.working import Unrecorded, Working

_GIB_OVER_GB = 2**30 / 1e9
_PIPES = {"tensor": "matrix units", "vector": "vector units"}
_SECTIONS = {"peak": "dense", "peak_sparse": "2:4 sparse", "peak_sparse_4_16": "4:16 sparse", "peak_preliminary": "preliminary"}
_STORED = (
    "fp32", "bf16", "fp16", "fp8", "int8", "q8_0", "q6_k", "q5_k_m", "int4-g128", "q4_k_m", "nf4", "mxfp4", "nvfp4",
    "q3_k", "q2_k",
)  # fmt: skip
_COUNTS_OF_TOKENS = {"per million tokens": 1, "per thousand tokens, called a million": 1e-3, "per token, called a million": 1e-6}


@formula("each * gpus")
def rate_of_all(each: FlopPerSecond, gpus: Number) -> FlopPerSecond:
    """Peak rate of several GPUs together, in FLOP/s. GB200 NVL72, FP4 with 2:4 sparsity: 20 PFLOPS * 72 = 1.44 EFLOPS."""
    return FlopPerSecond(each * gpus)


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a claimed number: in words, its value in base units, how far-fetched it is, and how it came about."""

    words: str
    value: float
    order: int
    tags: frozenset[str] = frozenset()
    facts: tuple[Fact, ...] = ()
    step: tuple[Callable, dict[str, float]] | None = None
    whole: bool = True


def counts(gpu: Record, gpus: float) -> dict[int, str]:
    """How many of an accelerator a claim may be about: one, the number given, and as many as known systems hold."""
    found = {1: f"one {gpu.short}"}
    if gpus > 1:
        found[int(gpus)] = f"{int(gpus)} × {gpu.short}"
    for system in facts.load().systems.values():
        if str(system["gpus.accelerator"]) == gpu.slug:
            found.setdefault(int(system["gpus.count"].value), f"{int(system['gpus.count'].value)} together, as in {system.short}")
    return found


def rates(gpu: Record, gpus: float, operations: bool) -> Iterator[Reading]:
    """Peaks by format, units, sparsity and width of the sums, at the printed clock or the boost clock, of one GPU or several.

    Integers come last unless the claim counts `operations`: TOPS, not TFLOPS.
    """
    for each, (count, whose) in product(list(_peaks(gpu)), counts(gpu, gpus).items()):
        terms = {"each": each.value, "gpus": count}
        order = each.order + (3 if count > 1 else 0) + (0 if operations else 3 * bool(each.tags & {"int8", "int4"}))
        yield Reading(f"{each.words}, {whose}", rate_of_all(**terms), order, each.tags, each.facts, (rate_of_all, terms))


def _peaks(gpu: Record) -> Iterator[Reading]:
    for section, how in _SECTIONS.items():
        for key, fact in gpu.section(section).items():
            far = {"peak": 0, "peak_preliminary": 4}.get(section, 1)
            yield Reading(f"{_named(key)}, {how}", fact.base, far + _far(key), _tags(key, how), (fact,))
    for key in gpu.section("rate"):
        dense = gpu.facts.get(f"peak.{key}")
        if dense and f"peak_sparse.{key}" not in gpu and "tensor" in key and "fp64" not in key:
            words = f"{_named(key)}, twice the dense rate, which no source states"
            yield Reading(words, sparse(dense.base), 3 + _far(key), _tags(key, "2:4 sparse"), (dense,))
        yield from _at_boost(gpu, key)


def _at_boost(gpu: Record, key: str) -> Iterator[Reading]:
    boost, per_clock = gpu.facts.get("compute.boost_clock"), gpu[f"rate.{key}"]
    units = next((gpu[each] for each in ("compute.sm_count", "compute.cu_count") if each in gpu), None)
    clock = gpu.facts.get(f"peak_clock.{key}") or gpu.facts.get("peak_clock.default")
    if boost and units and clock and boost.base != clock.base:
        value = rate(units.base, per_clock.base, boost.base)
        words = f"{_named(key)}, dense, at the boost clock instead of that of the printed peak"
        yield Reading(words, value, 2 + _far(key), _tags(key, "dense"), (units, per_clock, boost))


def _named(key: str) -> str:
    slug, pipe, *rest = key.split("_")
    return f"{FORMATS[slug]} on the {_PIPES[pipe]}{' with FP16 sums' if rest else ''}"


def _far(key: str) -> int:
    return key.endswith("_fp16_accumulate") + ("vector" in key) + key.startswith("tf32") + 2 * key.startswith(("int4", "fp64"))


def _tags(key: str, how: str) -> frozenset[str]:
    return frozenset({key.split("_")[0], "sparse" if "sparse" in how else "dense"})


def memories(gpu: Record, gpus: float) -> Iterator[Reading]:
    """Memory as marketed and as reported, in GB and in GiB, of one GPU or several."""
    kinds = {"memory.capacity": "as marketed", "memory.visible": "as the driver reports it"}
    for (key, words), (count, whose) in product(kinds.items(), counts(gpu, gpus).items()):
        if key not in gpu:
            continue
        fact, terms = gpu[key], {"per_gpu": gpu[key].base, "gpus": count}
        far = (3 if count > 1 else 0) + (key == "memory.visible")
        said, tags = f"memory {words}, {whose}", frozenset({"memory"})
        yield Reading(said, on_all(**terms), far, tags, (fact,), (on_all, terms))
        if key == "memory.capacity":  # the chips hold a power of two; vendors write it as GB
            more = {"per_gpu": fact.base * _GIB_OVER_GB, "gpus": count}
            yield Reading(f"{said}, if its GB are GiB", on_all(**more), far + 1, tags, (fact,), (on_all, more))
        else:
            less = {"per_gpu": fact.base / _GIB_OVER_GB, "gpus": count}
            yield Reading(f"{said}, in GiB that are called GB", on_all(**less), far + 1, tags, (fact,), (on_all, less))


def bandwidths(gpu: Record, gpus: float) -> Iterator[Reading]:
    """Memory and links, one way and both, each link and all of them, of one GPU or several."""
    for each, (count, whose) in product(list(_flows(gpu)), counts(gpu, gpus).items()):
        terms = {"rate": each.value, "links": count}
        order = each.order + (3 if count > 1 else 0)
        yield Reading(f"{each.words}, {whose}", all_links(**terms), order, each.tags, each.facts, (all_links, terms))


def _flows(gpu: Record) -> Iterator[Reading]:
    if "memory.bandwidth" in gpu:
        fact = gpu["memory.bandwidth"]
        yield Reading("memory bandwidth", fact.base, 0, frozenset({"memory"}), (fact,))
    for slug, name in LINKS.items():
        for part, what in (("total", "all links"), ("per_link", "each link")):
            fact = gpu.facts.get(f"interconnect.{slug}_{part}")
            if fact and fact.base:
                yield from _both(f"{name}, {what}", fact, part == "per_link", frozenset({slug}))
    try:
        way = over_pcie(gpu)
    except MissingFact:
        return
    value, used = (way.base, (way,)) if isinstance(way, Fact) else (way.quantity.base, way.facts)
    yield Reading("PCIe, one way", value, 1, frozenset({"pcie"}), used)
    yield Reading("PCIe, both ways added", both_ways(value), 2, frozenset({"pcie"}), used)


def _both(name: str, fact: Fact, far: bool, tags: frozenset[str]) -> Iterator[Reading]:
    single = fact.base if directions(fact) == 1 else one_of_both(fact.base)
    yield Reading(f"{name}, one way", single, 1 + far, tags, (fact,))
    yield Reading(f"{name}, both ways added", both_ways(single), 2 + far, tags, (fact,))


def ratios(gpu: Record, other: Record) -> Iterator[Reading]:
    """One accelerator over another: peaks of the same format, of different ones, sparse to dense; memory, links and power."""
    for key, words in {
        "memory.bandwidth": "memory bandwidth",
        "memory.capacity": "memory",
        "power.tdp": "power limit",
        "memory.l2_cache": "L2 cache",
        "interconnect.nvlink_total": "NVLink",
    }.items():
        if key in gpu and key in other and other[key].base:
            tag = "nvlink" if "nvlink" in key else key.partition(".")[0]
            yield _over(f"{words} over {words}", gpu[key], other[key], 1, frozenset({tag}))
    for a, b in product(_tensor(gpu), _tensor(other)):
        yield _over(f"{a.words} over {b.words}", a.facts[0], b.facts[0], _apart(a, b), a.tags | b.tags)


def _tensor(gpu: Record) -> list[Reading]:
    return [
        each for each in _peaks(gpu) if len(each.facts) == 1 and "preliminary" not in each.words and "twice" not in each.words
    ]


def _apart(a: Reading, b: Reading) -> int:
    """How unlike two peaks are: nothing for the same format and sparsity."""
    formats_differ = not (a.tags & b.tags - {"dense", "sparse"})
    sparsity_differs = ("sparse" in a.tags) != ("sparse" in b.tags)
    pipes_differ = ("vector" in a.words) != ("vector" in b.words)
    return a.order + b.order + 3 * formats_differ + 4 * sparsity_differs + 4 * pipes_differ


def _over(words: str, a: Fact, b: Fact, order: int, tags: frozenset[str] = frozenset()) -> Reading:
    terms = {"a": a.quantity.value, "b": b.quantity.to(a.unit)}
    return Reading(words, ratio(**terms), order, tags, (a, b), (ratio, terms))


def fits(gpu: Record, gpus: float, model: Record, context: float, batch: float, overhead: float, named: float | None):
    """Cards that a model fills in each weight format: all that is needed in the memory that is there, or the weights alone.

    Copies that `gpus` GPUs keep are part of what is needed, as for the calculator of fit.
    """
    marketed = gpu["memory.capacity"].base
    usable = gpu.facts.get("memory.visible", gpu["memory.capacity"])
    quiet = Unrecorded()
    cache = kv_cache.held(model, "fp16", gpus, quiet).sequence(context, "window", quiet) * batch
    for order, slug in enumerate(_STORED):
        kind = formats.WEIGHTS[slug]
        size = tensor_parallel(model, slug, "linear", quiet).everywhere(gpus, quiet)
        spare = usable.base - overhead
        tags, used = frozenset({slug.split("-")[0]}), (usable,)
        if spare > 0:
            words = f"{kind.label}, with {show(Quantity(context * batch, 'token'))} of KV cache and overhead"
            yield _cards(words, size + cache, spare, order, tags, used, True)
        yield _cards(f"{kind.label}, the weights alone", size, usable.base, 20 + order, tags, used, False)
        if named:
            plain = named * kind.bits / formats.BITS_PER_BYTE
            words = f"{kind.label}, {_billions(named)} by name, the weights alone, in the marketed memory"
            yield _cards(words, plain, marketed, 40 + order, tags, (gpu["memory.capacity"],), False)


def _billions(count: float) -> str:
    return f"{count / 1e9:.4g} billion parameters"


def _cards(
    words: str, need: float, room: float, order: int, tags: frozenset[str], used: tuple[Fact, ...], whole: bool
) -> Reading:
    terms = {"a": need / 1e9, "b": room / 1e9}  # in GB, as the working shows them
    return Reading(words, ratio(**terms), order, tags, used, (ratio, terms), whole)


def costs(
    gpu: Record, gpus: float, model: Record, context: float, batch: float, hourly: float, measured: float | None
) -> Iterator[Reading]:
    """Prices of tokens: at a measured rate, else at the bounds of decoding and prefill; per million, or mistakenly for fewer."""
    for each in _token_rates(gpu, gpus, model, context, batch, measured):
        for words, factor in _COUNTS_OF_TOKENS.items():
            terms = {"cost_rate": hourly * gpus, "token_rate": each.value, "busy": 1}
            order = each.order + (0 if factor == 1 else 5)
            value = per_token(**terms) * factor
            step = (per_token, terms) if factor == 1 else None
            yield Reading(f"{each.words}, {words}", value, order, each.tags, each.facts, step, factor == 1)


def _token_rates(
    gpu: Record, gpus: float, model: Record, context: float, batch: float, measured: float | None
) -> Iterator[Reading]:
    if measured:
        yield Reading(f"at {show(Quantity(measured, 'token/s'))}", measured, 0)
        return
    bandwidth, parameters = gpu["memory.bandwidth"], parameter_counts(model)
    peak = known_peak(gpu, "bf16_tensor" if "peak.bf16_tensor" in gpu else "fp16_tensor")
    top, used = (peak.base, (peak,)) if isinstance(peak, Fact) else (peak.quantity.base, peak.facts)
    each_token = arithmetic_time(2 * parameters.multiplied, gpus, top, 1)
    yield Reading("input, prefill at its bound", 1 / each_token, 9, frozenset({"input"}), used)
    served = {"gpu": gpu, "gpus": gpus, "model": model, "kv": "fp16", "scope": "linear", "context": context, "compute": "bf16"}
    bounds = {"bandwidth": bandwidth.base, "peak": top, "bandwidth_efficiency": 1.0, "compute_efficiency": 1.0}
    for slug, many in product(("fp16", "fp8", "int4-g128"), sorted({1, int(batch)})):
        asked = decode.Inputs(**served, **bounds, weights=slug, batch=many, capacity_rule="ignore", capacity=0.0)
        words = f"output, {formats.WEIGHTS[slug].name} weights, batch {many:,}, decoding at its bound"
        order = 1 + (many != batch) + (slug != "fp16")
        rate_at_best = decode.calculate(asked, Working()).token_rate
        yield Reading(words, rate_at_best, order, frozenset({"output", slug.split("-")[0]}), (bandwidth,))
