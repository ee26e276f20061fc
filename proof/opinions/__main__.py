"""Asks every package, explains every difference, records the answers: make compare."""

import argparse
import importlib
import pkgutil
import sys
import warnings

from proof.opinions import packages, recorded
from proof.opinions.explained import fault, idle, reasons
from proof.opinions.opinion import Opinion


def main(arguments: list[str] | None = None) -> int:
    """The exit status is 1 if a difference is not explained, or an explanation explains nothing any more."""
    parser = argparse.ArgumentParser(prog="python -m proof.opinions", description=__doc__)
    parser.add_argument("packages", nargs="*", help="only these modules of opinions/packages; nothing is recorded")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    asked = options.packages or [module.name for module in pkgutil.iter_modules(packages.__path__)]
    found: list[Opinion] = []
    for name in asked:
        found += importlib.import_module(f"proof.opinions.packages.{name}").opinions()
        print(f"{name}: {len(found)} answers so far", file=sys.stderr, flush=True)
    named = {opinion.package for opinion in found}
    known = [reason for reason in reasons() if reason.package in named]
    faults = [text for opinion in found if (text := fault(opinion, known))] + idle(found, known)
    for text in faults:
        print(text)
    print(
        f"{len(found)} answers of {len(named)} packages; {len(faults)} not explained, or explained without need", file=sys.stderr
    )
    if not options.packages:
        recorded.write(found)
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
