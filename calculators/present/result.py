"""The result of a calculation: the answer, every output, the working, the chart, and the facts it rests on."""

import csv
import io
from collections.abc import Mapping

from calculators.call import Run
from calculators.present import cite, typical
from calculators.present.chart import figure
from calculators.present.elsewhere import links
from calculators.present.html import Html, join, tag
from calculators.records import Fact
from calculators.schema import QUALIFIERS
from calculators.units import Quantity, show

_COPIES = {"claim": "Copy as Markdown claim", "python": "Copy as Python"}
_SAVES = {"json": "JSON", "csv": "CSV"}
_PICTURES = {"svg": "Chart SVG", "png": "Chart PNG"}


def result(run: Run, parts: Mapping[str, Html] | None = None) -> Html:
    """Everything a reader sees of a run. The same bytes at build and in the browser.

    What takes many calculations is left out unless it is in `parts`; the page asks for it when a reader opens it.
    """
    return join(
        tag("p", run.summary, class_="rp-summary"),
        tag("div", *(_figure(run, name) for name in run.calculator.headline), class_="rp-headline"),
        typical.sentence(run),
        *(tag("p", remark, class_="rp-remark") for remark in run.working.remarks),
        _chart(run),
        run.calculator.table(run) if run.calculator.table else None,
        _take(run),
        _outputs(run),
        _working(run),
        typical.working(run),
        _facts(run),
        _part("sensitivity", "Which input decides", parts or {}),
        links(run),
        cite.citation(run),
    )


def _chart(run: Run) -> Html | None:
    drawn = run.calculator.chart(run) if run.calculator.chart else None
    return drawn if drawn is None or isinstance(drawn, Html) else Html(figure(drawn, f"{run.calculator.name}-chart"))


def _part(name: str, title: str, parts: Mapping[str, Html]) -> Html:
    content = tag("div", parts.get(name), class_="rp-part")
    return tag("details", tag("summary", title), content, class_=f"rp-{name}", data_key=name, data_part=name)


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


def _take(run: Run) -> Html:
    """Everything that a reader can take along with one press. The lines themselves stand under "Cite or reproduce"."""
    copied = (
        tag("button", label, type="button", class_="rp-button rp-copy", data_action="copy-line", data_copies=kind)
        for kind, label in _COPIES.items()
    )
    actions = _SAVES | (_PICTURES if run.calculator.chart else {})
    saved = (
        tag("button", label, type="button", class_="rp-button", data_action=action, aria_label=f"Save as {label}")
        for action, label in actions.items()
    )
    return tag("div", *copied, tag("span", "Save:", class_="rp-save"), *saved, class_="rp-actions rp-take")


def _figure(run: Run, name: str) -> Html:
    value = run.outputs[name]
    return tag(
        "div",
        tag("span", run.calculator.output_specs[name].label, class_="rp-label"),
        tag("strong", shown(value), class_="rp-value"),
        tag("span", also(value), class_="rp-also") if also(value) else None,
        class_="rp-figure",
    )


def _outputs(run: Run) -> Html:
    claims = cite.claims(run)
    rows = (
        tag(
            "tr",
            tag("th", run.calculator.output_specs[name].label, scope="row"),
            tag("td", shown(value), tag("span", f" ({also(value)})", class_="rp-also") if also(value) else None),
            tag("td", run.calculator.output_specs[name].help),
            tag("td", _copy(run.calculator.output_specs[name].label, claims.get(name))),
        )
        for name, value in run.outputs.items()
    )
    table = tag("div", tag("table", tag("tbody", *rows), class_="rp-outputs"), class_="rp-scroll", tabindex="0")
    return tag("details", tag("summary", "All results"), table, class_="rp-all", data_key="all")


def _copy(label: str, claim: str | None) -> Html | None:
    return cite.copy_button("Copy claim", claim, label) if claim else None


def _working(run: Run) -> Html:
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
    return tag("details", tag("summary", "Show the working"), tag("ol", *steps), class_="rp-working", data_key="working")


def _facts(run: Run) -> Html:
    items = (tag("li", *_fact(fact)) for fact in run.working.facts.values())
    given = (
        tag("li", tag("span", f"{run.calculator.input_specs[name].label}: {value.shown}"), " (given)")
        for name, value in run.values.items()
        if value.origin == "given"
    )
    return tag("details", tag("summary", "Facts used"), tag("ul", *items, *given), class_="rp-facts-used", data_key="facts")


def _fact(fact: Fact) -> tuple[Html, ...]:
    words = [QUALIFIERS[word].split(":")[0] for word in fact.qualifiers]
    return (
        tag("span", f"{fact.label}: {fact}{' (' + ', '.join(words) + ')' if words else ''}", class_="rp-fact"),
        tag("span", f" {fact.record}. {fact.source.title}, {fact.where}.", class_="rp-source"),
    )


def as_csv(run: Run) -> str:
    """Inputs and outputs, one per line, for a spreadsheet."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("kind", "name", "value", "unit", "label"))
    for name, value in run.values.items():
        number = isinstance(value.value, Quantity)
        # A pasted configuration has no name that could be looked up: the text itself reproduces the run.
        words = value.text if value.origin == "given" else getattr(value.value, "slug", str(value.value))
        shown_value = repr(value.value.value) if number else words
        unit = value.value.unit if number else ""
        table.writerow(("input", name, shown_value, unit, run.calculator.input_specs[name].label))
    for name, value in run.outputs.items():
        number = isinstance(value, Quantity)
        row = (repr(value.value), value.unit) if number else (shown(value), "")
        table.writerow(("output", name, *row, run.calculator.output_specs[name].label))
    table.writerows(typical.lines(run))
    return text.getvalue()
