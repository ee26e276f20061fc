"""How large is the KV cache: per token, per sequence, for a batch, and how many sequences fit?

Keys and values are kept for the KV heads, not for the query heads: grouped-query attention (arXiv:2305.13245) shares one KV
head among several query heads, multi-query attention (arXiv:1911.02150) has a single one. Multi-head latent attention
(arXiv:2405.04434, section 2.1) keeps one compressed latent and one rotary key for all heads. Sliding-window layers
(arXiv:2310.06825, section 2) read only the last tokens of a window, and an engine need not keep the others. Paged caches hand out
whole blocks of tokens, the last of which is partly empty (Kwon et al., arXiv:2309.06180, section 4).
"""

import math
from dataclasses import dataclass

from calculators import formats, inputs
from calculators.architecture import Configuration
from calculators.declare import Calculator, count, model, output, overridable, quantity
from calculators.formula import formula
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.units import Bytes, BytesPerToken, Number, Quantity, Tokens, show
from calculators.working import Working, remembered


@formula("2 * layers * kv_heads * head_dim * bytes_per_element")
def per_token(layers: Number, kv_heads: Number, head_dim: Number, bytes_per_element: BytesPerToken) -> BytesPerToken:
    """KV cache of one token: a key and a value (the 2) of `head_dim` elements for each KV head of each layer.

    `bytes_per_element` is the bytes one stored element of one token takes; the result is in bytes per token.
    Llama 2 70B in FP16: 2 * 80 * 8 * 128 * 2 = 327,680 bytes per token (arXiv:2307.09288: 80 layers, 8 KV heads).
    """
    return BytesPerToken(2 * layers * kv_heads * head_dim * bytes_per_element)


@formula("layers * copies * (latent + rotary_key) * bytes_per_element")
def latent_per_token(
    layers: Number, copies: Number, latent: Number, rotary_key: Number, bytes_per_element: BytesPerToken
) -> BytesPerToken:
    """MLA cache of one token: a latent and a rotary key in each layer, shared by all heads, in bytes per token.

    Every tensor-parallel GPU needs all of it: `copies` is their number. DeepSeek-V2 in BF16: 60 * (512 + 64) * 2 = 69,120
    bytes per token (arXiv:2405.04434, section 2.1.4: 576 elements per layer and token).
    """
    return BytesPerToken(layers * copies * (latent + rotary_key) * bytes_per_element)


@formula("kv_per_token * tokens")
def per_sequence(kv_per_token: BytesPerToken, tokens: Tokens) -> Bytes:
    """KV cache of one sequence of `tokens` tokens (prompt and generated together), in bytes."""
    return Bytes(kv_per_token * tokens)


@formula("min(tokens, window)")
def tokens_in_window(tokens: Tokens, window: Tokens) -> Tokens:
    """Tokens of a sequence that a sliding-window layer can still read, and has to keep."""
    return Tokens(min(tokens, window))


@formula("full_layers * tokens + window_layers * kept")
def windowed(full_layers: BytesPerToken, window_layers: BytesPerToken, tokens: Tokens, kept: Tokens) -> Bytes:
    """KV cache of one sequence in bytes: full layers keep all `tokens`, sliding-window layers `kept` of them."""
    return Bytes(full_layers * tokens + window_layers * kept)


@formula("ceil(tokens / block) * block")
def in_blocks(tokens: Number, block: Number) -> Number:
    """Tokens for which memory is reserved when a cache of `tokens` tokens is kept in whole blocks."""
    return Number(math.ceil(tokens / block) * block)


@formula("reserved - per_sequence")
def wasted(reserved: Bytes, per_sequence: Bytes) -> Bytes:
    """Bytes of a sequence's blocks that hold nothing: at most a block less a token."""
    return Bytes(reserved - per_sequence)


@formula("kv_per_sequence * sequences")
def of_batch(kv_per_sequence: Bytes, sequences: Number) -> Bytes:
    """KV cache of `sequences` sequences of the same length, in bytes."""
    return Bytes(kv_per_sequence * sequences)


