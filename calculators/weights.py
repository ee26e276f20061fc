"""How many bytes do a model's weights take in a given format, scales included?

A quantized checkpoint usually quantizes the matrices inside the layers and keeps embeddings, norms and the output head in
16 bits; both ways of counting are offered.
"""

from dataclasses import dataclass

from calculators import architecture, formats, inputs
from calculators.declare import Calculator, count, model, output
from calculators.formula import formula
from calculators.records import Record
from calculators.units import Bytes, Number, Quantity, show
from calculators.working import Working


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


@dataclass(frozen=True, slots=True)
class WeightSizes:
    """The bytes of a model's weights: all of them, and of the parts that decoding reads differently."""

    total: float
    experts: float
    embedding: float
    element: float


@dataclass(frozen=True)
class Inputs:
    model: Record = model("llama-2-70b")
    weights: str = inputs.weight_format()
    scope: str = inputs.quantized_scope()
    gpus: float = count(1, 1, 1024, "GPUs", "GPUs that share the weights evenly.", "GPU")


@dataclass(frozen=True)
class Outputs:
    parameters: Number = output("Parameters", "parameter", "Every parameter, counted from the model's configuration.")
    active: Number = output(
        "Active parameters", "parameter", "Parameters that multiply one token (fewer than all in a mixture of experts)."
    )
    bytes_per_parameter: Bytes = output("Bytes per quantized parameter", "byte", "Including its share of scales and zero points.")
    total: Bytes = output("Weights", "GB", "All weights together.")
    per_gpu: Bytes = output("Weights per GPU", "GB", "An even share of the weights.")


def sizes(model: Record, weights: str, scope: str, working: Working) -> WeightSizes:
    """The weights' bytes in a format, with the working; used by every calculator that holds or reads weights."""
    counts, kind = architecture.parameter_counts(model), formats.WEIGHTS[weights]
    working.use(*architecture.facts_of(model))
    element = formats.element_bytes(kind, "parameter", working)
    everything = scope == "everything" or not kind.quantized
    rest = element if everything else float(formats.UNQUANTIZED_BYTES)
    total = working.step(
        "Weights",
        weight_bytes,
        "GB",
        linear=counts.linear,
        bytes_linear=element,
        rest=counts.total - counts.linear,
        bytes_rest=rest,
    )
    return WeightSizes(total, counts.experts * element, counts.embedding * rest, element)


def calculate(i: Inputs, working: Working) -> Outputs:
    """Size of the weights; see `weight_bytes`."""
    counts = architecture.parameter_counts(i.model)
    size = sizes(i.model, i.weights, i.scope, working)
    share = working.step("Per GPU", bytes_per_gpu, "GB", total_bytes=size.total, gpus=i.gpus)
    return Outputs(counts.total, counts.active, size.element, size.total, share)


def summary(i: Inputs, o: Outputs) -> str:
    size = show(Quantity(o.total, "GB"))
    return f"{i.model.name} in {formats.WEIGHTS[i.weights].name} takes {size} ({show(Quantity(o.total, 'GiB'))})."


CALCULATOR = Calculator(
    title="Weight memory",
    question="How many bytes do the weights take?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("total", "per_gpu", "parameters"),
)
