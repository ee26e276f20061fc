"""What multiplications of a shape can reach, by the roofline: data-center card against consumer card."""

from calculators import call
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.html import Html

_ROWS = tuple(2**power for power in range(14))
_SIDE = 4096  # of the weights, as in the attention of a model with 4096 features
_TERA = 1e12


def by_rows() -> Html:
    """The attainable rate of a multiplication with square FP16 weights, by the rows of activations that share them."""

    def attainable(gpu: str) -> tuple[tuple[float, float], ...]:
        run = call.run("roofline", {"gpu": gpu, "format": "fp16", "n": _SIDE, "k": _SIDE})
        return tuple((rows, result.attainable / _TERA) for rows, result in run.sweep("m", _ROWS))

    return figure(
        Chart(
            title=f"At most so fast: FP16 multiplication with weights of {_SIDE:,} by {_SIDE:,}, by rows of activations",
            description="With few rows both cards are limited by memory, and the H100 leads by the ratio of the bandwidths. With "
            "many rows both are limited by arithmetic, and it leads by the larger ratio of the peaks, having needed more rows to "
            "get there.",
            x=Axis("Rows of activations (tokens in the step)", "", log=True, base=2),
            y=Axis("Attainable rate", "TFLOPS", log=True),
            series=(
                Series("H100 SXM", attainable("h100-sxm5-80gb"), "a"),
                Series("RTX 4090", attainable("rtx-4090"), "b"),
            ),
        ),
        "gemm-by-rows",
    )