@formula("floor(room / kv_per_sequence)")
def sequences_in(room: Bytes, kv_per_sequence: Bytes) -> Number:
    """Whole sequences whose KV cache fits in `room` bytes."""
    return Number(math.floor(room / kv_per_sequence))


@formula("ceil(kv_heads / gpus) * gpus")
def stored_heads(kv_heads: Number, gpus: Number) -> Number:
    """KV heads held by `gpus` tensor-parallel GPUs together: heads are whole, so some are replicated on more GPUs."""
    return Number(math.ceil(kv_heads / gpus) * gpus)


@dataclass(frozen=True, slots=True)
class Cache:
    """What one token adds to the cache in full and in sliding-window layers, in bytes per token, and the window in tokens."""

    full: float
    windowed: float = 0.0
    window: float = 0.0

    @property
    def per_token(self) -> float:
        """All layers together, as long as the sequence is within the window."""
        return self.full + self.windowed

    def sequence(self, tokens: float, policy: str, working: Working) -> float:
        """Bytes of one sequence, as a step of the working: 'window' keeps only the window in sliding-window layers."""
        if not self.windowed or policy == "full":
            return working.step("KV cache per sequence", per_sequence, "GB", kv_per_token=self.per_token, tokens=tokens)
        kept = working.step("Tokens in the window", tokens_in_window, tokens=tokens, window=self.window)
        terms = {"full_layers": self.full, "window_layers": self.windowed, "tokens": tokens, "kept": kept}
        return working.step("KV cache per sequence", windowed, "GB", **terms)

    def paged(self, tokens: float, block: float, policy: str, working: Working) -> float:
        """Bytes reserved for one sequence in whole blocks; sliding-window layers keep the blocks that their window touches."""
        full = working.step("Tokens reserved", in_blocks, tokens=tokens, block=block)
        if not self.windowed or policy == "full":
            return working.step("Reserved per sequence", per_sequence, "GB", kv_per_token=self.per_token, tokens=full)
        kept = min(full, in_blocks(tokens=self.window - 1, block=block) + block) if tokens > self.window else full
        terms = {"full_layers": self.full, "window_layers": self.windowed, "tokens": full, "kept": kept}
        return working.step("Reserved per sequence", windowed, "GB", **terms)


def _of_model(key: str, absent: str = ""):
    """The fact of the chosen model; nothing of a unit where a model need not have it."""

    def look_up(known):
        fact = f"architecture.{key}"
        return Quantity(0.0, absent) if absent and fact not in known["model"] else known["model"][fact]

    return look_up


@dataclass(frozen=True)
class Inputs:
    model: Record = model("llama-2-70b")
    kv: str = inputs.kv_format()
    context: float = inputs.tokens_per_sequence()
    sequences: float = inputs.sequences()
    policy: str = inputs.window_policy()
    room: float = quantity("40 GB", "GB", "0 GB", "1000000 GB", "Memory for the KV cache", "What is left after the weights.")
    layers: float = overridable(
        _of_model("num_hidden_layers"), "layer", "1", "10000", "Layers", "From the model; your own to explore."
    )
    kv_heads: float = overridable(
        _of_model("num_key_value_heads"),
        "head",
        "1",
        "10000",
        "KV heads",
        "Equal to the query heads: MHA. Fewer: GQA. One: MQA. MLA keeps a latent instead.",
    )
    head_dim: float = overridable(_of_model("head_dim"), "", "1", "10000", "Head dimension", "Elements per key and per value.")
    window_layers: float = overridable(
        _of_model("sliding_window_layers", "layer"), "layer", "0", "10000", "Sliding-window layers", "How many of the layers."
    )
    block: float = count(
        1, 1, 65_536, "Block of the cache", "Tokens that a paged cache hands out together: 16 in vLLM. 1: no blocks.", "token"
    )
    window: float = overridable(
        _of_model("sliding_window", "token"), "token", "0", "10000000", "Sliding window", "Tokens that such a layer can read."
    )


