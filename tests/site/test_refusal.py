"""A wrong digit never gets out: `check` and `build` name it and stop, the last good site stays."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = "docs/guides/h100-or-a100-inference.md"


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A copy of the repository that may be spoiled, with a site that was built before."""
    for name in ("docs", "hooks", "calculators", "mkdocs.yml", "pyproject.toml", "LICENSE", "requirements", "package.json"):
        source = root / name
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, tmp_path / name, ignore=ignore) if source.is_dir() else shutil.copy(source, tmp_path)
    (tmp_path / "node_modules").symlink_to(root / "node_modules", target_is_directory=True)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("the last good site")
    return tmp_path


def run(project: Path, *command: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", *command], cwd=project, capture_output=True, text=True, timeout=300)


def spoil(project: Path, name: str, text: str, instead: str) -> str:
    """Replace one occurrence and return where it stands, as line:column."""
    path = project / name
    content = path.read_text("utf-8")
    assert text in content, f"{text!r} is not in {name}"
    path.write_text(content.replace(text, instead, 1), "utf-8")
    before = content[: content.index(text)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def assert_refused(project: Path, *said: str) -> None:
    for command in (("hooks.checks",), ("mkdocs", "build")):
        ran = run(project, *command)
        printed = ran.stdout + ran.stderr
        assert ran.returncode == 1, printed
        for text in said:
            assert text in printed, printed
    assert (project / "site" / "index.html").read_text() == "the last good site"
    assert [path.name for path in (project / "site").iterdir()] == ["index.html"]


def test_the_pages_as_they_are_hold(project):
    ran = run(project, "hooks.checks")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_one_digit_in_a_page(project):
    text = (project / PAGE).read_text("utf-8")
    stated = next(word for word in ("[3.35 TB/s]", "[3,352 GB/s]", "[3.352 TB/s]") if word in text)
    where = spoil(project, PAGE, stated, stated.replace("3", "4", 1))
    assert_refused(project, f"{PAGE}:{where.split(':')[0]}:", "claim-drift", stated.replace("3", "4", 1).strip("[]"))


def test_one_digit_in_a_fact_that_a_page_states(project):
    fact = "calculators/data/gpus/h100-sxm5-80gb.toml"
    spoil(project, fact, "bandwidth = { value = 3352", "bandwidth = { value = 3252")
    assert_refused(project, f"{PAGE}:", "claim-drift")


def test_a_quantity_that_nothing_stands_behind(project):
    with (project / PAGE).open("a", encoding="utf-8") as page:
        page.write("\nThe card has 80 GB.\n")
    assert_refused(project, "unbound-number", "](fact:")


def test_a_slip_in_a_fact_file(project):
    spoil(project, "calculators/data/gpus/l4.toml", 'unit = "W"', 'unit = "GB"')
    assert_refused(project, "l4.toml:", "fact-unit")
