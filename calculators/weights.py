"""How many bytes do a model's weights take in a given format, scales included?

A quantized checkpoint usually quantizes the matrices inside the layers and keeps embeddings, norms and the output head in
16 bits; both ways of counting are offered.
"""

from dataclasses import dataclass
from functools import lru_cache

from calculators import architecture, formats, inputs
from calculators.architecture import ParameterCounts
from calculators.declare import Calculator, count, model, output, quantity
from calculators.formula import formula
from calculators.present.chart import Axis, Bar, Bars, Limit, Segment
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.units import Bytes, Number, Quantity, show
from calculators.working import Unrecorded, Working, remembered


@formula("linear * bytes_linear + rest * bytes_rest")
def weight_bytes(linear: Number, bytes_linear: Bytes, rest: Number, bytes_rest: Bytes) -> Bytes:
    """Bytes of all weights: the quantizable matrices at one size per parameter, the rest at another.

    `linear` and `rest` are parameter counts, `bytes_linear` and `bytes_rest` bytes per parameter; the result is in bytes.
    """
    return Bytes(linear * bytes_linear + rest * bytes_rest)


@formula("total_bytes / gpus")
def bytes_per_gpu(total_bytes: Bytes, gpus: Number) -> Bytes:
    """Bytes on each of `gpus` GPUs that share the weights evenly (tensor or pipeline parallelism); result in bytes."""
    return Bytes(total_bytes / gpus)


@formula("plain + share_raised * (raised - plain)")
def mixed_bytes(plain: Bytes, share_raised: Number, raised: Bytes) -> Bytes:
    """Bytes per parameter of a mixed type: a share of the parameters is stored in a larger format."""
    return Bytes(plain + share_raised * (raised - plain))


@formula("element + rows * scale / parameters")
def with_row_scales(element: Bytes, rows: Number, scale: Bytes, parameters: Number) -> Bytes:
    """Bytes per parameter where each of `rows` output channels has a scale of its own, among `parameters` parameters."""
    return Bytes(element + rows * scale / parameters)


@formula("(room - rest) / parameters")
def size_that_fits(room: Bytes, rest: Bytes, parameters: Number) -> Bytes:
    """Bytes per quantized parameter that fill `room` bytes, after `rest` bytes of what is not quantized.

    70 billion parameters in 24 GB next to 1.342 GB of KV cache: (24e9 - 1.342e9) / 70e9 = 0.3237 bytes, 2.59 bits.
    """
    return Bytes((room - rest) / parameters)


@dataclass(frozen=True, slots=True)
class WeightSizes:
    """The bytes of a model's weights: all of them, and of the parts that decoding reads differently."""

    total: float
    experts: float
    looked_up: float
    element: float
    rest: float  # of a parameter of embeddings, head and norms
    attention: float  # of a parameter of the attention matrices


@dataclass(frozen=True)
class Inputs:
    model: Record = model("llama-2-70b")
    weights: str = inputs.weight_format()
    scope: str = inputs.quantized_scope()
    gpus: float = count(1, 1, 1024, "GPUs", "GPUs that share the weights evenly.", "GPU")
    room: float = quantity("24 GB", "GB", "0 GB", "1000000 GB", "Memory for weights", "After KV cache and overhead: what fits?")


@dataclass(frozen=True)
class Outputs:
    parameters: Number = output("Parameters", "parameter", "Every parameter, counted from the model's configuration.")
    active: Number = output(
        "Active parameters", "parameter", "Parameters that one token uses (fewer than all in a mixture of experts)."
    )
    multiplied: Number = output(
        "Active, without look-ups", "parameter", "Active parameters but for the input embedding, of which a token reads one row."
    )
    bytes_per_parameter: Bytes = output("Bytes per quantized parameter", "byte", "Including its share of scales and zero points.")
    total: Bytes = output("Weights", "GB", "All weights together.")
    per_gpu: Bytes = output("Weights per GPU", "GB", "An even share of the weights.")
    bits_that_fit: Bytes = output("Bits per parameter that fit", "bit", "In the memory given, of what is quantized.")
    format_that_fits: str = output("Largest format that fits", None, "Of those that this site knows.")


@remembered
def sizes(model: Record, weights: str, scope: str, working: Working) -> WeightSizes:
    """The weights' bytes in a format, with the working; used by every calculator that holds or reads weights.

    Raises InputProblems when only routed experts are to be quantized, and the model has none.
    """
    counts, kind = architecture.parameter_counts(model), formats.WEIGHTS[weights]
    if scope == "experts" and not counts.experts:
        raise InputProblems([InputProblem("scope", scope, f"is not possible: {model.name} has no experts", "linear, everything")])
    working.use(*architecture.facts_of(model))
    everything = scope == "everything" or not kind.quantized
    only_experts = scope == "experts" and kind.quantized
    experts = _Matrices(counts.experts, counts.raised_experts, counts.rows_of_experts)
    matrices = experts if only_experts else _Matrices(counts.linear, counts.raised, counts.rows)
    element = _bytes_per_parameter(kind, matrices, working)
    rest = _bytes_of_the_rest(counts, kind, element) if everything else float(formats.UNQUANTIZED_BYTES)
    terms = {"bytes_linear": element, "rest": counts.total - matrices.parameters, "bytes_rest": rest}
    total = working.step("Weights", weight_bytes, "GB", linear=matrices.parameters, **terms)
    in_experts = counts.experts * _bytes_per_parameter(kind, experts, Unrecorded()) if counts.experts else 0.0
    in_attention = rest if only_experts else element
    return WeightSizes(total, in_experts + counts.expert_biases * rest, counts.looked_up * rest, element, rest, in_attention)


