"""The choice as a reader sees it: a sentence, a chart of what nothing beats, a table of the best and of why others lost."""

from calculators.present import ranking
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.present.html import Html
from calculators.units import Quantity, show
from calculators.which_gpu_inputs import REASONS, Conditions, Outputs
from calculators.which_gpu_judging import Candidate, ranked

_SHOWN = 15
_NAMED = 5
_MILLION = 1e6


def summary(i: Conditions, o: Outputs) -> str:
    if not o.qualify:
        return f"None of {o.candidates:,.0f} candidates qualifies."
    made = show(Quantity(o.rate, "token/s"))
    paid = "no price known" if o.cost is None else show(Quantity(o.cost, "USD/Mtoken"))
    return f"{o.winner}: about {made}, {paid}. {o.qualify:,.0f} of {o.candidates:,.0f} candidates qualify."


def chart(run) -> Chart | None:
    """Cost, or the inverse of the rate, against the time per output token: those that nothing beats in both."""
    i = run.inputs
    if i.task == "training" or i.rank != "cost":
        return None
    front: list[Candidate] = []
    for each in ranked(i, i.judged):
        if not front or each.served.step < front[-1].served.step:
            front.append(each)
    if len(front) < 2:
        return None
    points = [(each.served.step * 1e3, each.cost * _MILLION) for each in front]
    return Chart(
        title="Cost against time per output token: what nothing beats in both",
        description=f"{run.summary} No group is both faster and cheaper than a point.",
        x=Axis("Time per output token", "ms", log=True),
        y=Axis("Cost per million tokens", "USD", log=True),
        series=(Series("cheapest at this time or less", tuple(points), "a"),),
        marks=tuple(Mark(f"{each.name}, {each.form}", *point) for each, point in list(zip(front, points, strict=True))[:_NAMED]),
    )


def _shown(value: float | None, unit: str) -> str:
    return "not known" if value is None else show(Quantity(value, unit))


def table(run) -> Html:
    """The best groups."""
    i = run.inputs
    titles = ("Group", "Weights", "Cost", "Tokens per second", "Per output token", "First token", "Power", "Memory used")
    rows = [
        (
            each.name, each.form, _shown(each.cost, "USD/Mtoken"), _shown(each.served.rate, "token/s"),
            *(("–", "–") if i.task == "training" else (_shown(each.served.step, "ms"), _shown(each.served.prompt, "s"))),
            _shown(each.power, "kW"),
            show(Quantity(each.load.held / (each.card.capacity * each.load.gpus), "%"), 3),
        )
        for each in ranked(i, i.judged)[:_SHOWN]
    ]  # fmt: skip
    return ranking.best(titles, rows)


def lost(run) -> Html:
    """The others, by the reason they lost for."""
    i = run.inputs
    losers: dict[str, list[tuple[str, str]]] = {reason: [] for reason in REASONS}
    for each in i.judged:
        if each.reason in losers:
            form = f"{each.load.gpus} × {each.form}" if i.weights == "any" else f"{each.load.gpus}"
            losers[each.reason].append((each.card.gpu.short, form))
    return ranking.lost({label: tuple(losers[reason]) for reason, label in REASONS.items()})
