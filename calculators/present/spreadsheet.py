"""A run as lines for a spreadsheet."""

import csv
import io

from calculators.call import Run
from calculators.present import typical
from calculators.present.answer import shown
from calculators.units import Quantity


def as_csv(run: Run) -> str:
    """Inputs and outputs, one per line."""
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