@dataclass(frozen=True)
class Outputs:
    per_token: BytesPerToken = output("Per token", "kB/token", "What one token adds in all layers.")
    per_token_late: BytesPerToken = output(
        "Per token past the window", "kB/token", "What it adds to the full layers; sliding-window layers drop a token for it."
    )
    per_sequence: Bytes = output("Per sequence", "GB", "One sequence at the given length.")
    per_sequence_window: Bytes = output("Per sequence, window kept", "GB", "If window layers keep their window only.")
    per_sequence_full: Bytes = output("Per sequence, every token kept", "GB", "If window layers keep as much as the others.")
    total: Bytes = output("All sequences", "GB", "The whole batch.")
    fit: Number = output("Sequences that fit", "sequence", "Whole sequences in the given memory.")
    tokens_fit: Tokens = output("Tokens that fit", "token", "Tokens of all sequences together, each at the given length.")
    reserved: Bytes = output("Reserved per sequence", "GB", "In whole blocks; the same where there are none.")
    waste: Bytes = output("Wasted per sequence", "MB", "In its last block: half a block on average over lengths.")
    waste_share: Number = output("Share wasted", "%", "Of what is reserved.")
    with_query_heads: Bytes = output(
        "If query heads were counted", "GB", "The usual mistake: every query head with its own keys and values."
    )


def _cache(c: Configuration, kv: str, copies: float, shape: dict[str, float], window: float, working: Working) -> Cache:
    """The cache of one token in the format named `kv`; `shape` has layers, window_layers, kv_heads and head_dim."""
    element = formats.element_bytes(formats.KV[kv], "element", working)
    if c.latent:
        sizes = {"latent": c.number("kv_lora_rank"), "rotary_key": c.number("qk_rope_head_dim"), "copies": copies}
        return Cache(
            working.step("KV cache per token", latent_per_token, layers=shape["layers"], bytes_per_element=element, **sizes)
        )
    heads = {key: shape[key] for key in ("kv_heads", "head_dim")} | {"bytes_per_element": element}
    if not shape["window_layers"]:
        return Cache(working.step("KV cache per token", per_token, layers=shape["layers"], **heads))
    full = working.step("Per token, full layers", per_token, layers=shape["layers"] - shape["window_layers"], **heads)
    in_window = working.step("Per token, window layers", per_token, layers=shape["window_layers"], **heads)
    return Cache(full, in_window, window)


@remembered
def held(model: Record, kv: str, gpus: float, working: Working) -> Cache:
    """The cache of a model that `gpus` tensor-parallel GPUs hold together, replicas of heads or of the latent included."""
    c = Configuration(model)
    keys = ("num_hidden_layers", "num_key_value_heads", "head_dim", "sliding_window_layers", "sliding_window")
    keys += ("kv_lora_rank", "qk_rope_head_dim") if c.latent else ()
    working.use(*(model[f"architecture.{key}"] for key in keys if f"architecture.{key}" in model))
    heads = c.number("num_key_value_heads")
    if gpus > 1 and not c.latent:
        heads = working.step("KV heads stored", stored_heads, "head", kv_heads=heads, gpus=gpus)
    shape = {"layers": c.layers, "window_layers": c.window_layers, "kv_heads": heads, "head_dim": c.number("head_dim")}
    return _cache(c, kv, gpus, shape, c.number("sliding_window", 0), working)


def replicas(model: Record, gpus: float) -> float:
    """How many times the cache of one GPU `gpus` tensor-parallel GPUs hold together."""
    c = Configuration(model)
    heads = 1 if c.latent else c.number("num_key_value_heads")
    return stored_heads(kv_heads=heads, gpus=gpus) / heads


def _require_sense(i: Inputs) -> None:
    """Refuse shapes that no model has, and heads of a cache that has none."""
    c, problems = Configuration(i.model), []
    if i.window_layers > i.layers:
        problems.append(InputProblem("window_layers", f"{i.window_layers:g}", "is more than all layers", f"up to {i.layers:g}"))
    if i.window_layers and not i.window:
        problems.append(InputProblem("window", "0", "keeps nothing", "the tokens that a window layer can read"))
    for field, key in {"kv_heads": "num_key_value_heads", "head_dim": "head_dim"}.items() if c.latent else ():
        if getattr(i, field) != c.number(key):
            said = f"changes nothing: {i.model.name} keeps one latent for all heads (MLA)"
            problems.append(InputProblem(field, f"{getattr(i, field):g}", said, "nothing, or another model"))
    if c.latent and i.window_layers:
        said = f"is not possible: {i.model.name} has no sliding window (MLA)"
        problems.append(InputProblem("window_layers", f"{i.window_layers:g}", said, "0, or another model"))
    if problems:
        raise InputProblems(problems)


