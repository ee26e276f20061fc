"""Every problem code has an example that is refused, with exactly the problems that the example announces."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from calculators.facts import DATA
from hooks.checks import facts, notebook
from hooks.checks.codes import CODES
from hooks.checks.engine import Checker
from hooks.checks.page import CodeBlock, read_page
from hooks.checks.problem import Problem
from tests.checks.examples import BAD, Example, read_example

EXAMPLES = sorted(BAD.glob("*.md"))


def file_of(example: Example) -> CodeBlock | None:
    """The file that an example consists of, if it is not a page itself."""
    blocks = read_page(example.path, example.text).blocks
    return blocks[0] if blocks and blocks[0].title else None


def problems_of(example: Example, folder: Path, checker: Checker) -> list[Problem]:
    """Check an example as what it is: a page, a notebook, a fact file, or the list of names."""
    block = file_of(example)
    if block is None:
        return checker.page(example.path, example.text).problems
    path = folder / block.title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, "utf-8")
    if path.suffix == ".py":
        found = notebook.problems(path, block.text, checker.names)
    elif path.name == "names.toml":
        own = Checker(names_file=path)
        own.page(example.path, example.text.replace(block.text, ""))
        found = own.names.problems(whole_site=True)
    else:
        root = folder / "calculators/data"
        shutil.copytree(DATA / "sources", root / "sources", dirs_exist_ok=True)
        if example.path.stem == "fact-unconfirmed":
            (root / "confirmed").mkdir()
            shutil.copy(DATA / "confirmed" / f"{path.stem}.txt", root / "confirmed")
        base, found, _ = facts.read(root)
        found += facts.measured(base)
    return [replace(problem, line=problem.line + block.line) for problem in found]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_bad_example_is_refused(path, tmp_path, checker):
    example = read_example(path)
    found = problems_of(example, tmp_path, checker)
    listed = "\n".join(map(str, found))
    assert path.stem in {wanted.code for wanted in example.expected}
    for wanted in example.expected:
        at = [
            problem
            for problem in found
            if (problem.line, problem.column, problem.code) == (wanted.line, wanted.column, wanted.code)
        ]
        assert any(wanted.message in problem.message for problem in at), f"no {wanted}, but:\n{listed}"
    announced = {(wanted.line, wanted.column, wanted.code) for wanted in example.expected}
    assert {(problem.line, problem.column, problem.code) for problem in found} == announced, listed
    for fix in example.fixes:
        assert any(fix in problem.fix for problem in found), listed


def test_every_code_has_a_bad_example_and_every_example_a_code():
    assert {path.stem for path in EXAMPLES} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_code_means_one_thing_in_one_line(code):
    assert CODES[code] and "\n" not in CODES[code]
    assert list(CODES.values()).count(CODES[code]) == 1
