"""Published worked numbers: every calculator gives them, and is nearer to right where the source has slipped."""

import pytest

from calculators import call, facts, references
from calculators.declare import Reference
from calculators.references import check

REFERENCES = [(name, number) for name in call.names() for number in range(len(references.of(name)))]


@pytest.mark.parametrize(("name", "number"), REFERENCES)
def test_a_published_number_is_reproduced(name, number):
    checked = check(call.get(name), references.of(name)[number])
    if checked.reference.slip:
        assert not checked.agrees and checked.reference.why
    else:
        assert checked.agrees, f"{checked.ours} against {checked.printed}"


@pytest.mark.parametrize(("name", "number"), REFERENCES)
def test_a_reference_says_where_and_why(name, number):
    reference = references.of(name)[number]
    assert reference.source and reference.where
    assert not reference.within or reference.why, "a wider tolerance needs its reason"


def test_every_reference_of_the_files_is_read():
    files = (facts.DATA / "references").glob("*.toml")
    written = {path.stem: path.read_text("utf-8").count("[[reference]]") for path in files}
    assert written and {name: len(references.of(name)) for name in written} == written


def test_every_document_is_named_by_a_reference():
    """A document that no reference names backs nothing."""
    named = {reference.source for name in call.names() for reference in references.of(name)}
    assert {title for title, _ in references.documents().values()} <= named


@pytest.mark.parametrize("text", ["", "reference = 1\n", "[reference]\n", '[[reference]]\ninputs = "gpu"\n', "[[references]]\n"])
def test_a_file_of_another_shape_is_a_problem_and_no_crash(tmp_path, text):
    folder = tmp_path / "references"
    folder.mkdir()
    (folder / "weights.toml").write_text(text, "utf-8")
    found = references.problems(tmp_path, facts.load().sources)
    assert {problem.code for problem in found} == ({"fact-reference"} if text else set())


def test_a_file_of_no_calculator_is_a_problem(tmp_path):
    folder = tmp_path / "references"
    folder.mkdir()
    (folder / "weigths.toml").write_text("", "utf-8")
    (found,) = references.problems(tmp_path, facts.load().sources)
    assert "did you mean weights" in found.message


def test_digits_are_the_tolerance():
    """7B in 16 bit are 13.48 GB: 13.5 GB as printed, not 13.4 or 14.0; 13 GB within 5%."""
    inputs = {"model": "llama-2-7b"}
    agrees = {
        printed: check(call.get("weights"), Reference("a", "b", "total", printed, inputs)).agrees
        for printed in ("13.5 GB", "13 GB", "13.4 GB", "14.0 GB")
    }
    assert agrees == {"13.5 GB": True, "13 GB": True, "13.4 GB": False, "14.0 GB": False}
    assert check(call.get("weights"), Reference("a", "b", "total", "14.0 GB", inputs, within="5%", why="nominal")).agrees
