"""Proves the checks: changes every number that the site states or knows, one at a time, and counts what the checks refuse."""

import argparse
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from prove import result
from prove.mutant import Mutant
from prove.report import Report
from prove.work import Piece, done, shared

_SHOWN = 40


def main(arguments: list[str] | None = None) -> int:
    """Run all pieces, print the report; the exit status is 1 if a slip survived that must not."""
    parser = argparse.ArgumentParser(prog="python -m prove", description=__doc__)
    parser.add_argument("--kind", choices=("page", "record", "entries"), help="only these pieces; nothing is recorded")
    parser.add_argument("--only", metavar="NAME", help="only pieces whose name holds this; nothing is recorded")
    parser.add_argument("--sample", type=int, metavar="N", help="N pages, records and groups of entries, drawn with a fixed seed")
    parser.add_argument("--survivors", type=Path, metavar="FILE", help="write every survivor to a file")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    start = time.monotonic()
    pieces = [piece for piece in shared().pieces() if _wanted(piece, options)]
    everything = len(pieces)
    if options.sample:
        pieces = random.Random(options.sample).sample(pieces, min(options.sample, everything))
    report = Report(shared().base)
    for mutants in in_processes(pieces, options.processes):
        report.add(mutants)
    seconds = time.monotonic() - start
    print(report.text())
    if options.survivors:
        options.survivors.write_text("".join(f"{mutant}\n" for mutant in report.survivors), "utf-8")
    failures = report.failures()
    for mutant in failures[:_SHOWN]:
        print(f"SURVIVED {mutant} {mutant.by}".rstrip())
    print(f"{report.total.total()} slips in {seconds:.0f} s; {len(failures)} survived that must not", file=sys.stderr)
    if not options.only and not options.kind:
        result.write(report, len(pieces), everything, seconds)
    return 1 if failures else 0


def _wanted(piece: Piece, options: argparse.Namespace) -> bool:
    return (not options.kind or piece.kind == options.kind) and (not options.only or options.only in piece.name)


def in_processes(pieces: list[Piece], processes: int) -> list[list[Mutant]]:
    """The slips of every piece, in the order of the pieces; large and small ones are mixed so that no process waits long."""
    mixed = random.Random(1).sample(range(len(pieces)), len(pieces))
    if any(piece.kind != "page" for piece in pieces):
        shared().statements  # noqa: B018 - made once, and inherited by every process
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        made = pool.map(done, [pieces[number] for number in mixed], chunksize=1)
        by_number = dict(zip(mixed, made, strict=True))
    return [by_number[number] for number in range(len(pieces))]


if __name__ == "__main__":
    raise SystemExit(main())
