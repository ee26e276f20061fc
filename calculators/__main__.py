"""Run a calculator on the command line: python -m calculators NAME --gpu l4 --batch 8 [--json | --csv]."""

import argparse
import json
import sys

from calculators import call
from calculators.present.result import also, as_csv, shown
from calculators.problems import InputProblems


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m calculators", description="Calculators for GPU performance, memory and cost."
    )
    chosen = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name in call.names():
        calculator = call.get(name)
        sub = chosen.add_parser(name, help=calculator.question, description=calculator.question, allow_abbrev=False)
        form = sub.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="print the whole run as JSON")
        form.add_argument("--csv", action="store_true", help="print inputs and outputs as CSV")
        for field, spec in calculator.input_specs.items():
            accepted = f"{spec.help} Accepts {spec.accepted}.".replace("%", "%%")
            sub.add_argument(f"--{field}", metavar="VALUE", help=accepted)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Print a run, or every problem with its inputs; returns the exit status."""
    given = vars(_parser().parse_args(arguments))
    name, as_json, csv = given.pop("name"), given.pop("json"), given.pop("csv")
    try:
        run = call.run(name, {field: text for field, text in given.items() if text is not None})
    except InputProblems as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps(run.document(), indent=2, ensure_ascii=False))
    elif csv:
        print(as_csv(run), end="")
    else:
        _print(run)
    return 0


def _print(run: call.Run) -> None:
    print(run.summary)
    for name, value in run.outputs.items():
        second = f" ({also(value)})" if also(value) else ""
        print(f"  {run.calculator.output_specs[name].label}: {shown(value)}{second}")
    for remark in run.working.remarks:
        print(f"  Note: {remark}")


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except BrokenPipeError:  # whoever reads the output, such as `head`, has had enough
        sys.stderr.close()
