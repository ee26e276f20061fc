"""How the scale of a tensor follows its largest value: measured now, or taken from the steps before."""

from calculators.encodings import FLOATS
from calculators.number_format import tensor_scale
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.html import Html

# An example, made to show both weaknesses: steady growth, one outlier, and a history short enough to see its end.
STEPS = 48
HISTORY = 16
_GROWTH, _OUTLIER, _AT = 1.03, 6.0, 20


def amaxes() -> list[float]:
    """The largest magnitude of a tensor at each step of the example."""
    return [_GROWTH**step * (_OUTLIER if step == _AT else 1.0) for step in range(STEPS)]


def delayed_amaxes(seen: list[float], history: int) -> list[float]:
    """What delayed scaling counts on at each step: the largest amax of the steps before, of at most `history` of them."""
    return [max(seen[max(0, step - history) : step], default=seen[0]) for step in range(len(seen))]


def delayed() -> Html:
    """The largest magnitude that does not clip, under current and under delayed scaling, beside that of the tensor."""
    seen = amaxes()
    largest = float(FLOATS["fp8_e4m3"].largest)
    ceilings = {
        margin: [largest / tensor_scale(largest, amax, 0) * 2**margin for amax in delayed_amaxes(seen, HISTORY)]
        for margin in (0, 1)
    }
    return figure(
        Chart(
            title="Delayed scaling follows a tensor one step late (an example)",
            description="While the tensor grows, its amax lies slightly over the ceiling that the last scale leaves, and is "
            "clipped. An outlier is clipped at the step where it appears, and afterwards keeps the ceiling too high until it "
            "leaves the history. A margin of one halving absorbs the growth, not the outlier.",
            x=Axis("Step", ""),
            y=Axis("Magnitude", "", log=True, base=2),
            series=(
                Series("Amax of the tensor (current scaling)", tuple(enumerate(seen)), "a"),
                Series("Ceiling, delayed", tuple(enumerate(ceilings[0])), "b"),
                Series("Ceiling, delayed, margin 1", tuple(enumerate(ceilings[1])), "c"),
            ),
        ),
        "scaling-delayed",
    )
