"""Check stated numbers and facts without building the site: python -m hooks.checks [PATHS]."""

import argparse
import sys
from pathlib import Path

from calculators import facts
from hooks.checks import confirmed, named
from hooks.checks.engine import Checker, pages
from hooks.checks.explain import NothingStated, explained


def main(arguments: list[str] | None = None) -> int:
    """Print every problem, or how much was proven; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m hooks.checks", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="pages or folders; all of docs/ if none is named")
    parser.add_argument("--confirm", nargs="+", default=[], metavar="RECORD", help="write down what these records say now")
    parser.add_argument("--names", nargs="+", default=[], type=Path, metavar="PAGE", help="list in these pages what they name")
    parser.add_argument("--explain", metavar="PAGE:LINE", help="print the working behind the stated numbers of a line")
    parser.add_argument(
        "--changed",
        action="store_true",
        help="check what these files decide: pages, and the facts if one of their files is named",
    )
    options = parser.parse_args(arguments)
    if options.explain:
        return _explain(options.explain)
    if options.names:
        return _list_names(options.names)
    if options.confirm:
        return _confirm(options.confirm)
    given = options.paths
    missing = [path for path in given if not path.exists()]
    if missing:
        parser.error(f"no such file or folder: {', '.join(map(str, missing))}")
    paths = _pages_among(given) if given else None
    checker = Checker(judge_facts=not options.changed or paths != given)
    problems = checker.check(Path("docs"), paths)
    for problem in problems:
        print(problem)
    print(
        _summary(checker, pages(Path("docs")) if paths is None else paths, len(problems)),
        file=sys.stderr if problems else sys.stdout,
    )
    return 1 if problems else 0


def _pages_among(given: list[Path]) -> list[Path]:
    """The pages of these files and folders: a file of facts is none."""
    every = (page for path in given for page in (pages(path) if path.is_dir() else [path]))
    return [path for path in every if not path.resolve().is_relative_to(facts.DATA)]


def _explain(place: str) -> int:
    try:
        print(explained(place, Checker(judge_facts=False)), end="")
    except (OSError, NothingStated) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _confirm(slugs: list[str]) -> int:
    base, problems = facts.read(facts.DATA)
    for slug in slugs:
        if slug not in base.records or problems:
            print(f"{slug}: no such record" if slug not in base.records else "correct the fact files first", file=sys.stderr)
            return 1
        print(f"confirmed: {confirmed.confirm(base.record(slug), facts.DATA)}")
    return 0


def _list_names(paths: list[Path]) -> int:
    checker = Checker(judge_facts=False)
    for path in (page for each in paths for page in (pages(each) if each.is_dir() else [each]) if page.suffix == ".md"):
        text = path.read_text("utf-8")
        check = checker.page_check(path, text)
        listed = named.with_listing(text, check.mentions())
        if listed != text and check.page.front.end:
            path.write_text(listed, "utf-8")
            print(f"listed: {path}")
    return 0


def _summary(checker: Checker, checked: list[Path], problems: int) -> str:
    stated = sum(len(checker.page(path, path.read_text("utf-8")).stated) for path in checked)
    base = checker.base
    known = sum(len(record.facts) for record in base.records.values())
    pages_counted = f"{_count(stated, 'stated number')} in {_count(len(checked), 'page')}"
    records = f"{_count(len(base.accelerators), 'accelerator')}, {_count(len(base.models), 'model')}"
    counted = f"{pages_counted}, {records}, {_count(known, 'fact')}" if checker.judge_facts else pages_counted
    return f"{_count(problems, 'problem')}: {counted} checked" if problems else f"{counted}: all hold"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


if __name__ == "__main__":
    raise SystemExit(main())
