"""The recorded mutation of formulas: explanations name lines that exist, and exactly what survived."""

import pytest
from formulas import all_formulas

from proof.formulas import equivalent, published, result
from proof.formulas.dependents import independent
from proof.formulas.judges import Judges
from proof.formulas.settings import SETTINGS, path_of
from proof.formulas.statements import statements

FOUND = result.read()


def test_every_module_to_be_changed_exists():
    names = SETTINGS["modules"].split()
    assert len(names) == len(set(names)) > 40
    assert [name for name in names if not path_of(name).exists()] == []


def test_every_module_that_states_a_formula_is_changed():
    stating = {name.rpartition(".")[0] for name in all_formulas()}
    assert len(stating) > 30
    assert stating - set(SETTINGS["modules"].split()) == set()


def test_explanations_are_of_lines_that_exist():
    assert equivalent.gone() == []


def test_an_explanation_of_a_line_that_is_gone_is_noticed(tmp_path):
    stale = tmp_path / "equivalent.toml"
    stale.write_text('[[mutant]]\nmodule = "cost"\nbefore = "return Number(1)"\nafter = "return Number(2)"\nwhy = "x"\n')
    assert equivalent.gone(stale) == ["cost: return Number(1)"]


def test_every_explanation_says_why():
    assert [entry for entry in equivalent.entries() if len(entry["why"]) < 20 or entry["before"] == entry["after"]] == []


@pytest.mark.parametrize("module", FOUND)
def test_what_is_explained_survived(module):
    survivors = FOUND[module]["survivors"]
    explained = [f"{before}  ->  {after}" for _, before, after, _ in equivalent.of(module)]
    assert [line for line in explained if line not in survivors] == []
    assert len(explained) == FOUND[module]["explained"] <= len(survivors) == FOUND[module]["mutants"] - FOUND[module]["killed"]


def test_what_stays_loaded_does_not_depend_on_what_is_changed():
    kept = independent("calculators.kv_cache")
    assert "calculators.facts" in kept
    assert not {"calculators.kv_cache", "calculators.decode", "calculators.memory_fit"} & set(kept)
    assert "calculators.facts" not in independent("calculators.units")


def measured(**seconds):
    """Tests that all run line 24 of amdahl.py, and how long each takes."""
    return {test: {"seconds": each, "lines": {"amdahl": [24]}} for test, each in seconds.items()}


def test_the_tests_of_a_formula_itself_judge_first_and_then_one_example_of_each():
    names = ("test_a.py::test_grid[1]", "test_a.py::test_grid[2]", "test_b.py::test_slow", "test_c.py::test_text[amdahl.share]")
    judges = Judges("amdahl", measured(**dict(zip(names, (0.01, 0.02, 0.5, 0.9), strict=True))))
    assert judges.of(24) == [names[3], names[0], names[2], names[1]]
    judges.notice(24, names[1])
    assert judges.of(24)[0] == names[1]
    judges.drop(names[1])
    assert names[1] not in judges.of(24)


def test_no_more_tests_are_run_than_there_is_time_for():
    longest = float(SETTINGS["longest"])
    judges = Judges("amdahl", measured(**{"test_a.py::test_long": longest + 1, "test_a.py::test_short": longest / 2}))
    assert judges.of(24) == ["test_a.py::test_short"]


def test_a_long_test_that_loaded_the_module_does_not_keep_those_of_declarations_away():
    declared = f"{SETTINGS['declarations']}::test_all"
    tests = measured(**{"test_a.py::test_long": float(SETTINGS["longest"]) + 1}) | {declared: {"seconds": 0.01, "lines": {}}}
    assert Judges("amdahl", tests).of(24) == [declared]


def test_what_draws_is_not_changed():
    code = "def chart(run) -> Chart:\n    return 1\n\n\ndef cost(a: float) -> float:\n    return a + 1\n"
    assert list(statements(code)) == [(5, 6)]


def test_the_table_counts_what_is_recorded():
    text = published.table()
    assert f"{sum(entry['mutants'] for entry in FOUND.values()):,}" in text
    assert all(f"<code>{module}</code>" in text for module in FOUND)
    assert text.count("not tried yet") == len(set(SETTINGS["modules"].split()) - set(FOUND))
