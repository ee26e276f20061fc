"""Training, as a question about the time that all arithmetic would take at the peak rate."""

from calculators.measured.question import Question, Unpredictable, stated
from calculators.records import FactBase, Measurement

_FORMATS = {"BF16": "bf16", "FP16": "fp16", "FP8": "fp8", "MXFP8": "fp8", "NVFP4": "fp4"}


def per_gpu(entry: Measurement, base: FactBase) -> Question:
    """Tokens per second of each GPU, if all of the peak went into the arithmetic that the model needs."""
    return Question("training_time", "throughput", _asked(entry, base), scale=1 / entry.count)


def fleet(entry: Measurement, base: FactBase) -> Question:
    """Tokens per second of all GPUs."""
    return Question("training_time", "throughput", _asked(entry, base))


def hours(entry: Measurement, base: FactBase) -> Question:
    """GPU-hours of a run, if all of the peak went into it and nothing failed."""
    tokens = f"{stated(entry.details, 'tokens', 'the number of tokens')} token"
    return Question("training_time", "gpu_time", _asked(entry, base) | {"tokens": tokens})


def duration(entry: Measurement, base: FactBase) -> Question:
    """Seconds from the start to the target loss, where the number of samples says how much arithmetic that is."""
    told = entry.details
    if "LoRA" in told.get("workload", ""):
        raise Unpredictable("only a part of the weights is trained, and how much is not stated")
    samples, length = (
        stated(told, "samples", "the number of samples"),
        stated(told, "sequence_length", "the length of a sequence"),
    )
    return Question("training_time", "compute_time", _asked(entry, base) | {"tokens": f"{samples * length} token"})


def rate(entry: Measurement, base: FactBase) -> Question:
    """FLOP/s of each GPU against its peak."""
    asked = {
        "gpu": entry.hardware,
        "format": _format(entry, base),
        "workload": "gemm",
        "m": "100000",
        "n": "100000",
        "k": "100000",
    }
    return Question("roofline", "attainable", asked)


def _format(entry: Measurement, base: FactBase) -> str:
    """The stated format; where none is, the fastest that the accelerator trains in, as a bound has to allow for it."""
    precision = entry.details.get("precision", "").partition(",")[0]
    if not precision:
        return "fp8" if "peak.fp8_tensor" in base.accelerators[entry.hardware] else "bf16"
    if precision not in _FORMATS:
        raise Unpredictable(f"no format of the calculators is the same as {precision}")
    return _FORMATS[precision]


def _asked(entry: Measurement, base: FactBase) -> dict[str, str]:
    told = entry.details
    asked = {
        "gpu": entry.hardware,
        "gpus": str(entry.count),
        "format": _format(entry, base),
        "utilization": "100%",
        "other_utilization": "100%",
        "failures": "ignore",
    }
    if "model" in told:
        asked["model"] = base.models[told["model"]].slug
    elif "parameters" in told:
        asked |= {"parameters": str(told["parameters"])}
    else:
        raise Unpredictable("the model is no record of the fact base, and its parameters are not stated")
    if "sequence_length" not in told:
        return asked | {"attention": "leave"}
    asked["sequence"] = str(told["sequence_length"])
    if "model" in told:
        return asked
    if "layers" in told and "hidden_size" in told:  # all heads together are as wide as the model: one of that width counts alike
        return asked | {"layers": str(told["layers"]), "heads": "1", "head_dim": str(told["hidden_size"])}
    return asked | {"attention": "leave"}
