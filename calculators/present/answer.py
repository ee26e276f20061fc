"""The answer of a run as a reader sees it first: one sentence, the headline figures, what programs reach, remarks."""

from calculators.call import Run
from calculators.present import typical
from calculators.present.html import Html, join, tag
from calculators.units import Quantity, show


def answer(run: Run) -> Html:
    """The sentence, the figures, and what to know about them."""
    return join(
        tag("p", run.summary, class_="rp-summary"),
        tag("div", *(_figure(run, name) for name in run.calculator.headline), class_="rp-headline"),
        typical.sentence(run),
        *(tag("p", remark, class_="rp-remark") for remark in run.working.remarks),
    )


def _figure(run: Run, name: str) -> Html:
    value = run.outputs[name]
    other = also(value)
    return tag(
        "div",
        tag("span", run.calculator.output_specs[name].label, class_="rp-label"),
        tag("strong", shown(value), class_="rp-value"),
        tag("span", other, class_="rp-also") if other else None,
        class_="rp-figure",
    )


def shown(value: Quantity | str | bool) -> str:
    """An output as readers see it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return show(value) if isinstance(value, Quantity) else value


def also(value: Quantity | str | bool) -> str:
    """The same size in binary units, because GB and GiB are taken for each other; empty for anything else."""
    if not isinstance(value, Quantity) or value.unit not in ("GB", "MB"):
        return ""
    return show(Quantity(value.base, value.unit.replace("B", "iB")))
