"""Changes the code of the formulas, counts what the tests notice, records it: make mutate MUTATE_ARGS="kv_cache cost" """

import argparse
import os
import sys
import time
import traceback
from collections import Counter

import pytest

os.environ.setdefault("CI", "1")  # the same examples every time; before any test is imported
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # browsers and the like are not needed

from proof.formulas import anew, coverage, equivalent, mutants, result
from proof.formulas.forked import KILLED
from proof.formulas.judges import Judges
from proof.formulas.loaded import Loaded
from proof.formulas.mutants import Mutant
from proof.formulas.remembered import Remembered
from proof.formulas.settings import CACHE, SETTINGS, path_of
from proof.formulas.trial import tried


def main(arguments: list[str] | None = None) -> int:
    """Try the mutants of each module; the exit status is 1 if one survives that nothing explains, or an explanation is stale."""
    parser = argparse.ArgumentParser(prog="python -m proof.formulas", description=__doc__)
    parser.add_argument("modules", nargs="*", help="modules of calculators/, without the package; all that pyproject.toml names")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--kept-coverage", action="store_true", help="measure which test runs which line for changed tests only")
    parser.add_argument(
        "--longest", type=float, default=SETTINGS["longest"], help="seconds of tests for a mutant, for a first look"
    )
    options = parser.parse_args(arguments)
    SETTINGS["longest"] = options.longest
    CACHE.mkdir(parents=True, exist_ok=True)
    files = coverage.changed_files() if options.kept_coverage else coverage.test_files()
    if files and _in_process(lambda: coverage.measure(files)):
        print("The tests fail without any change.", file=sys.stderr)
        return 1
    loaded, failed = Loaded(options.processes), False
    for module in options.modules or SETTINGS["modules"].split():
        failed |= bool(_in_process(lambda module=module: _module(module, options.processes, loaded)))
    loaded.stop()
    return int(failed)


def _in_process(work) -> int:
    """Run in a process of its own, so that each module finds nothing loaded that depends on it."""
    process = os.fork()
    if not process:
        status = 1
        try:
            status = int(work())
        except Exception:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return os.waitpid(process, 0)[1]


def _module(module: str, processes: int, loaded: Loaded) -> int:
    start = time.monotonic()
    made = mutants.of(module, path_of(module))
    known = Remembered(module)
    _try([mutant for mutant in made if not known.of(mutant)], module, known, processes, loaded)
    counts = Counter(known.of(mutant) for mutant in made)
    survivors = [mutant for mutant in made if known.of(mutant) != KILLED]
    explained = equivalent.of(module)
    stale = [entry for entry in explained if entry not in {mutant.key for mutant in survivors}]
    unexplained = sorted((mutant for mutant in survivors if mutant.key not in explained), key=lambda mutant: mutant.line)
    result.record(module, made, survivors, len(explained) - len(stale))
    for mutant in unexplained:
        print(f"SURVIVED {mutant} ({mutant.number})")
    for _, before, after, number in stale:
        print(f"STALE {module}: {before}  ->  {after} ({number}) is explained, and does not survive")
    print(
        f"{module}: {len(made)} mutants, {dict(counts)}, {len(unexplained)} unexplained, {time.monotonic() - start:.0f} s",
        flush=True,
    )
    return int(bool(unexplained or stale))


def _try(mutants: list[Mutant], module: str, known: Remembered, processes: int, loaded: Loaded) -> None:
    """First where everything is loaded, as that is quick; then, what cannot be tried there, where the module is loaded anew."""
    left_out: dict[tuple, list[str]] = {}
    for mutant, verdict, tests in loaded.tried(module, mutants) if mutants else ():
        if verdict.outcome == KILLED or not tests:
            known.add(mutant, verdict)
        else:
            left_out[mutant.key] = tests
    others = [mutant for mutant in mutants if not known.of(mutant)]
    if not others:
        return

    def work(session: pytest.Session) -> None:
        judges = Judges(module, coverage.read())

        def tests_of(mutant: Mutant) -> list[str]:
            return left_out.get(mutant.key) or judges.of(mutant.line)

        for mutant, verdict in tried(others, tests_of, judges, anew.change(session, module), processes):
            known.add(mutant, verdict)

    anew.load_all_but(module)
    anew.in_session(work, coverage.test_files())


if __name__ == "__main__":
    raise SystemExit(main())
