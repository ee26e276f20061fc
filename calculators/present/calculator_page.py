"""The generated part of a calculator's page: its inputs and outputs as declared, and what it was checked against."""

from calculators import call
from calculators.call import Run
from calculators.present import measured_reached, references
from calculators.present.html import Html, scrolling_table, tag
from calculators.present.section import Section


def sections(name: str) -> tuple[Section, ...]:
    """The sections of a calculator's page, in reading order."""
    run = call.run(name)
    declared = (Section("Inputs", "inputs", _inputs(run)), Section("Outputs", "outputs", _outputs(run)))
    return (*references.sections(name), *measured_reached.sections(name), *declared)


def _inputs(run: Run) -> Html:
    """The inputs as a table: name in the address, meaning, default, what is accepted."""
    rows = (
        tag(
            "tr",
            tag("th", spec.label, tag("span", spec.help, class_="rp-also") if spec.help else None, scope="row"),
            tag("td", tag("code", field)),
            tag("td", spec.default or _looked_up(run, field)),
            tag("td", spec.accepted),
        )
        for field, spec in run.calculator.input_specs.items()
    )
    return scrolling_table(("Input", "Name", "Default", "Accepted"), rows, "rp-table", generated=True)


def _looked_up(run: Run, field: str) -> str:
    """Where the default of an input comes from that has none of its own."""
    spec = run.calculator.input_specs[field]
    if not spec.fallback:
        return "none"
    return f"{'learned from measurements' if spec.learned else 'from the record'}: {run.values[field].shown}"


def _outputs(run: Run) -> Html:
    """The outputs as a table: name for stated numbers, meaning, unit."""
    rows = (
        tag(
            "tr",
            tag("th", spec.label, scope="row"),
            tag("td", tag("code", f"{run.calculator.name}.{name}")),
            tag("td", "text" if spec.unit is None else spec.unit or "a plain number"),
            tag("td", spec.help),
        )
        for name, spec in run.calculator.output_specs.items()
    )
    return scrolling_table(("Output", "Name", "Unit", "Meaning"), rows, "rp-table", generated=True)
