"""Known names: those of the fact base, and the closed list."""

import tomllib

import pytest

from hooks.checks.names import NAMES, read_names


def test_every_record_is_known_by_each_of_its_names(checker):
    for record in checker.base.records.values():
        for name in filter(lambda name: any(map(str.isdigit, name)), (record.name, record.short, *record.aliases)):
            assert record.slug in list(checker.names.records_in(f"The {name} is meant."))


@pytest.mark.parametrize("text", ["H1000", "xH100", "H100_2", "H100.5", "GH1001"])
def test_a_name_is_a_word_of_its_own(checker, text):
    assert list(checker.names.records_in(text)) == []


def test_the_list_of_the_site_is_read_whole():
    assert set(tomllib.loads(NAMES.read_text("utf-8"))) == {"names", "versions"}


def test_an_entry_that_a_page_uses_is_no_problem(checker, tmp_path):
    path = tmp_path / "names.toml"
    path.write_text('names = ["E4M3"]\nversions = ["CUDA"]\n', "utf-8")
    names = read_names(checker.base, path)
    assert [problem.code for problem in names.problems(whole_site=True)] == ["name-unused"] * 2
    assert names.problems(whole_site=False) == []
    for entry in ("E4M3", "CUDA"):
        names.note_use(entry)
    assert names.problems(whole_site=True) == []
