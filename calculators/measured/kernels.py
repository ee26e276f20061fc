"""Matrix multiplications, attention and copies, as questions about peak rate, roofline and bandwidth."""

from calculators.measured.question import Question, Unpredictable, stated
from calculators.records import FactBase, Measurement

# The format of the operands, and of weights that are stored in fewer bits than they are multiplied in.
_OPERANDS = {
    "FP32": ("fp32", "same"),
    "TF32": ("tf32", "same"),
    "BF16": ("bf16", "same"),
    "FP16": ("fp16", "same"),
    "FP8": ("fp8", "same"),
    "NVFP4": ("fp4", "same"),
    "INT8 weights": ("bf16", "int8"),
    "INT4 weights": ("bf16", "int4-g128"),
    "INT8 weights and activations": ("int8", "same"),
}


def multiplication(entry: Measurement, base: FactBase) -> Question:
    """The least time of a multiplication of this shape, or the rate that the roofline allows it."""
    asked = _asked(entry, base) | {"workload": "gemm"}
    asked |= dict(zip("mnk", map(str, stated(entry.details, "shape", "the shape")), strict=True))
    return Question("roofline", "attainable" if entry.metric == "matmul_rate" else "time", asked)


def attention(entry: Measurement, base: FactBase) -> Question:
    """The peak rate: lengths and heads are not stated, and a fused kernel over long sequences is limited by arithmetic."""
    asked = _asked(entry, base)
    return Question("roofline", "attainable", asked | {"workload": "gemm", "m": "100000", "n": "100000", "k": "100000"})


def layer(entry: Measurement, base: FactBase) -> Question:
    """The least time of a decoding step of one layer of a model."""
    told = entry.details
    asked = {name: str(stated(told, name, f"the {name}")) for name in ("model", "batch", "context")}
    return Question("roofline", "time", _asked(entry, base) | {"workload": "layer"} | asked)


def copy(entry: Measurement, base: FactBase) -> Question:
    """The bandwidth of the memory: whatever is read and written counts, of a copy both."""
    return Question("memory_bandwidth", "usable", {"gpu": entry.hardware})


def _asked(entry: Measurement, base: FactBase) -> dict[str, str]:
    precision = stated(entry.details, "precision", "the precision").partition(" KV, ")[2] or entry.details["precision"]
    precision = precision.removesuffix(" arithmetic")
    if precision not in _OPERANDS:
        raise Unpredictable(f"no format of the calculators is the same as {precision}")
    operands, weights = _OPERANDS[precision]
    if operands == "fp8" and "peak.fp8_tensor" not in base.accelerators[entry.hardware]:
        operands, weights = "bf16", "fp8"  # stored in FP8, multiplied in what the accelerator has
    return {"gpu": entry.hardware, "format": operands} | ({} if weights == "same" else {"weights": weights})
