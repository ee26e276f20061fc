"""What quantized formats store per weight, and what they lose when a tensor has outliers."""

from calculators import call
from calculators.formats import WEIGHTS
from calculators.present.chart import Axis, Bar, Bars, Chart, Segment, Series, figure
from calculators.present.html import Html

_STORED = (
    "fp16", "fp8-block", "q8_0", "q6_k", "q4_k", "nf4", "nf4-dq", "int4-g128", "int4-g32", "nvfp4", "mxfp4", "q3_k", "q2_k",
)  # fmt: skip
_LOSING = {"int8": "INT8", "fp8_e4m3": "FP8 E4M3", "int4": "INT4", "mxfp4": "MXFP4", "nvfp4": "NVFP4"}
_SIZES = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)


def stored_bits() -> Html:
    """Bits per weight: those of the element itself, and its part of what its group shares."""

    def bar(slug: str) -> Bar:
        kind = WEIGHTS[slug]
        parts = (Segment("Element", kind.bits, "a"), Segment("Scales and zero points", kind.group_bits / kind.group, "b"))
        return Bar(kind.label, tuple(part for part in parts if part.value))

    return figure(
        Bars(
            title="Bits per weight, as stored",
            description="Every quantized format takes more than its name says, since groups of weights share scales. Formats "
            "that are all called four bits take from 4.1 to 4.6.",
            x=Axis("Stored per weight", "bit"),
            bars=tuple(bar(slug) for slug in _STORED),
        ),
        "quantization-stored-bits",
    )


def outliers() -> Html:
    """Error of a normally distributed sample over how far one percent of its elements lie out."""

    def errors(slug: str) -> tuple[tuple[float, float], ...]:
        # a run for each, since the scale follows the sample
        runs = [call.run("number_format", {"format": slug, "outlier_share": "1 %", "outlier_size": size}) for size in _SIZES]
        return tuple((size, run.result.sample_error * 100) for size, run in zip(_SIZES, runs, strict=True))

    return figure(
        Chart(
            title="Error of a sample in which one element in a hundred is enlarged",
            description="Integers with one scale for the whole tensor lose more the farther the outliers lie, because the scale "
            "follows the largest. Floating-point elements keep their precision. Blocks with scales of their own confine the loss "
            "to the blocks that have an outlier.",
            x=Axis("Outliers are enlarged", "×", log=True, base=2),
            y=Axis("Error of the sample", "%", log=True),
            series=tuple(Series(label, errors(slug), role) for (slug, label), role in zip(_LOSING.items(), "abcde", strict=True)),
        ),
        "quantization-outliers",
    )