@dataclass(frozen=True, slots=True)
class _Matrices:
    """Quantized matrices: their parameters, those that a mixed type raises, and their output channels."""

    parameters: int
    raised: int
    rows: int


def _bytes_per_parameter(kind: formats.Format, matrices: _Matrices, working: Working) -> float:
    """Bytes per parameter of the quantized matrices, scales included."""
    element = formats.element_bytes(kind, "parameter", working)
    if kind.raised:
        raised = formats.element_bytes(formats.WEIGHTS[kind.raised], "parameter", working)
        share = matrices.raised / matrices.parameters
        return working.step("Mixed: bytes per parameter", mixed_bytes, "byte", plain=element, share_raised=share, raised=raised)
    if kind.row_bits:
        terms = {"rows": matrices.rows, "scale": kind.row_bits / formats.BITS_PER_BYTE, "parameters": matrices.parameters}
        return working.step("With scales: bytes per parameter", with_row_scales, "byte", element=element, **terms)
    return element


def _bytes_of_the_rest(counts: ParameterCounts, kind: formats.Format, element: float) -> float:
    """Bytes per parameter of embeddings, head and norms when they are quantized too: a mixed type raises the output head."""
    if not kind.raised:
        return element
    plain, raised = (formats.bytes_of(formats.WEIGHTS[slug]) for slug in (_plain_of(kind), kind.raised))
    rest = counts.total - counts.linear
    return plain + (counts.head or counts.embedding) / rest * (raised - plain)


def _plain_of(kind: formats.Format) -> str:
    return kind.name.lower().removesuffix("_m")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Size of the weights; see `weight_bytes`."""
    counts = architecture.parameter_counts(i.model)
    architecture.explain(i.model, working)
    size = sizes(i.model, i.weights, i.scope, working)
    share = working.step("Per GPU", bytes_per_gpu, "GB", total_bytes=size.total, gpus=i.gpus)
    bits = bits_in(i.model, i.scope, i.room, working)
    best = largest_format(i.model, i.scope, i.room) or "none"
    return Outputs(counts.total, counts.active, counts.multiplied, size.element, size.total, share, bits, best)


def bits_in(model: Record, scope: str, room: float, working: Working) -> float:
    """Bytes per quantized parameter for which weights fill `room` bytes; zero where not even the rest fits."""
    counts = architecture.parameter_counts(model)
    quantized = {"linear": counts.linear, "everything": counts.total, "experts": counts.experts}[scope]
    rest = (counts.total - quantized) * formats.UNQUANTIZED_BYTES
    if rest >= room:
        return 0.0
    return working.step("Bits per parameter that fit", size_that_fits, "bit", room=room, rest=rest, parameters=quantized)


def largest_format(model: Record, scope: str, room: float) -> str:
    """The name of the largest format in which the weights fit in `room` bytes, or an empty text."""
    fitting = {label: size for label, size in _totals(model, scope).items() if size <= room}
    return max(fitting, key=fitting.__getitem__, default="")


@lru_cache(maxsize=128)
def _totals(model: Record, scope: str) -> dict[str, float]:
    """The weights' bytes by the label of every format."""
    return {kind.label: sizes(model, slug, scope, Unrecorded()).total for slug, kind in formats.WEIGHTS.items()}


def summary(i: Inputs, o: Outputs) -> str:
    size = show(Quantity(o.total, "GB"))
    return f"{i.model.name} in {formats.WEIGHTS[i.weights].name} takes {size} ({show(Quantity(o.total, 'GiB'))})."


def chart(run) -> Bars:
    """The weights in the formats known, against the memory for them."""
    i = run.inputs
    found = {kind.label: sizes(i.model, slug, i.scope, Unrecorded()).total / 1e9 for slug, kind in _DRAWN.items()}
    return Bars(
        title=f"Weights of {i.model.name} by format",
        description=run.summary,
        x=Axis("Weights", "GB"),
        bars=tuple(Bar(label, (Segment("weights", size, "a"),)) for label, size in found.items()),
        limit=Limit("memory for weights", i.room / 1e9) if i.room else None,
    )


_DRAWN = {
    slug: formats.WEIGHTS[slug] for slug in ("bf16", "fp8", "q6_k", "q5_k_m", "q4_k_m", "int4-g128", "mxfp4", "q3_k", "q2_k")
}


CALCULATOR = Calculator(
    title="Weight memory",
    subject="Memory",
    question="How many bytes do the weights take?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("total", "per_gpu", "parameters"),
    chart=chart,
)
