"""Decoding, reading prompts and whole requests, as questions to the calculators of decoding and prefill."""

from dataclasses import replace
from typing import Any

from calculators import decode
from calculators.measured.question import Question, Unpredictable, stated
from calculators.records import FactBase, Measurement, MissingFact, Record

# The format of the weights; the formats that they may have been multiplied in, the fastest first, as a bound has to allow for
# it; and what else the words of a source mean.
_WEIGHTS = {
    "BF16": ("bf16", ("bf16", "fp16"), {}),
    "FP16": ("fp16", ("fp16",), {}),
    "F16": ("fp16", ("fp16",), {}),
    "FP8": ("fp8", ("fp8", "bf16"), {"kv": "fp8"}),  # which published checkpoints of these models ask for
    "FP8 weights": ("fp8", ("fp8", "bf16"), {}),  # whose checkpoint asks for no FP8 cache
    "FP8 weights and KV": ("fp8", ("fp8",), {"kv": "fp8"}),
    "FP4": ("nvfp4", ("fp4", "fp8"), {"kv": "fp8"}),
    "INT8 weights": ("int8", ("bf16",), {}),
    "INT4": ("int4-g128", ("int8", "fp16"), {}),  # groups of the usual size, where nothing is said of them
    "INT4 weights, groups of 32": ("int4-g32", ("bf16",), {}),
    "Q8_0": ("q8_0", ("int8", "fp16"), {"scope": "everything"}),
    "Q6_K": ("q6_k", ("int8", "fp16"), {"scope": "everything"}),
    "Q5_K_S": ("q5_k", ("int8", "fp16"), {"scope": "everything"}),
    "Q5_0": ("q5_0", ("int8", "fp16"), {"scope": "everything"}),
    "Q4_K_M": ("q4_k_m", ("int8", "fp16"), {"scope": "everything"}),
    "Q4_K_S": ("q4_k", ("int8", "fp16"), {"scope": "everything"}),
    "Q4_0": ("q4_0", ("int8", "fp16"), {"scope": "everything"}),
    "MXFP4 experts": ("mxfp4", ("int8", "fp16"), {"scope": "everything"}),
    "MXFP4 everywhere, FP8 KV": ("mxfp4", ("fp4", "fp8", "bf16"), {"scope": "everything", "kv": "fp8"}),
}
_FASTER_SUMS = "peak.fp16_tensor_fp16_accumulate"
_MANY = "1000"  # prompts together: enough that reading the weights takes no part
_ALL_AT_ONCE = "10000000"
_UNLIMITED = {"first_limit": "100000 s", "token_limit": "1000000 ms", "overhead": "0 GiB"}
_MOST = 100_000  # sequences of a batch: more than the memory of any replica holds
_NODE = 8  # GPUs that share a model at most
_ONE_BATCH = "one batch from its prompts to its last answers"
_BY_LAYER = "layers split over the GPUs"
_LLAMA_CPP_STEP = "512"  # prompt tokens of a step: the default of its option --ubatch-size


def decoding(entry: Measurement, base: FactBase) -> Question:
    """Tokens per second of a batch, at the mean context of the run: its time grows evenly with the context."""
    told = entry.details
    asked = _asked(entry, base, needs_peak=False)
    if told.get("parallelism") == _BY_LAYER:
        asked["split"] = "layer"
    asked |= {"batch": str(stated(told, "batch", "the batch")), "context": str(max(1, _mean_context(told)))}
    return Question("decode", "token_rate", asked, floor=_is_floor(entry, base))


def _is_floor(entry: Measurement, base: FactBase) -> bool:
    """Of a mixture of experts a batch reads as many as the router asks for: an expectation, which requests alike stay below."""
    return entry.details["batch"] == 1 or "architecture.num_experts" not in base.models[entry.details["model"]]


def _mean_context(told: Any) -> int:
    """Tokens that a token attends to, in the middle of the answer; where the answer is not stated, the prompt alone."""
    return int(told.get("context", 0)) + int(told.get("input_length", 0)) + int(told.get("output_length", 0)) // 2


def reading(entry: Measurement, base: FactBase) -> Question:
    """Prompt tokens per second."""
    told = entry.details
    if "production" in told.get("scenario", ""):
        raise Unpredictable("a production average, prompts from the cache included")
    asked = _asked(entry, base)
    before, prompt = int(told.get("context", 0)), int(stated(told, "input_length", "the length of the prompt"))
    asked |= {"prompt": str(before + prompt), "prompts": str(told.get("batch", 1))}
    if told.get("framework") == "llama.cpp":
        asked["chunk"] = str(told.get("chunk", _LLAMA_CPP_STEP))
    scale = 1.0
    if before:
        share = before / (before + prompt)
        asked["cached"] = f"{share:.9%}"
        scale = 1 - share  # the calculator counts cached tokens as read, the source does not
    return Question("prefill", "prompt_rate", asked, scale)