def _per_head_factor(i: Inputs) -> float:
    """How many times as much it would be if every query head kept a key and a value of its own."""
    c = Configuration(i.model)
    heads = c.number("num_attention_heads")
    if not c.latent:
        return heads / i.kv_heads
    nope, rope, value, latent = (c.number(key) for key in ("qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim", "kv_lora_rank"))
    return heads * (nope + rope + value) / (latent + rope)


def calculate(i: Inputs, working: Working) -> Outputs:
    """Size of the KV cache; see `per_token`, `latent_per_token`, `windowed` and `sequences_in`.

    Raises InputProblems for a shape that cannot be: more window layers than layers, own KV heads for a latent cache.
    """
    _require_sense(i)
    working.use(i.model["architecture.num_attention_heads"])
    shape = {"layers": i.layers, "window_layers": i.window_layers, "kv_heads": i.kv_heads, "head_dim": i.head_dim}
    cache = _cache(Configuration(i.model), i.kv, 1, shape, i.window, working)
    sequence = cache.sequence(i.context, i.policy, working)
    reserved = cache.paged(i.context, i.block, i.policy, working) if i.block > 1 else sequence
    waste = working.step("Wasted per sequence", wasted, "MB", reserved=reserved, per_sequence=sequence)
    total = working.step("KV cache of the batch", of_batch, "GB", kv_per_sequence=reserved, sequences=i.sequences)
    fit = working.step("Sequences that fit", sequences_in, "sequence", room=i.room, kv_per_sequence=reserved)
    either = {policy: cache.sequence(i.context, policy, Working()) for policy in inputs.WINDOW_POLICIES}
    return Outputs(
        per_token=cache.per_token,
        per_token_late=cache.full,
        per_sequence=sequence,
        per_sequence_window=either["window"],
        per_sequence_full=either["full"],
        total=total,
        fit=fit,
        tokens_fit=Tokens(math.floor(i.room / (reserved / i.context))),
        reserved=reserved,
        waste=waste,
        waste_share=Number(waste / reserved),
        with_query_heads=total * _per_head_factor(i),
    )


def summary(i: Inputs, o: Outputs) -> str:
    token, sequences = show(Quantity(o.per_token, "kB/token")), show(Quantity(i.sequences, "sequence"))
    return f"{token}; {show(Quantity(o.total, 'GB'))} ({show(Quantity(o.total, 'GiB'))}) for {sequences}."


def chart(run) -> Chart:
    """Memory of one sequence against its length, with windows kept or not."""
    points = run.sweep("context", [2**n for n in range(8, 21)])
    limit = tuple((x, run.inputs.room / 1e9) for x in (256, 2**20)) if run.inputs.room else ()
    series = [Series("every token kept", tuple((x, o.per_sequence_full / 1e9) for x, o in points), "a")]
    if run.inputs.window_layers:
        series.append(Series("window kept", tuple((x, o.per_sequence_window / 1e9) for x, o in points), "b"))
    if limit:
        series.append(Series("memory for the KV cache", limit, "limit"))
    return Chart(
        title=f"KV cache of one sequence, {run.inputs.model.name}",
        description=run.summary,
        x=Axis("Tokens per sequence", "", log=True, base=2),
        y=Axis("KV cache", "GB", log=True),
        series=tuple(series),
        marks=(Mark("this length", run.inputs.context, run.result.per_sequence / 1e9),),
    )


CALCULATOR = Calculator(
    title="KV cache",
    subject="Memory",
    question="How much memory does the KV cache take?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("per_token", "per_sequence", "total", "fit"),
    chart=chart,
)
