"""What the reader's browser calls: inputs as JSON in, the result as JSON out."""

import json

from calculators import call
from calculators.present.result import as_csv, result
from calculators.present.sensitivity import sensitivity
from calculators.problems import InputProblem, InputProblems

PARTS = {"sensitivity": sensitivity}


def answer(calculator: str, inputs: str, part: str = "result") -> str:
    """Run a calculator on the form's fields (a JSON object of texts) and return HTML, problems, document and CSV as JSON.

    `placeholders` says what each field that was left empty stands for, so that the form shows it for the chosen GPU or model.
    `part` names what is asked for: the result, or one of `PARTS`, which take many calculations.
    """
    try:
        run = call.run(calculator, json.loads(inputs))
    except InputProblems as wrong:
        return json.dumps({"html": None, "problems": [_problem(one) for one in wrong.problems], "document": None, "csv": None})
    if part in PARTS:
        return json.dumps({"html": PARTS[part](run), "problems": [], "document": None, "csv": None})
    placeholders = {name: value.shown for name, value in run.values.items() if run.calculator.input_specs[name].fallback}
    return json.dumps(
        {"html": result(run), "problems": [], "document": run.document(), "csv": as_csv(run), "placeholders": placeholders}
    )


def _problem(one: InputProblem) -> dict[str, str]:
    message = f"“{one.given}” {one.message}." if one.given else f"{one.message}."
    return {"field": one.field, "message": message, "accepted": one.accepted}
