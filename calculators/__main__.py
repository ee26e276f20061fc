"""Run a calculator on the command line: python -m calculators NAME --gpu l4 --batch 8 [--json | --csv].

A document that a page or --json has saved is run again by its file: python -m calculators weights.json [--json | --csv].
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from calculators import call
from calculators.present import cite, typical
from calculators.present.answer import also, shown
from calculators.present.spreadsheet import as_csv
from calculators.problems import InputProblems


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m calculators",
        description="Calculators for GPU performance, memory and cost.",
        epilog="In place of NAME and its inputs: the .json file that a page has saved. It is computed again and compared.",
    )
    chosen = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name in call.names():
        calculator = call.get(name)
        sub = chosen.add_parser(name, help=calculator.question, description=calculator.question, allow_abbrev=False)
        form = sub.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="print the whole run as JSON")
        form.add_argument("--csv", action="store_true", help="print inputs and outputs as CSV")
        names = [option for option in ("claim", "as-claim") if option not in calculator.input_specs]
        form.add_argument(
            *(f"--{option}" for option in names), dest="claim_of", nargs="?", const="", metavar="OUTPUT",
            help="print the line that states the result, or that output, in a page of this site",
        )  # fmt: skip
        for field, spec in calculator.input_specs.items():
            accepted = f"{spec.help} Accepts {spec.accepted}.".replace("%", "%%")
            sub.add_argument(f"--{field}", metavar="VALUE", help=accepted)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Print a run, or every problem with its inputs; returns the exit status: 1 where a saved document no longer holds."""
    arguments = sys.argv[1:] if arguments is None else arguments
    saved: dict[str, Any] = {}
    if arguments and arguments[0].endswith(".json"):
        try:
            saved = _saved(Path(arguments[0]))
        except (OSError, ValueError) as error:
            print(f"{arguments[0]}: {error}", file=sys.stderr)
            return 2
        arguments = [saved["calculator"], *arguments[1:]]
    given = vars(_parser().parse_args(arguments))
    name, as_json, csv, claim_of = (given.pop(option) for option in ("name", "json", "csv", "claim_of"))
    try:
        run = call.run(name, saved.get("inputs", {}) | {field: text for field, text in given.items() if text is not None})
        claim = None if claim_of is None else cite.claim(run, claim_of)
    except (InputProblems, cite.NothingToState) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps(run.document(), indent=2, ensure_ascii=False))
    elif csv:
        print(as_csv(run), end="")
    elif claim:
        print(claim)
    else:
        _print(run)
    return _compared(run, saved)


def _saved(path: Path) -> dict[str, Any]:
    """A saved document. Raises OSError where there is no such file, ValueError for one that is something else."""
    document = json.loads(path.read_text("utf-8"))
    if not isinstance(document, dict) or document.get("calculator") not in call.names():
        raise ValueError("is not a document of a calculator")
    if not isinstance(document.get("inputs"), dict) or not isinstance(document.get("outputs"), dict):
        raise ValueError("has no inputs or no outputs")
    return document


def _compared(run: call.Run, saved: dict[str, Any]) -> int:
    """Say where a run differs from the document that it was made from: a fact or a formula has changed since, or an input now."""
    outputs = run.document()["outputs"]
    changed = {name: value for name, value in saved.get("outputs", {}).items() if outputs.get(name) != value}
    for name, value in changed.items():
        print(f"{name} was {json.dumps(value, ensure_ascii=False)} in the document", file=sys.stderr)
    return 1 if changed else 0


def _print(run: call.Run) -> None:
    print(run.summary)
    for name, value in run.outputs.items():
        second = f" ({also(value)})" if also(value) else ""
        print(f"  {run.calculator.output_specs[name].label}: {shown(value)}{second}")
    for remark in run.working.remarks:
        print(f"  Note: {remark}")
    if reached := typical.plain(run):
        print(f"  {reached}")


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except BrokenPipeError:  # whoever reads the output, such as `head`, has had enough
        sys.stderr.close()
