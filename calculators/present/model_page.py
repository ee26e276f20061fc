"""The generated sections of a model's page: where its parameters are, what its cache and its weights take, every fact."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from calculators import call, formats
from calculators.architecture import Configuration, ParameterCounts, parameter_counts
from calculators.call import Run
from calculators.identities.models import conventions
from calculators.present import tables
from calculators.present.chart import Axis, Bar, Bars, Segment, figure
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.section import Section
from calculators.records import Record
from calculators.units import Quantity, show

_ROOT = "../../"  # from models/<slug>/ to the root of the site
_BILLION = 1e9
_LEAST = 1e-4  # a smaller share is not told from nothing
_CACHED_AS = ("fp16", "fp8", "q8_0", "q4_0")
_CONTEXTS = (4096, 32768, 131072)
_STORED_AS = (
    *("bf16", "fp8", "fp8-block", "int8", "q8_0", "q6_k", "q5_k_m", "int4-g128", "q4_k_m", "nf4-dq", "iq4_xs", "mxfp4", "nvfp4"),
    *("q3_k", "q2_k"),
)
_KINDS = {
    "mha": "multi-head: every query head has its own keys and values",
    "gqa": "grouped-query: several query heads share the keys and values of one KV head",
    "mqa": "multi-query: all query heads share the keys and values of a single KV head",
    "mla": "multi-head latent: all heads share one compressed latent and one rotary key",
}


def sections(model: Record) -> tuple[Section, ...]:
    """Parameters, cache and memory, then every fact."""
    return (
        Section("Where the parameters are", "parameters", _parameters(model)),
        Section("KV cache", "kv-cache", _cache(model)),
        Section("Memory by format and context", "memory", _memory(model)),
        Section("All facts", "facts", tables.record(model.slug)),
    )


def attention_kind(model: Record) -> str:
    """'GQA', or with what is unusual about it: 'GQA, sliding window in 21 of 42 layers'."""
    c = Configuration(model)
    kind = c.word("attention").upper()
    if not c.window_layers:
        return kind
    where = "all layers" if c.window_layers == c.layers else f"{c.window_layers} of {c.layers} layers"
    return f"{kind}, sliding window in {where}"


def _generated(*parts: Html) -> Html:
    return tag("div", *parts, class_="rp-derived", data_generated=True)


def _link(run: Run, text: str) -> Html:
    """A figure that leads to its calculator, opened with the inputs that gave it."""
    return tag("a", text, href=f"{_ROOT}calculators/{run.calculator.name}/?{urlencode(run.given)}")


def _row(label: str, *cells: Html | str) -> Html:
    return tag("tr", tag("th", label, scope="row"), *(tag("td", cell) for cell in cells))


def _parts(counts: ParameterCounts) -> dict[str, int]:
    """Parameters by part, those that the model has."""
    head = {"Output head": counts.head} if counts.head else {}
    table = "Input embedding" if counts.head else "Embedding, input and output"
    found = {
        "Attention": counts.attention,
        "Feed-forward" if not counts.num_experts else "Feed-forward of dense layers": counts.feed_forward,
        "Shared experts": counts.shared_experts,
        "Routed experts": counts.experts + counts.expert_biases,
        "Routers": counts.router,
        table: counts.embedding,
        **head,
        "Table of positions": counts.position,
        "Norms and biases": counts.rest,
    }
    return {name: count for name, count in found.items() if count}


def _parameters(model: Record) -> Html:
    counts = parameter_counts(model)
    rows = [_row(name, f"{count:,}", _share(count, counts)) for name, count in _parts(counts).items()]
    total = call.run("weights", {"model": model.slug})
    rows.append(_row("All parameters", _link(total, f"{counts.total:,}"), "100%"))
    table = scrolling_table(("Part", "Parameters", "Share"), rows, "rp-table")
    more = (_active(counts),) if counts.num_experts else ()
    return _generated(table, *more, Html(figure(_bars(model, counts), "parameters-chart")))


def _share(count: int, counts: ParameterCounts) -> str:
    share = count / counts.total
    return show(Quantity(share, "%"), 3) if share >= _LEAST else f"under {show(Quantity(_LEAST, '%'))}"


def _active(counts: ParameterCounts) -> Html:
    named = ("Used by one token", "Without the input embedding", "Without embedding and output head")
    rows = [_row(name, f"{count:,}", _share(count, counts)) for name, (_, count) in zip(named, conventions(counts), strict=True)]
    said = (
        f"Each token is routed to {counts.experts_per_token} of {counts.num_experts} experts in every layer that has them. "
        "Publishers differ in which tables of tokens they count as active:"
    )
    return join(tag("p", said), scrolling_table(("Active parameters", "Parameters", "Share"), rows, "rp-table"))


def _bars(model: Record, counts: ParameterCounts) -> Bars:
    experts = counts.experts + counts.expert_biases
    bars = [Bar("All parameters", _segments(counts, experts))]
    if counts.num_experts:
        used = experts * counts.experts_per_token // counts.num_experts
        bars.append(Bar("Used by one token", _segments(counts, used)))
    return Bars(
        title=f"Parameters of {model.name} by part",
        description=f"{model.name} has {counts.total:,} parameters, {counts.active:,} of them active for one token.",
        x=Axis("Parameters", "billion"),
        bars=tuple(bars),
    )


def _segments(counts: ParameterCounts, experts: int) -> tuple[Segment, ...]:
    tables_of_tokens = counts.embedding + counts.head + counts.position
    parts = {
        ("Attention", "a"): counts.attention,
        ("Feed-forward and shared experts" if counts.num_experts else "Feed-forward", "b"): counts.feed_forward
        + counts.shared_experts,
        ("Routed experts", "c"): experts,
        ("Embeddings", "d"): tables_of_tokens,
        ("Norms, biases, routers", "e"): counts.rest + counts.router,
    }
    return tuple(Segment(label, count / _BILLION, role) for (label, role), count in parts.items() if count)


def _contexts(model: Record) -> list[int]:
    most = Configuration(model).number("max_position_embeddings")
    return sorted({*(context for context in _CONTEXTS if context < most), most})


def _cache(model: Record) -> Html:
    c = Configuration(model)
    titles = ("", *(formats.KV[kind].name for kind in _CACHED_AS))
    said = f"Attention is {_KINDS[c.word('attention')]}."
    if c.window_layers:
        where = "All layers" if c.window_layers == c.layers else f"{c.window_layers} of {c.layers} layers"
        said += (
            f" {where} read a sliding window of {c.number('sliding_window'):,} tokens; an engine may keep only these, "
            "or every token."
        )
    if c.latent:
        said += " The latent cannot be split by heads: every tensor-parallel GPU holds all of it."
    return _generated(tag("p", said), scrolling_table(titles, _cache_rows(model, bool(c.window_layers)), "rp-table"))


def _cache_rows(model: Record, windowed: bool) -> Iterator[Html]:
    yield _cache_row(model, "Per token", "per_token", {}, "kB/token")
    if windowed:
        yield _cache_row(model, "Per token past the window", "per_token_late", {}, "kB/token")
    for context in _contexts(model):
        for policy in ("window", "full") if windowed else ("",):
            asked = {"context": str(context)} | ({"policy": policy} if policy else {})
            label = f"{context:,} tokens" + {"": "", "window": ", window kept", "full": ", every token kept"}[policy]
            yield _cache_row(model, label, "per_sequence", asked, "GB")


def _cache_row(model: Record, label: str, output: str, asked: dict[str, str], unit: str) -> Html:
    runs = (call.run("kv_cache", {"model": model.slug, "kv": kind} | asked) for kind in _CACHED_AS)
    return _row(label, *(_link(run, show(Quantity(run.outputs[output].base, unit))) for run in runs))


def _memory(model: Record) -> Html:
    contexts = _contexts(model)
    titles = ("Weights in", "Bits per quantized weight", "Weights", *(f"With {tokens:,} tokens" for tokens in contexts))
    said = (
        "Weights alone, and with the FP16 cache of one sequence that long; activations and buffers come on top. Quantized "
        "formats keep embeddings, norms and output head in 16 bits, except those of llama.cpp, which quantize the tables of "
        "tokens too"
        + ("; MXFP4 here is how the model is published, with only its routed experts quantized." if _ships_mxfp4(model) else ".")
    )
    return _generated(tag("p", said), scrolling_table(titles, _memory_rows(model, contexts), "rp-table"))


def _memory_rows(model: Record, contexts: Iterable[int]) -> Iterator[Html]:
    for kind in _STORED_AS:
        asked = {"model": model.slug, "weights": kind, "scope": _scope(model, kind)}
        weights = call.run("weights", asked)
        bits = Quantity(weights.outputs["bytes_per_parameter"].base, "bit")
        held = (call.run("memory_fit", asked | {"gpus": "1", "context": str(tokens), "overhead": "0 GiB"}) for tokens in contexts)
        yield _row(
            formats.WEIGHTS[kind].label,
            show(bits, 5).removesuffix(" bits"),
            _link(weights, show(weights.outputs["total"])),
            *(_link(run, show(run.outputs["total"])) for run in held),
        )


def _ships_mxfp4(model: Record) -> bool:
    return str(model["identity.family"].value) == "gpt-oss"


def _scope(model: Record, kind: str) -> str:
    if kind == "mxfp4" and _ships_mxfp4(model):
        return "experts"
    return "everything" if "llama.cpp" in formats.WEIGHTS[kind].label else "linear"
