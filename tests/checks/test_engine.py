"""The engine over the whole site, and the command line."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from string import digits

import pytest

from hooks.checks import __main__ as command
from hooks.checks import engine
from hooks.checks.claims import Bindings, Bound, ClaimProblem
from hooks.checks.engine import Checker
from hooks.checks.page import SCHEMES, read_page
from hooks.checks.problem import Problem
from hooks.checks.stated import compare

ROOT = Path(__file__).parents[2]
PAGES = engine.pages(ROOT / "docs")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT / "docs").as_posix())
def test_every_number_of_a_page_holds(path, checker):
    assert [str(problem) for problem in checker.page(path, path.read_text("utf-8")).problems] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT / "docs").as_posix())
def test_no_other_digit_would_do(path, checker):
    """Each digit of each stated number of the site, changed by one: the comparison refuses it."""
    text = path.read_text("utf-8")
    page = read_page(path, text)
    labels = {link.label: link.destination for link in page.definitions if link.scheme in SCHEMES}
    bindings = Bindings(checker.base, checker.evaluate, page.front.givens, labels)
    passed = []
    for link in page.links if path.suffix == ".md" else ():
        if link.scheme in SCHEMES:
            bound = bindings.resolve(link.destination)
            before = page.visible[max(0, link.offset - 40) : link.offset]
            passed += [f"{other} for {link.text}" for other in neighbors(link.text) if holds(other, before, bound)]
    assert passed == []


def page_with(assumed: int, others: int) -> str:
    bound = "\n".join("- [80 GB](fact:h100-sxm5-80gb/memory.capacity)" for _ in range(others))
    return "---\ngiven:\n  day: {value: '8 h', note: 'a shift'}\n---\n\n# A page\n\n" + "[8 h](given:day)\n" * assumed + bound


@pytest.mark.parametrize(("assumed", "others", "refused"), [(2, 0, False), (3, 17, True), (3, 27, True), (3, 28, False)])
def test_a_page_assumes_less_than_a_tenth_of_its_numbers_or_two(assumed, others, refused, checker):
    problems = checker.page(Path("a.md"), page_with(assumed, others)).problems
    assert [problem.code for problem in problems if problem.code == "given-share"] == ["given-share"] * refused


def test_the_site_assumes_little(checker):
    """Fewer than a tenth of all stated numbers are assumptions, and there are some: else nothing was counted."""
    schemes = Counter(number.scheme for path in PAGES for number in checker.page(path, path.read_text("utf-8")).stated)
    assert 0 < schemes["given"] < schemes.total() / 10


def neighbors(text: str) -> list[str]:
    """The text with each of its digits, in turn, one higher."""
    return [f"{text[:at]}{(int(sign) + 1) % 10}{text[at + 1 :]}" for at, sign in enumerate(text) if sign in digits]


def holds(text: str, before: str, bound: Bound) -> bool:
    try:
        compare(text, before, bound)
    except ClaimProblem:
        return False
    return True


def test_problems_are_sorted_and_facts_are_among_them(tmp_path):
    (tmp_path / "b.md").write_text("80 GB and 81 GB\n", "utf-8")
    (tmp_path / "a.md").write_text("\n80 GB\n", "utf-8")
    found = Checker().check(tmp_path, [tmp_path / "b.md", tmp_path / "a.md"])
    assert [(problem.path.name, problem.line, problem.column) for problem in found] == [
        ("a.md", 2, 1),
        ("b.md", 1, 1),
        ("b.md", 1, 11),
    ]


def test_facts_that_cannot_be_read_are_reported_alone(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.toml").write_text("[a\n", "utf-8")
    (tmp_path / "page.md").write_text("80 GB\n", "utf-8")
    assert [problem.code for problem in Checker(data=tmp_path).check(tmp_path)] == ["fact-syntax"]


def test_a_problem_can_be_clicked():
    problem = Problem(
        Path.cwd() / "docs/x.md", 42, 17, "claim-drift", "says 281 FLOP/B, call gives 295 FLOP/B", "write 295 FLOP/B"
    )
    assert str(problem) == "docs/x.md:42:17 claim-drift: says 281 FLOP/B, call gives 295 FLOP/B\n  fix: write 295 FLOP/B"
    assert str(Problem(Path("/elsewhere/x.md"), 1, 1, "a", "b")) == "/elsewhere/x.md:1:1 a: b"


def test_the_command_line_says_what_was_proven(tmp_path, capsys):
    (tmp_path / "page.md").write_text("It holds [80 GB](fact:h100-sxm5-80gb/memory.capacity).\n", "utf-8")
    assert command.main([str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert (
        printed.out.startswith("1 stated number in 1 page, ") and printed.out.endswith(" facts: all hold\n") and not printed.err
    )


def test_the_command_line_lists_problems_and_fails(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("It holds [81 GB](fact:h100-sxm5-80gb/memory.capacity) and 24 GB.\n", "utf-8")
    ran = subprocess.run([sys.executable, "-m", "hooks.checks", str(page)], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1
    assert f"{page}:1:10 claim-drift: says 81 GB, fact gives 80 GB" in ran.stdout
    assert f"{page}:1:59 unbound-number: " in ran.stdout
    assert ran.stderr.startswith("2 problems: ")


def test_a_path_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        command.main(["no/such/page.md"])
    assert stopped.value.code == 2 and "no/such/page.md" in capsys.readouterr().err


def test_the_engine_needs_no_site_generator():
    code = "import sys, hooks.checks.__main__; sys.exit('mkdocs' in sys.modules or 'markdown' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
