"""Formulas of a step on several GPUs: its work, what it exchanges, what it idles and waits, and what of the GPUs is left.

Messages of tensor parallelism and bubbles of pipelines: Narayanan et al. (arXiv:2104.04473), sections 2.2, 2.3 and 3.2. Traffic
of ZeRO: Rajbhandari et al. (arXiv:1910.02054), section 7. What cannot be split: Amdahl, AFIPS 1967.
"""

from calculators.formula import formula
from calculators.units import Bytes, BytesPerSecond, Flop, FlopPerSecond, Number, Seconds


@formula("per_token * passes / 3 * tokens")
def step_flop(per_token: Flop, passes: Number, tokens: Number) -> Flop:
    """FLOP of one step: `per_token` counts three passes, one forward and two backward; inference makes the first alone."""
    return Flop(per_token * passes / 3 * tokens)


@formula("flop / (peak * utilization)")
def arithmetic_time(flop: Flop, peak: FlopPerSecond, utilization: Number) -> Seconds:
    """Time of the arithmetic on one GPU, in seconds."""
    return Seconds(flop / (peak * utilization))


@formula("parameters * element / bandwidth")
def reading_time(parameters: Number, element: Bytes, bandwidth: BytesPerSecond) -> Seconds:
    """Time to read the weights on one GPU, in seconds: what a decoding step takes at least."""
    return Seconds(parameters * element / bandwidth)


@formula("max(arithmetic, reading)")
def longer(arithmetic: Seconds, reading: Seconds) -> Seconds:
    """Time of a decoding step on one GPU, in seconds: the longer of multiplying and reading."""
    return Seconds(max(arithmetic, reading))


@formula("time * (serial + (1 - serial) / gpus)")
def divided(time: Seconds, serial: Number, gpus: Number) -> Seconds:
    """Time of the work on `gpus` GPUs without communication, in seconds, where the share `serial` cannot be split (Amdahl)."""
    return Seconds(time * (serial + (1 - serial) / gpus))


@formula("1 / (serial + (1 - serial) / gpus)")
def amdahl(serial: Number, gpus: Number) -> Number:
    """Speed-up that the part which cannot be split allows, with communication for nothing."""
    return Number(1 / (serial + (1 - serial) / gpus))


@formula("tokens * width * element")
def message_bytes(tokens: Number, width: Number, element: Bytes) -> Bytes:
    """Bytes of activations of `tokens` tokens, `width` elements each: b s h elements for one tensor-parallel message."""
    return Bytes(tokens * width * element)


@formula("parameters * element / messages")
def gradient_message(parameters: Number, element: Bytes, messages: Number) -> Bytes:
    """Bytes of gradients in one of `messages` buckets."""
    return Bytes(parameters * element / messages)


@formula("messages * each")
def all_messages(messages: Number, each: Seconds) -> Seconds:
    """Time of all messages of a step, one after the other, in seconds."""
    return Seconds(messages * each)


@formula("messages * each")
def all_bytes(messages: Number, each: Bytes) -> Bytes:
    """Bytes that one GPU sends in a step, all its messages together."""
    return Bytes(messages * each)


@formula("reduction + gather")
def with_gather(reduction: Seconds, gather: Seconds) -> Seconds:
    """Communication under full sharding, in seconds: what gradients take anyway, and the weights once more."""
    return Seconds(reduction + gather)


@formula("reduction + gather")
def sent_with_gather(reduction: Bytes, gather: Bytes) -> Bytes:
    """Bytes that a GPU sends under full sharding: half as much again as without it (arXiv:1910.02054, section 7.2)."""
    return Bytes(reduction + gather)


@formula("max(communication * (1 - overlap), communication - work)")
def exposed(communication: Seconds, overlap: Number, work: Seconds) -> Seconds:
    """Communication that is waited for, in seconds: what is not overlapped, and what outlasts the work it hides behind."""
    return Seconds(max(communication * (1 - overlap), communication - work))


@formula("work * (stages - 1) / (microbatches * chunks)")
def bubble(work: Seconds, stages: Number, microbatches: Number, chunks: Number) -> Seconds:
    """Time that each stage of a pipeline idles while it fills and drains, in seconds (arXiv:2104.04473, section 2.2)."""
    return Seconds(work * (stages - 1) / (microbatches * chunks))


@formula("work + bubble + exposed")
def step_time(work: Seconds, bubble: Seconds, exposed: Seconds) -> Seconds:
    """Time of a step, in seconds: what a GPU does, what it idles, what it waits for."""
    return Seconds(work + bubble + exposed)


@formula("one / (gpus * step)")
def efficiency(one: Seconds, gpus: Number, step: Seconds) -> Number:
    """What of `gpus` GPUs is left: (T/n) over the time of a step. Two GPUs: 1.75 ms / (1.75 + 0.30) ms = 85%."""
    return Number(one / (gpus * step))


@formula("one / step")
def speedup(one: Seconds, step: Seconds) -> Number:
    """How many times as fast as one GPU that could hold the work."""
    return Number(one / step)


@formula("part / whole")
def share(part: Seconds, whole: Seconds) -> Number:
    """Part of the time of a step that goes into one thing."""
    return Number(part / whole)
