"""Number formats as stored: how many bits one weight or one KV element really takes, scales included.

Sources: AWQ (arXiv:2306.00978) and GPTQ (arXiv:2210.17323) with groups of 128; QLoRA NF4 (arXiv:2305.14314, section 3);
OCP Microscaling Formats v1.0 (MXFP4: blocks of 32 with an 8-bit scale); NVFP4 (blocks of 16 with an FP8 scale);
llama.cpp block formats Q4_0 and Q8_0 (blocks of 32 with an FP16 scale).
"""

from dataclasses import dataclass

from calculators.formula import formula
from calculators.units import Bytes, Number


@dataclass(frozen=True, slots=True)
class Format:
    """A storage format: bits per element, and the bits of scale and zero point that every group of elements shares."""

    label: str
    bits: int
    group_bits: int = 0
    group: int = 1
    quantized: bool = False


WEIGHTS = {
    "fp32": Format("FP32", 32),
    "bf16": Format("BF16", 16),
    "fp16": Format("FP16", 16),
    "fp8": Format("FP8, one scale per tensor", 8, quantized=True),
    "int8": Format("INT8, one scale per row", 8, quantized=True),
    "q8_0": Format("Q8_0 (llama.cpp)", 8, 16, 32, quantized=True),
    "int4-g128": Format("INT4 in groups of 128 (AWQ, GPTQ)", 4, 16 + 4, 128, quantized=True),
    "q4_0": Format("Q4_0 (llama.cpp)", 4, 16, 32, quantized=True),
    "nf4": Format("NF4 in blocks of 64 (bitsandbytes)", 4, 32, 64, quantized=True),
    "mxfp4": Format("MXFP4 in blocks of 32", 4, 8, 32, quantized=True),
    "nvfp4": Format("NVFP4 in blocks of 16", 4, 8, 16, quantized=True),
}
KV = {
    "fp32": Format("FP32", 32),
    "bf16": Format("BF16", 16),
    "fp16": Format("FP16", 16),
    "fp8": Format("FP8, one scale per tensor", 8),
    "int8": Format("INT8, one scale per tensor", 8),
    "q8_0": Format("Q8_0 (llama.cpp)", 8, 16, 32),
    "q4_0": Format("Q4_0 (llama.cpp)", 4, 16, 32),
}
WEIGHT_CHOICES = {slug: kind.label for slug, kind in WEIGHTS.items()}
KV_CHOICES = {slug: kind.label for slug, kind in KV.items()}
UNQUANTIZED_BYTES = 2  # what quantized checkpoints keep embeddings, norms and the output head in


@formula("(bits + group_bits / group) / 8")
def bytes_per_element(bits: Number, group_bits: Number, group: Number) -> Bytes:
    """Bytes that one stored element takes: its own bits plus its share of the group's scale and zero point.

    `bits`, `group_bits` and `group` are plain numbers; the result is in bytes.
    Example: INT4 in groups of 128 with an FP16 scale and a 4-bit zero point: (4 + 20/128)/8 = 0.5195 bytes.
    """
    return Bytes((bits + group_bits / group) / 8)


def element_bytes(kind: Format) -> float:
    """Bytes per element of a format."""
    return bytes_per_element(bits=kind.bits, group_bits=kind.group_bits, group=kind.group)
