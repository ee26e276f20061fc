"""A wrong digit never gets out: `check` and `build` name it and stop, and the last good site stays byte for byte."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

PAGE, FACT = "docs/guides/choose.md", "calculators/data/gpus/l4.toml"


@pytest.fixture
def project(copied: Callable[[], Path]) -> Path:
    """A small project that may be spoiled, with a site that was built before."""
    folder = copied()
    (folder / "site" / "guides").mkdir(parents=True)
    (folder / "site" / "index.html").write_text("the last good site")
    (folder / "site" / "guides" / "index.html").write_text("and its guides")
    return folder


def started(project: Path, *command: str, **environment: str) -> subprocess.Popen:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([sys.executable, "-m", *command], cwd=project, env=os.environ | environment, **pipes)


def tree(folder: Path) -> dict[str, str]:
    """Every file with the hash of its bytes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def edit(project: Path, name: str, text: str, instead: str) -> int:
    """Replace one occurrence and return its line."""
    path = project / name
    content = path.read_text("utf-8")
    assert text in content, f"{text!r} is not in {name}"
    path.write_text(content.replace(text, instead, 1), "utf-8")
    return content[: content.index(text)].count("\n") + 1


def assert_refused(project: Path, said: str, commands: tuple[tuple[str, ...], ...]) -> None:
    before = tree(project / "site")
    for ran in [started(project, *command) for command in commands]:  # side by side
        printed, _ = ran.communicate(timeout=300)
        assert ran.returncode == 1, printed
        assert re.search(said, printed), printed
    assert tree(project / "site") == before


CHECK, BUILD, STRICT = ("hooks.checks",), ("mkdocs", "build"), ("mkdocs", "build", "--strict")


@pytest.mark.parametrize(
    ("name", "text", "instead", "said"),
    [
        (PAGE, "[24 GB]", "[25 GB]", r"choose\.md:{line}:.* claim-drift: .*25 GB.*\n.*24 GB"),
        (FACT, "value = 72,", "value = 73,", r"choose\.md:\d+:\d+ claim-drift: .*72 W.*73 W"),
        (PAGE, "An L4 draws", "An L4 with 24 GB draws", r"choose\.md:{line}:\d+ unbound-number(.|\n)*\]\(fact:"),
        (FACT, 'unit = "W"', 'unit = "GB"', r"l4\.toml:{line}:\d+ fact-unit"),
    ],
    ids=["a digit in a page", "a digit in a fact", "a number that nothing stands behind", "a unit in a fact"],
)
def test_what_does_not_hold_is_refused(project, name, text, instead, said):
    line = edit(project, name, text, instead)
    assert_refused(project, said.replace("{line}", str(line)), (CHECK, BUILD))


@pytest.mark.parametrize(
    ("name", "text", "instead", "said"),
    [
        ("docs/guides/table.md", "print(tag", "raise ValueError; print(tag", "ValueError"),
        ("docs/guides/choose.md", "An L4 draws", "[Gone](gone.md). An L4 draws", "gone.md"),
        ("calculators/weights.py", "CALCULATOR = ", "CALCULATOR = = ", "SyntaxError"),
        ("docs/notebooks/sums.py", 'print("a sum")', "assert not 'a sum'", "AssertionError"),
        ("hooks/site/policy.py", '(site / "_h', '(site / "a").touch(); (site / "_h', "a: nothing accounts for it"),
    ],
    ids=["a code block that fails", "a broken link", "a calculator that cannot be imported", "a cell that fails", "a stray file"],
)
def test_a_build_with_any_other_problem_is_refused(project, name, text, instead, said):
    edit(project, name, text, instead)
    assert_refused(project, said, (STRICT,))


def test_the_same_commit_gives_the_same_bytes(copied):
    projects = [copied(), copied()]
    for folder in projects:
        for command in (("init", "-q"), ("add", "docs"), ("-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x")):
            day = "2024-05-17T12:00:00+0000"
            dates = {"GIT_COMMITTER_DATE": day, "GIT_AUTHOR_DATE": day}
            subprocess.run(["git", *command], cwd=folder, check=True, env=os.environ | dates)
    builds = [started(folder, *STRICT, PYTHONHASHSEED=str(seed)) for seed, folder in enumerate(projects, 1)]
    for build in builds:
        printed, _ = build.communicate(timeout=300)
        assert build.returncode == 0, printed
    first, second = (tree(folder / "site") for folder in projects)
    assert first == second and "guides/choose/index.html" in first
    packed = (projects[0] / "site/sitemap.xml.gz").read_bytes()
    packed_at = datetime.fromtimestamp(int.from_bytes(packed[4:8], "little"), UTC)
    assert packed_at.date().isoformat() == "2024-05-17", "not the day of the commit"


def test_a_build_from_memory_gives_the_same_bytes(copied):
    project = copied()
    sites = []
    for _ in range(2):
        build = started(project, *STRICT, SOURCE_DATE_EPOCH="1700000000")
        printed, _ = build.communicate(timeout=300)
        assert build.returncode == 0, printed
        sites.append(tree(project / "site"))
    assert sites[0] == sites[1]
    assert "Converting notebook" not in printed
