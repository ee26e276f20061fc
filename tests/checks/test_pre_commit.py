"""What runs before a commit: the checks of changed files, and of no others."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from calculators.facts import DATA
from hooks.checks import __main__ as command
from hooks.checks.engine import pages

ROOT = Path(__file__).parents[2]
[HOOK] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]


def is_checked(path: str) -> bool:
    return re.search(HOOK["files"], path) is not None


def test_every_page_and_fact_file_is_checked_and_nothing_else():
    wanted = [*pages(ROOT / "docs"), *DATA.rglob("*.toml")]
    assert [path for path in wanted if not is_checked(path.relative_to(ROOT).as_posix())] == []
    for other in ("README.md", "docs/assets/site.css", "calculators/cost.py", "hooks/checks/names.toml", "tests/a.md"):
        assert not is_checked(other), other


def test_a_wrong_page_stops_the_commit(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("It holds [81 GB](fact:h100-sxm5-80gb/memory.capacity).\n", "utf-8")
    _python, *entry = HOOK["entry"].split()
    ran = subprocess.run([sys.executable, *entry, str(page)], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1 and "claim-drift" in ran.stdout


@pytest.fixture
def judged(monkeypatch) -> list[str]:
    """What was looked at beside the pages."""
    seen = []
    monkeypatch.setattr("hooks.checks.facts.meaning", lambda base: seen.append("facts") or [])
    monkeypatch.setattr("hooks.checks.audit.problems", lambda base, evaluate: seen.append("audit") or [])
    return seen


def test_a_page_is_checked_without_holding_all_facts_against_each_other(judged, capsys):
    assert command.main(["--changed", str(ROOT / "docs" / "gpus" / "l4.md")]) == 0
    assert capsys.readouterr().out.endswith(" in 1 page: all hold\n") and judged == []  # and claims no more


def test_a_fact_file_is_no_page_but_then_all_facts_are_looked_at(judged, capsys):
    assert command.main(["--changed", str(DATA / "gpus" / "l4.toml"), str(ROOT / "docs" / "gpus" / "l4.md")]) == 0
    assert " in 1 page, " in capsys.readouterr().out and judged == ["facts", "audit"]
