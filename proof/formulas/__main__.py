"""Changes the code of the formulas, counts what the tests notice, records it: make mutate MUTATE_ARGS="kv_cache cost" """

import argparse
import os
import sys
import time
from collections import Counter

os.environ.setdefault("CI", "1")  # the same examples every time; before any test is imported
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # browsers and the like are not needed

from proof.formulas import coverage, equivalent, mutants, result, trial
from proof.formulas.remembered import Remembered
from proof.formulas.settings import CACHE, SETTINGS, path_of


def main(arguments: list[str] | None = None) -> int:
    """Try the mutants of each module; the exit status is 1 if one survives that nothing explains, or an explanation is stale."""
    parser = argparse.ArgumentParser(prog="python -m proof.formulas", description=__doc__)
    parser.add_argument("modules", nargs="*", help="modules of calculators/, without the package; all that pyproject.toml names")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--kept-coverage", action="store_true", help="do not measure again which test runs which line")
    options = parser.parse_args(arguments)
    if not (options.kept_coverage and coverage.FILE.exists()) and _in_process(coverage.measure):
        print("The tests fail without any change.", file=sys.stderr)
        return 1
    CACHE.mkdir(parents=True, exist_ok=True)
    failed = False
    for module in options.modules or SETTINGS["modules"].split():
        failed |= bool(_in_process(lambda module=module: _module(module, options.processes)))
    return int(failed)


def _in_process(work) -> int:
    """Run in a process of its own, so that each module finds nothing loaded that depends on it."""
    process = os.fork()
    if not process:
        status = 1
        try:
            status = int(work())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return os.waitpid(process, 0)[1]


def _module(module: str, processes: int) -> int:
    start = time.monotonic()
    made = mutants.of(module, path_of(module))
    known = Remembered(module)
    left = [mutant for mutant in made if not known.of(mutant)]
    if left:
        trial.load_all_but(module)
        if not known.passed:
            trial.must_pass(module, made)
            known.pass_()
        for mutant, verdict in trial.tried(left, module, processes):
            known.add(mutant, verdict)
    counts = Counter(known.of(mutant) for mutant in made)
    survivors = [mutant for mutant in made if known.of(mutant) != trial.KILLED]
    explained = equivalent.of(module)
    stale = [entry for entry in explained if entry not in {mutant.key for mutant in survivors}]
    unexplained = sorted((mutant for mutant in survivors if mutant.key not in explained), key=lambda mutant: mutant.line)
    result.record(module, made, survivors, len(explained) - len(stale))
    for mutant in unexplained:
        print(f"SURVIVED {mutant}")
    for _, before, after, number in stale:
        print(f"STALE {module}: {before}  ->  {after} ({number}) is explained, and does not survive")
    print(
        f"{module}: {len(made)} mutants, {dict(counts)}, {len(unexplained)} unexplained, {time.monotonic() - start:.0f} s",
        flush=True,
    )
    return int(bool(unexplained or stale))


if __name__ == "__main__":
    raise SystemExit(main())
