"""The recorded mutation of formulas: explanations name lines that exist, and exactly what survived."""

import pytest

from proof.formulas import equivalent, published, result
from proof.formulas.dependents import independent
from proof.formulas.settings import SETTINGS, path_of

FOUND = result.read()


def test_every_module_to_be_changed_exists():
    names = SETTINGS["modules"].split()
    assert len(names) == len(set(names)) > 40
    assert [name for name in names if not path_of(name).exists()] == []


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


def test_the_table_counts_what_is_recorded():
    text = published.table()
    assert f"{sum(entry['mutants'] for entry in FOUND.values()):,}" in text
    assert all(f"<code>{module}</code>" in text for module in FOUND)
    assert text.count("not tried yet") == len(set(SETTINGS["modules"].split()) - set(FOUND))
