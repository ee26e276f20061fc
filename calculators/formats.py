"""Number formats as stored: how many bits one weight or one KV element really takes, scales included.

Sources: AWQ (arXiv:2306.00978) and GPTQ (arXiv:2210.17323) with groups of 128; QLoRA NF4 (arXiv:2305.14314, section 3);
OCP Microscaling Formats v1.0 (MXFP4: blocks of 32 with an 8-bit scale); NVFP4 (blocks of 16 with an FP8 scale);
llama.cpp block formats Q4_0 and Q8_0 (blocks of 32 with an FP16 scale).
"""

from dataclasses import dataclass

from calculators.formula import formula
from calculators.units import Bytes, Number
from calculators.working import Working


@dataclass(frozen=True, slots=True)
class Format:
    """A storage format: bits per element, and the bits of scale and zero point that every group of elements shares."""

    name: str
    label: str
    bits: int
    group_bits: int = 0
    group: int = 1
    quantized: bool = False


WEIGHTS = {
    "fp32": Format("FP32", "FP32", 32),
    "bf16": Format("BF16", "BF16", 16),
    "fp16": Format("FP16", "FP16", 16),
    "fp8": Format("FP8", "FP8, one scale per tensor", 8, quantized=True),
    "int8": Format("INT8", "INT8, one scale per row", 8, quantized=True),
    "q8_0": Format("Q8_0", "Q8_0 (llama.cpp)", 8, 16, 32, quantized=True),
    "int4-g128": Format("INT4", "INT4 in groups of 128 (AWQ, GPTQ)", 4, 16 + 4, 128, quantized=True),
    "q4_0": Format("Q4_0", "Q4_0 (llama.cpp)", 4, 16, 32, quantized=True),
    "nf4": Format("NF4", "NF4 in blocks of 64 (bitsandbytes)", 4, 32, 64, quantized=True),
    "mxfp4": Format("MXFP4", "MXFP4 in blocks of 32", 4, 8, 32, quantized=True),
    "nvfp4": Format("NVFP4", "NVFP4 in blocks of 16", 4, 8, 16, quantized=True),
}
KV = {
    "fp32": Format("FP32", "FP32", 32),
    "bf16": Format("BF16", "BF16", 16),
    "fp16": Format("FP16", "FP16", 16),
    "fp8": Format("FP8", "FP8, one scale per tensor", 8),
    "int8": Format("INT8", "INT8, one scale per tensor", 8),
    "q8_0": Format("Q8_0", "Q8_0 (llama.cpp)", 8, 16, 32),
    "q4_0": Format("Q4_0", "Q4_0 (llama.cpp)", 4, 16, 32),
}
WEIGHT_CHOICES = {slug: kind.label for slug, kind in WEIGHTS.items()}
KV_CHOICES = {slug: kind.label for slug, kind in KV.items()}
BITS_PER_BYTE = 8
UNQUANTIZED_BYTES = 2  # what quantized checkpoints keep embeddings, norms and the output head in


@formula("element + shared / group")
def bytes_per_element(element: Bytes, shared: Bytes, group: Number) -> Bytes:
    """Bytes that one stored element takes: its own, and its part of what a group shares (scale and zero point).

    `element` and `shared` are in bytes, `group` is the number of elements; the result is in bytes.
    Example: INT4 in groups of 128 with an FP16 scale and a 4-bit zero point: 0.5 + 2.5/128 = 0.5195 bytes.
    """
    return Bytes(element + shared / group)


def element_bytes(kind: Format, of: str, working: Working) -> float:
    """Bytes per element of a format, as a step of the working; `of` says what an element is."""
    sizes = {"element": kind.bits / BITS_PER_BYTE, "shared": kind.group_bits / BITS_PER_BYTE, "group": kind.group}
    return working.step(f"{kind.name}: bytes per {of}", bytes_per_element, "byte", **sizes)