def first_token(entry: Measurement, base: FactBase) -> Question:
    """Time to the first token of a prompt that does not wait for others."""
    told = entry.details
    if told.get("batch") != 1:
        raise Unpredictable("prompts wait for one another, and how many come first is not stated")
    prompt = str(stated(told, "input_length", "the length of the prompt"))
    return Question("prefill", "time_to_first_token", _asked(entry, base) | {"prompt": prompt})


def request(entry: Measurement, base: FactBase) -> Question:
    """Seconds from a batch of prompts to the last token of their answers: one prefill, and a step for each further token."""
    told = entry.details
    batch = str(stated(told, "batch", "the batch"))
    prompt, answer = (int(stated(told, name, "the lengths")) for name in ("input_length", "output_length"))
    asked = _asked(entry, base)
    steps = asked | {"batch": batch, "context": str(prompt + answer // 2)}
    prefill = Question("prefill", "time_to_first_token", asked | {"prompt": str(prompt), "prompts": batch})
    return Question("decode", "time_per_output_token", steps, scale=answer - 1, also=(prefill,))


def serving(entry: Measurement, base: FactBase) -> Question:
    """Output tokens per second of a server that is never short of requests, with the largest batch that fits its memory.

    An estimate: a scheduler that reads prompts and weights at once can do better, but not than the arithmetic of every token.
    """
    told = entry.details
    if "production" in told.get("scenario", ""):
        raise Unpredictable("a production average, prompts from the cache included")
    answer = stated(told, "output_length", "the length of the answers")
    if told.get("batch") == 1:
        whole = request(entry, base)
        return replace(whole, per=float(answer))
    # Where prompts are not stated, the estimate leaves them out: what they take comes on top.
    prompt, group = int(told.get("input_length", 0)), _replica(entry)
    lengths = {"prompt": str(max(1, prompt)), "output": str(round(answer))}
    asked = _asked(entry, base) | {"gpus": str(group)} | lengths | _UNLIMITED
    asked["most"] = str(told.get("batch", told.get("most_sequences", _MOST)) * group // entry.count or 1)
    del asked["capacity_rule"]
    if told.get("scenario", "").startswith(_ONE_BATCH):
        asked["mode"] = "static"
    beyond = _arithmetic(entry, base, prompt, answer)
    return Question("serving", "output_rate", asked, scale=entry.count / group, floor=False, beyond=beyond)


def _replica(entry: Measurement) -> int:
    """GPUs that share a model: those of a node, as exchanges between nodes cost more than they save."""
    return max(size for size in range(1, min(entry.count, _NODE) + 1) if entry.count % size == 0)


def _arithmetic(entry: Measurement, base: FactBase, prompt: float, answer: float) -> Question:
    """Output tokens per second if nothing but arithmetic took time: every token is multiplied once, in whatever order."""
    asked = _asked(entry, base) | {"prompt": str(int(prompt + answer)), "prompts": _MANY, "chunk": _ALL_AT_ONCE}
    return Question("prefill", "prompt_rate", asked, scale=float(answer) / float(prompt + answer))


def _asked(entry: Measurement, base: FactBase, needs_peak: bool = True) -> dict[str, str]:
    """What every calculator of inference is asked with."""
    told = entry.details
    if "model" not in told:
        raise Unpredictable("the model is no record of the fact base")
    precision = stated(told, "precision", "the precision")
    if precision not in _WEIGHTS:
        raise Unpredictable(f"no format of the calculators is the same as {precision}")
    weights, arithmetic, more = _WEIGHTS[precision]
    gpu = base.accelerators[entry.hardware]
    compute = next((name for name in arithmetic if _has_peak(gpu, name)), None)
    if compute is None and needs_peak:
        raise Unpredictable(f"no peak rate of the {gpu.short} in {decode.COMPUTE[arithmetic[-1]]} is known")
    asked = {"gpu": gpu.slug, "gpus": str(entry.count), "model": told["model"], "weights": weights}
    asked |= {"compute": compute or arithmetic[-1], "capacity_rule": "ignore"} | more
    if compute == "fp16" and _FASTER_SUMS in gpu:
        asked["peak"] = f"{gpu[_FASTER_SUMS].quantity.to('TFLOPS'):.9g} TFLOPS"
    return asked | _part(gpu, told.get("part", 1))


def _has_peak(gpu: Record, compute: str) -> bool:
    try:
        return decode.peak_of({"compute": compute, "gpu": gpu}) is not None
    except MissingFact:
        return False


def _part(gpu: Record, part: Any) -> dict[str, str]:
    """The bandwidth of a part of an accelerator, such as one of its two dies."""
    return {} if part == 1 else {"bandwidth": f"{gpu['memory.bandwidth'].base * float(part) / 1e9:.9g} GB/s"}
