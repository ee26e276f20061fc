"""Why a measurement stays far below its bound: what its record says, or what its conditions show."""

from calculators.measured.comparison import Comparison
from calculators.units import read_quantity

_SMALL_MESSAGE = 4 * 2**20  # bytes: below it an all-reduce waits longer than it sends, whatever the links
_LONG_SEQUENCE = 16384  # tokens, above which attention is a large part of the arithmetic that 6 N leaves out
_SMALL_MODEL = 4_000_000_000
_FEW_SEQUENCES = 8
_SHORT_PROMPT = 256  # tokens
_WIDE = 4  # GPUs among which small matrices are cut into pieces too small to fill them


def explain(found: Comparison) -> str:
    """What the record says, else what its conditions show; empty where they show nothing."""
    told = found.entry.details
    if said := told.get("explanation") or told.get("suspect"):
        return said[:1].upper() + said[1:]
    by_metric = {
        "decode_rate": _decoding,
        "prefill_rate": _prompts,
        "time_to_first_token": _first_tokens,
        "output_rate": _serving,
        "request_latency": _requests,
        "matmul_time": _kernels,
        "kernel_time": _kernels,
        "allreduce_time": _collectives,
        "allreduce_bus_bandwidth": _collectives,
        "training_rate_per_gpu": _training,
        "training_rate": _training,
        "training_flops_per_gpu": _training,
        "training_time": _training,
        "gpu_hours": _training,
    }
    asked = by_metric.get(found.entry.metric)
    return asked(found) if asked else ""


def _decoding(found: Comparison) -> str:
    told, count = found.entry.details, found.entry.count
    if not found.question.floor and found.share > 1:
        return "Requests that resemble one another ask for fewer experts than an even router would: this bound is an expectation"
    if told.get("parallelism", "").startswith("layers"):
        return f"{count} cards take turns, and each hand-over and kernel launch adds to a step that reads little from each"
    if count >= _WIDE:
        return f"Each of {count} GPUs reads little, so what they exchange in every layer counts for more than the reading"
    if told.get("precision") in ("Q4_K_M", "INT4 weights, groups of 32"):
        return "Unpacking weights of four bits, and launching kernels for little work, take longer than reading them"
    if told["batch"] >= _FEW_SEQUENCES:
        return "The batch reads caches of its own, and what the server does between steps counts"
    return "Kernel launches and what runs between them take a large part of so short a step"


def _prompts(found: Comparison) -> str:
    told, count = found.entry.details, found.entry.count
    if told.get("parallelism", "").startswith("layers"):
        return f"The layers are split: {count} cards work one after the other, the bound counts all of them at once"
    if told.get("precision") == "Q4_K_M":
        return "The bound counts INT8 arithmetic; weights of four bits are unpacked first, or multiplied in FP16"
    return "Steps of 512 tokens are too small to fill the card"


def _first_tokens(found: Comparison) -> str:
    if found.entry.details["input_length"] <= _SHORT_PROMPT:
        return "So short a prompt is read in the time that launching the kernels takes"
    return "The bound leaves out what the GPUs exchange in every layer, and whatever is not a multiplication"


def _serving(found: Comparison) -> str:
    told, count = found.entry.details, found.entry.count
    if found.share > 1:
        return "The calculator reads prompts one after another; read together, short ones share what reading the weights takes"
    if "input_length" not in told:
        return "The source does not state the prompts, which the estimate leaves out: long ones take most of the time"
    if found.question.calculator == "decode":
        return "So few requests leave the GPUs waiting for kernel launches and for one another"
    if count >= _WIDE:
        return f"What {count} GPUs exchange in every layer is left out, and each of them reads little"
    return "The estimate leaves out whatever is neither reading nor multiplying, and takes the memory as full all the time"


def _requests(found: Comparison) -> str:
    told, count = found.entry.details, found.entry.count
    return (
        f"{told['batch']} sequences on {count} GPUs: the bound leaves out what they exchange in every layer, and kernel launches"
    )


def _kernels(found: Comparison) -> str:
    rows = found.entry.details["shape"][0]
    if found.question.output == "time" and rows <= 128:
        rows = "one row" if rows == 1 else f"{rows} rows"
        return f"With {rows} the time is a few microseconds of reading, and starting the kernel takes as long"
    return "Too small to fill the accelerator at its peak rate, which is that of many tiles at once"


def _collectives(found: Comparison) -> str:
    if read_quantity(found.entry.details["payload"]).base <= _SMALL_MESSAGE:
        return "A small message: the hops wait for one another, and the bound leaves waiting out"
    return "The message is not yet long enough for the links to count alone"


def _training(found: Comparison) -> str:
    told = found.entry.details
    reasons = []
    if "precision" not in told and found.question.inputs.get("format") == "fp8":
        reasons.append("the precision is not stated, and the bound counts FP8, the fastest that these GPUs train in")
    if "FP8" in told.get("precision", ""):
        reasons.append("the peak of FP8 is twice that of BF16, and only the matrices of the layers use it")
    if "FP4" in told.get("precision", ""):
        reasons.append("the peak of FP4 is several times that of BF16, and only the matrices of the layers use it")
    if told.get("sequence_length", 0) >= _LONG_SEQUENCE and "other_model" in told:
        reasons.append("attention over so long a sequence is work that six FLOP per parameter leave out")
    if told.get("recompute") == "full":
        reasons.append("every layer is computed a second time")
    if told.get("micro_batch", _FEW_SEQUENCES) == 1 and told.get("parameters", _SMALL_MODEL) < _SMALL_MODEL:
        reasons.append("one sequence of a small model does not fill the GPU")
    text = "; ".join(reasons) or "What the GPUs exchange, and whatever is not a matrix multiplication, is left out of the bound"
    return text[:1].upper() + text[1:]
