"""Inputs that several calculators share, each declared once: the same question has the same name, unit, bounds and meaning."""

from collections.abc import Callable, Mapping
from typing import Any

from calculators import formats
from calculators.declare import choice, count, overridable, quantity
from calculators.records import Fact
from calculators.schema import FORMATS

SCOPES = {
    "linear": "layer matrices only",
    "everything": "every parameter",
    "experts": "routed experts only (as gpt-oss is published)",
}
WINDOW_POLICIES = {"window": "keep the window only", "full": "keep every token"}
SPARSITY = {"dense": "dense", "sparse": "2:4 sparse (weights pruned to the pattern)"}
ACCUMULATE = {"fp32": "FP32", "fp16": "FP16 (faster on GeForce, less exact)"}


def weight_format(default: str = "fp16") -> Any:
    """How the weights are stored."""
    return choice(default, formats.WEIGHT_CHOICES, "Weight format", "How the weights are stored.")


def quantized_scope() -> Any:
    """Which parameters a quantized weight format applies to."""
    help = "Most quantized checkpoints keep embeddings, norms and the output head in 16 bits."
    return choice("linear", SCOPES, "What is quantized", help)


def kv_format() -> Any:
    """How the KV cache is stored."""
    return choice("fp16", formats.KV_CHOICES, "KV cache format", "How keys and values are stored.")


def window_policy() -> Any:
    """What an engine keeps for the layers that attend to a sliding window."""
    help = "Engines that give every layer the same pages keep every token, also where it is never read again."
    return choice("window", WINDOW_POLICIES, "Sliding-window layers", help)


def sparsity() -> Any:
    """Dense or 2:4 sparse peaks; dense unless asked for."""
    return choice("dense", SPARSITY, "Sparsity", "Vendors often quote the sparse peak, which is twice the dense one.")


def accumulate() -> Any:
    """The width in which products are summed."""
    return choice("fp32", ACCUMULATE, "Accumulate in", "The width in which products are summed.")


def number_format(default: str = "bf16") -> Any:
    """The format of a multiplication's operands."""
    return choice(default, FORMATS, "Number format", "Of the operands.")


def tokens_per_sequence() -> Any:
    """Tokens that each sequence keeps."""
    return count(4096, 1, 10_000_000, "Tokens per sequence", "Prompt and generated tokens together.", "token")


def sequences() -> Any:
    """Sequences that are kept."""
    return count(1, 1, 1_000_000, "Sequences", "Sequences held at the same time.", "sequence")


def prefix_cache_hits() -> Any:
    """Share of each prompt that need not be computed."""
    return quantity("0%", "%", "0%", "99%", "Prefix-cache hits", "Share of each prompt that is cached already.")


def pipeline_chunks() -> Any:
    """Groups of layers that a pipeline stage works on in turn."""
    return count(1, 1, 128, "Chunks per stage", "More than one: the interleaved schedule.")


def of_gpu(key: str) -> Callable[[Mapping[str, Any]], Fact]:
    """The fact `key` of the chosen GPU, for an input that a reader may override."""
    return lambda known: known["gpu"][key]


def memory_bandwidth() -> Any:
    """Memory bandwidth of one GPU."""
    help = "Of one GPU, from its facts; or what you measured."
    return overridable(of_gpu("memory.bandwidth"), "GB/s", "0.1 GB/s", "1000000 GB/s", "Memory bandwidth", help)


def peak_rate(fallback: Callable[[Mapping[str, Any]], Fact], optional: bool = False) -> Any:
    """Peak rate of one GPU in the chosen format."""
    help = "Of one GPU in the chosen format, from its facts; or your own."
    return overridable(fallback, "TFLOPS", "0.001 TFLOPS", "1000000 TFLOPS", "Peak rate", help, optional)


def usable_memory(known: Mapping[str, Any]) -> Fact:
    """What the driver reports where that was read, else the marketed capacity."""
    gpu = known["gpu"]
    return gpu["memory.visible"] if "memory.visible" in gpu else gpu["memory.capacity"]


def memory_per_gpu() -> Any:
    """Memory of one GPU that a program can use."""
    help = "As the driver reports it where known; or your own limit."
    return overridable(usable_memory, "GiB", "0.1 GiB", "100000 GiB", "Memory per GPU", help)


def power_per_gpu(help: str) -> Any:
    """Power of one GPU."""
    return overridable(of_gpu("power.tdp"), "W", "1 W", "100000 W", "Power per GPU", help)


def electricity() -> Any:
    """Price of electricity."""
    return quantity("0.10 USD/kWh", "USD/kWh", "0 USD/kWh", "10 USD/kWh", "Electricity", "Price per kilowatt-hour.")


def pue(default: str = "1.3") -> Any:
    """Power usage effectiveness."""
    return quantity(default, "", "1", "3", "PUE", "Facility energy over IT energy.")


def host_share() -> Any:
    """Price of hosts and network over that of the GPUs."""
    return quantity("50%", "%", "0%", "1000%", "Host and network", "What they add to the purchase price.")


def lifetime() -> Any:
    """Years over which a purchase is spread."""
    return quantity("4 year", "year", "0.1 year", "20 year", "Years of use", "Over which the purchase is spread.")
