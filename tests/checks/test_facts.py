"""The fact base as it is, and what makes it contradict itself."""

import shutil

import pytest

from calculators.facts import DATA
from hooks.checks import facts


def test_the_facts_of_the_site_hold():
    base, problems, usable = facts.read()
    assert [str(problem) for problem in problems] == []
    assert usable and base.accelerators


@pytest.fixture
def spoiled(tmp_path):
    """A copy of the fact base with one text replaced in one file: its problems as (file, code)."""

    def spoil(name: str, text: str, instead: str) -> list[tuple[str, str]]:
        root = shutil.copytree(DATA, tmp_path / "data")
        path = root / name
        content = path.read_text("utf-8")
        assert content.count(text) >= 1
        path.write_text(content.replace(text, instead, 1), "utf-8")
        return [(problem.path.name, problem.code) for problem in facts.read(root)[1]]

    return spoil


def test_a_wrong_bandwidth_contradicts_the_bus(spoiled):
    found = spoiled("gpus/h100-sxm5-80gb.toml", "bandwidth = { value = 3352", "bandwidth = { value = 3253")
    assert ("h100-sxm5-80gb.toml", "fact-identity") in found and ("h100-sxm5-80gb.toml", "fact-disagreement") in found


def test_an_explanation_is_missed_when_it_goes(spoiled):
    found = spoiled("gpus/b200-sxm-180gb.toml", "disagreement = ", "note = ")
    assert set(found) <= {("b200-sxm-180gb.toml", "fact-disagreement"), ("b200-sxm-180gb.toml", "fact-identity")} and found


def test_an_explanation_is_noticed_when_it_explains_nothing(spoiled):
    found = spoiled(
        "gpus/rtx-4090.toml",
        'bus_width = { value = 384, unit = "bit",',
        'bus_width = { value = 384, unit = "bit", disagreement = "x",',
    )
    assert found == [("rtx-4090.toml", "fact-disagreement-stale")]
