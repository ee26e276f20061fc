"""The closed vocabulary of the fact files: which keys exist, what they mean, and what kind of value each takes.

A key that is not listed here is refused by the loader, so a slip of the pen cannot become a fact nobody reads.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "text", "flag", "profiles"]

FORMATS = {
    "fp64": "FP64", "fp32": "FP32", "tf32": "TF32", "bf16": "BF16", "fp16": "FP16",
    "fp8": "FP8", "fp6": "FP6", "fp4": "FP4", "int8": "INT8", "int4": "INT4",
}  # fmt: skip
PEAK_SECTIONS = {
    "peak": "dense peak",
    "peak_sparse": "2:4 sparse peak",
    "peak_preliminary": "preliminary peak",
}
QUALIFIERS = {
    "dense": "dense: no structured sparsity",
    "sparse-2:4": "with 2:4 structured sparsity",
    "fp32-accumulate": "products summed in FP32",
    "fp16-accumulate": "products summed in FP16",
    "per-direction": "one direction only",
    "both-directions": "both directions added together",
    "marketed": "the vendor's round figure",
    "device-reported": "printed by a device",
    "vendor-maximum": "the highest configurable value",
    "preliminary": "published before the final specification",
}
SOURCE_KINDS = ("vendor datasheet", "vendor whitepaper", "vendor documentation", "paper", "third party")
BASES = ("read", "derived")
METRICS = {
    "decode_rate": "token/s",
    "prefill_rate": "token/s",
    "output_rate": "token/s",
    "time_per_output_token": "ms",
    "matmul_rate": "TFLOPS",
    "memory_copy_bandwidth": "GB/s",
    "allreduce_bus_bandwidth": "GB/s",
    "training_rate": "token/s",
    "mfu": "%",
}
VERDICTS = {
    "holds": "right",
    "holds-approximately": "right within rounding",
    "misleading": "misleading",
    "wrong": "wrong",
    "not-derivable": "cannot be derived: needs a measurement or a dated price",
    "opinion": "opinion",
}


@dataclass(frozen=True, slots=True)
class Key:
    """What one fact key means: its label, the kind of its value, and a unit of the dimension that the value must have."""

    label: str
    kind: Kind = "number"
    unit: str = ""


def _peak_keys(unit: str, label: str) -> dict[str, Key]:
    keys = {}
    for slug, name in FORMATS.items():
        for pipe in ("vector", "tensor"):
            keys[f"{slug}_{pipe}"] = Key(f"{name} {pipe} {label}".strip(), "number", unit)
        keys[f"{slug}_tensor_fp16_accumulate"] = Key(f"{name} tensor, FP16 accumulate {label}".strip(), "number", unit)
    return keys


ACCELERATOR: dict[str, dict[str, Key]] = {
    "identity": {
        "architecture": Key("Architecture", "text"),
        "chip": Key("Chip", "text"),
        "form_factor": Key("Form factor", "text"),
        "process": Key("Process", "text"),
        "compute_capability": Key("Compute capability", "text"),
        "announced": Key("Announced", "text"),
        "transistors": Key("Transistors", "number", "billion"),
        "die_area": Key("Die area", "number", "mm^2"),
    },
    "compute": {
        "sm_count": Key("Streaming multiprocessors", "number", "SM"),
        "cuda_cores": Key("CUDA cores", "number", "core"),
        "tensor_cores": Key("Tensor cores", "number", "core"),
        "tensor_core_generation": Key("Tensor core generation"),
        "base_clock": Key("Base clock", "number", "MHz"),
        "boost_clock": Key("Boost clock", "number", "MHz"),
        "tensor_clock": Key("Clock of the tensor peaks", "number", "MHz"),
    },
    **{section: _peak_keys("FLOPS", "") for section in PEAK_SECTIONS},
    "rate": _peak_keys("FLOP/clock/SM", ""),
    "peak_clock": {"default": Key("Clock of the peaks", "number", "MHz"), **_peak_keys("MHz", "clock")},
    "memory": {
        "capacity": Key("Memory", "number", "GB"),
        "visible": Key("Memory the driver reports", "number", "MiB"),
        "type": Key("Memory type", "text"),
        "bus_width": Key("Memory bus", "number", "bit"),
        "memory_clock": Key("Memory clock", "number", "MHz"),
        "transfers_per_clock": Key("Transfers per memory clock"),
        "data_rate": Key("Data rate per pin", "number", "Gbit/s"),
        "bandwidth": Key("Memory bandwidth", "number", "GB/s"),
        "l2_cache": Key("L2 cache", "number", "MB"),
        "ecc": Key("ECC", "text"),
    },
    "interconnect": {
        "nvlink_generation": Key("NVLink generation"),
        "nvlink_links": Key("NVLink links", "number", "link"),
        "nvlink_per_link": Key("NVLink rate per link", "number", "GB/s"),
        "nvlink_total": Key("NVLink, all links", "number", "GB/s"),
        "nvlink_per_direction": Key("NVLink, all links, one way", "number", "GB/s"),
        "pcie_generation": Key("PCIe generation"),
        "pcie_lanes": Key("PCIe lanes", "number", "lane"),
        "pcie_per_direction": Key("PCIe, one way", "number", "GB/s"),
        "die_to_die": Key("Die to die", "number", "GB/s"),
    },
    "power": {"tdp": Key("Power limit (TDP)", "number", "W")},
    "features": {
        "mig_max_instances": Key("MIG instances, at most", "number", "instance"),
        "mig_profiles": Key("MIG profiles", "profiles"),
        "fp8": Key("FP8 tensor cores", "flag"),
        "transformer_engine": Key("Transformer Engine", "flag"),
        "structured_sparsity": Key("2:4 structured sparsity", "flag"),
        "confidential_computing": Key("Confidential computing", "flag"),
    },
    "price": {"launch_msrp": Key("Price at launch", "number", "USD")},
}
MODEL: dict[str, dict[str, Key]] = {
    "identity": {"family": Key("Family", "text"), "released": Key("Released", "text")},
    "architecture": {
        "hidden_size": Key("Hidden size"),
        "intermediate_size": Key("Feed-forward size"),
        "num_hidden_layers": Key("Layers", "number", "layer"),
        "num_attention_heads": Key("Attention heads", "number", "head"),
        "num_key_value_heads": Key("KV heads", "number", "head"),
        "head_dim": Key("Head dimension"),
        "vocab_size": Key("Vocabulary", "number", "token"),
        "max_position_embeddings": Key("Context length", "number", "token"),
        "tie_word_embeddings": Key("Input and output embeddings shared", "flag"),
        "attention": Key("Attention", "text"),
        "mlp": Key("Feed-forward kind", "text"),
        "norm": Key("Normalization", "text"),
        "norms_per_layer": Key("Norms per layer"),
        "qkv_bias": Key("Bias on Q, K, V", "flag"),
        "o_bias": Key("Bias on the attention output", "flag"),
        "mlp_bias": Key("Bias in the feed-forward", "flag"),
        "num_experts": Key("Experts", "number", "expert"),
        "num_experts_per_tok": Key("Experts per token", "number", "expert"),
    },
    "published": {"parameters": Key("Parameters as published", "number", "parameter")},
}
