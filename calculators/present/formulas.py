"""The formulas of a calculator, as its working writes them, so that a page that explains them cannot say anything else."""

from collections.abc import Mapping

from calculators import call
from calculators.present.html import Html, tag


def formulas(name: str, inputs: Mapping[str, str] | None = None) -> Html:
    """Every formula that the calculator applies, in order; `inputs` choose a case, such as a model with experts."""
    written = {step.label: step.formula.readable for step in call.run(name, inputs).working.steps}
    items = (
        tag(
            "li",
            tag("span", label, class_="rp-step-label"),
            tag("span", f" = {formula}", class_="rp-step-formula"),
            class_="rp-step",
        )
        for label, formula in written.items()
    )
    return tag("ul", *items, class_="rp-formulas", data_generated=True)
