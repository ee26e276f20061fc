"""What the reader's browser calls: inputs as JSON in, the result as JSON out."""

import json

from calculators import call
from calculators.present.result import as_csv, result
from calculators.problems import InputProblems


def answer(calculator: str, inputs: str) -> str:
    """Run a calculator on the form's fields (a JSON object of texts) and return HTML, problems, document and CSV as JSON."""
    try:
        run = call.run(calculator, json.loads(inputs))
    except InputProblems as wrong:
        problems = [
            {
                "field": p.field,
                "message": f"{p.given!r} {p.message}." if p.given else f"{p.message}.",
                "accepted": p.accepted,
            }
            for p in wrong.problems
        ]
        return json.dumps({"html": None, "problems": problems, "document": None, "csv": None, "query": None})
    return json.dumps({"html": result(run), "problems": [], "document": run.document(), "csv": as_csv(run), "query": run.query})
