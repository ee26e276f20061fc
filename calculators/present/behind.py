"""What stands behind an answer, folded away: every output, the working, and the facts that it rests on."""

from calculators.call import Run
from calculators.present import cite
from calculators.present.answer import also, shown
from calculators.present.html import Html, join, tag
from calculators.records import Fact
from calculators.schema import QUALIFIERS
from calculators.units import show


def outputs(run: Run) -> Html:
    """Every output with its meaning, and the line that states it in a page."""
    claims = cite.claims(run)
    rows = (_output(run, name, claims.get(name)) for name in run.outputs)
    return tag("div", tag("table", tag("tbody", *rows), class_="rp-outputs"), class_="rp-scroll", tabindex="0")


def _output(run: Run, name: str, claim: str | None) -> Html:
    value, spec = run.outputs[name], run.calculator.output_specs[name]
    other = also(value)
    return tag(
        "tr",
        tag("th", spec.label, scope="row"),
        tag("td", shown(value), tag("span", f" ({other})", class_="rp-also") if other else None),
        tag("td", spec.help),
        tag("td", cite.copy_button("Copy claim", claim, spec.label) if claim else None),
    )


def working(run: Run) -> Html:
    """Each step: what is computed, the formula, the numbers in it, what comes out."""
    steps = (
        tag(
            "li",
            tag("span", step.label, class_="rp-step-label"),
            tag("span", f"= {step.formula.readable}", class_="rp-step-formula"),
            tag("span", f"= {step.numbers}", class_="rp-step-numbers"),
            tag("strong", f"= {show(step.result)}", class_="rp-step-result"),
            class_="rp-step",
        )
        for step in run.working.steps
    )
    return tag("ol", *steps)


def used(run: Run) -> Html:
    """The facts, with their sources, and what was given."""
    items = (tag("li", *_fact(fact)) for fact in run.working.facts.values())
    given = (
        tag("li", tag("span", f"{run.calculator.input_specs[name].label}: {value.shown}"), " (given)")
        for name, value in run.values.items()
        if value.origin == "given"
    )
    return tag("ul", join(*items, *given))


def _fact(fact: Fact) -> tuple[Html, ...]:
    words = [QUALIFIERS[word].split(":")[0] for word in fact.qualifiers]
    return (
        tag("span", f"{fact.label}: {fact}{' (' + ', '.join(words) + ')' if words else ''}", class_="rp-fact"),
        tag("span", f" {fact.record}. {fact.source.title}, {fact.where}.", class_="rp-source"),
    )
