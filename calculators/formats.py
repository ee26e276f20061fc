"""Number formats as stored: how many bits one weight or one KV element really takes, scales included.

Sources: AWQ (arXiv:2306.00978) and GPTQ (arXiv:2210.17323) with an FP16 scale and a zero point per group; QLoRA for NF4 with an
FP32 constant per block of 64, and double quantization of these constants (arXiv:2305.14314, section 3); LLM.int8() for a scale
per row (arXiv:2208.07339, section 3); DeepSeek-V3 for FP8 with an FP32 scale per 128 x 128 block (arXiv:2412.19437, section 3.3);
OCP Microscaling Formats v1.0, section 5 (MXFP4, MXFP8: blocks of 32 with an 8-bit scale); NVFP4 (blocks of 16 with an FP8 scale,
and one FP32 scale per tensor); llama.cpp, ggml/src/ggml-common.h, for the sizes of its blocks, and src/llama-quant.cpp for
what its mixed types (Q4_K_M, Q5_K_M) store in which block.
"""

from dataclasses import dataclass

from calculators.formula import formula
from calculators.units import Bytes, Number
from calculators.working import Working


@dataclass(frozen=True, slots=True)
class Format:
    """A storage format: bits per element, and the bits of scales and zero points that every group of elements shares.

    `row_bits` are stored once per output channel of a matrix. `raised` names the format in which a mixed type stores what is
    most sensitive: some of the value and down matrices, and the output head.
    """

    name: str
    label: str
    bits: int
    group_bits: int = 0
    group: int = 1
    quantized: bool = False
    row_bits: int = 0
    raised: str = ""


BITS_PER_BYTE = 8
UNQUANTIZED_BYTES = 2  # what quantized checkpoints keep embeddings, norms and the output head in
_FP16, _FP32 = 16, 32
_SUPER_BLOCK = 256  # QK_K of llama.cpp


def _floats(name: str, bits: int) -> Format:
    return Format(name, name, bits)


def _quantized(name: str, label: str, bits: int, group_bits: int = 0, group: int = 1, **more) -> Format:
    return Format(name, label, bits, group_bits, group, quantized=True, **more)


def _block(name: str, bits: int, size: int, group: int = _SUPER_BLOCK, said: str = "", raised: str = "") -> Format:
    """A block of llama.cpp: `size` bytes for `group` elements of `bits` bits; what is left over are scales and minimums."""
    label = f"{name} (llama.cpp{said})"
    return _quantized(name, label, bits, size * BITS_PER_BYTE - bits * group, group, raised=raised)


def _integers(bits: int, group: int, label: str) -> Format:
    """GPTQ and AWQ: a group has an FP16 scale and a zero point as wide as a weight."""
    return _quantized(f"INT{bits}", label, bits, _FP16 + bits, group)


WEIGHTS = {
    "fp32": _floats("FP32", 32),
    "bf16": _floats("BF16", 16),
    "fp16": _floats("FP16", 16),
    "fp8": _quantized("FP8", "FP8, one scale per tensor", 8),
    "fp8-channel": _quantized("FP8", "FP8, one FP32 scale per output channel", 8, row_bits=_FP32),
    "fp8-block": _quantized("FP8", "FP8 in blocks of 128 × 128 (DeepSeek-V3)", 8, _FP32, 128 * 128),
    "mxfp8": _quantized("MXFP8", "MXFP8 in blocks of 32", 8, 8, 32),
    "int8": _quantized("INT8", "INT8, one FP32 scale per row", 8, row_bits=_FP32),
    "int8-g128": _integers(8, 128, "INT8 in groups of 128 (GPTQ)"),
    "q8_0": _block("Q8_0", 8, 34, 32),
    "q6_k": _block("Q6_K", 6, 210),
    "q5_k_m": _block("Q5_K_M", 5, 176, said=", mixed", raised="q6_k"),
    "q5_k": _block("Q5_K", 5, 176),
    "q5_0": _block("Q5_0", 5, 22, 32),
    "int4-g128": _integers(4, 128, "INT4 in groups of 128 (AWQ, GPTQ)"),
    "int4-g64": _integers(4, 64, "INT4 in groups of 64 (AWQ, GPTQ)"),
    "int4-g32": _integers(4, 32, "INT4 in groups of 32 (AWQ, GPTQ)"),
    "q4_k_m": _block("Q4_K_M", 4, 144, said=", mixed", raised="q6_k"),
    "q4_k": _block("Q4_K", 4, 144),
    "q4_0": _block("Q4_0", 4, 18, 32),
    "iq4_xs": _block("IQ4_XS", 4, 136),
    "nf4": _quantized("NF4", "NF4 in blocks of 64 (bitsandbytes)", 4, _FP32, 64),
    "nf4-dq": _quantized("NF4", "NF4 in blocks of 64, double quantization (QLoRA)", 4, 256 * 8 + _FP32, 256 * 64),
    "mxfp4": _quantized("MXFP4", "MXFP4 in blocks of 32", 4, 8, 32),
    "nvfp4": _quantized("NVFP4", "NVFP4 in blocks of 16", 4, 8, 16),
    "q3_k": _block("Q3_K", 3, 110),
    "q2_k": _block("Q2_K", 2, 84),
}
KV = {
    "fp32": _floats("FP32", 32),
    "bf16": _floats("BF16", 16),
    "fp16": _floats("FP16", 16),
    "fp8": Format("FP8", "FP8, one scale per tensor", 8),
    "int8": Format("INT8", "INT8, one scale per tensor", 8),
    "q8_0": _block("Q8_0", 8, 34, 32),
    "q4_0": _block("Q4_0", 4, 18, 32),
    "int4": Format("INT4", "INT4, FP16 scale and zero point per 128 elements", 4, 2 * _FP16, 128),
    "nvfp4": Format("NVFP4", "NVFP4 in blocks of 16", 4, 8, 16),
}
WEIGHT_CHOICES = {slug: kind.label for slug, kind in WEIGHTS.items()}
KV_CHOICES = {slug: kind.label for slug, kind in KV.items()}


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


def bytes_of(kind: Format) -> float:
    """Bytes per element of a format, without the working."""
    return bytes_per_element(kind.bits / BITS_PER_BYTE, kind.group_bits / BITS_PER_BYTE, kind.group)
