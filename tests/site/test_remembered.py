"""What is kept between builds: only for the same calculators, only what was made without a warning."""

import logging
import shutil
from pathlib import Path

import pytest

from hooks.site import code_blocks
from hooks.site.remembered import Remembered


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "calculators" / "data").mkdir(parents=True)
    (tmp_path / "calculators" / "weights.py").write_text("BITS = 8\n")
    return tmp_path


def begun(root: Path) -> Remembered:
    remembered = Remembered(root)
    remembered.begin()
    return remembered


def never():
    raise AssertionError("made again")


def test_an_answer_is_made_once_for_the_same_calculators(root):
    assert begun(root).recall("a table", lambda: "<table>") == "<table>"
    assert begun(root).recall("a table", never) == "<table>"
    assert begun(root).recall("another", lambda: ["x"]) == ["x"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda package: (package / "weights.py").write_text("BITS = 4\n"),
        lambda package: (package / "data" / "new.toml").write_text(""),
        lambda package: (package / "weights.py").rename(package / "sizes.py"),
    ],
)
def test_any_change_of_the_calculators_or_facts_makes_it_anew(root, edit):
    begun(root).recall("a table", lambda: "old")
    edit(root / "calculators")
    assert begun(root).recall("a table", lambda: "new") == "new"


def test_an_edit_taken_back_finds_what_was_kept(root):
    code = root / "calculators" / "weights.py"
    begun(root).recall("a table", lambda: "kept")
    code.write_text("BITS = 4\n")
    begun(root)
    code.write_text("BITS = 8\n")
    assert begun(root).recall("a table", never) == "kept"


def test_only_a_few_states_are_kept(root):
    for bits in range(6):
        (root / "calculators" / "weights.py").write_text(f"BITS = {bits}\n")
        begun(root).recall("a table", lambda: "x")
    assert len(list((root / ".cache" / "generated").iterdir())) == 3


def test_what_was_warned_about_is_not_kept(root):
    def fails():
        logging.getLogger("mkdocs.plugins.markdown_exec").warning("the block exited with errors")
        return "Traceback"

    assert begun(root).recall("a table", fails) == "Traceback"
    assert begun(root).recall("a table", lambda: "<table>") == "<table>"


def test_a_folder_that_went_away_is_no_error_for_the_next_build(root):
    begun(root).recall("a table", lambda: "x")
    shutil.rmtree(root / ".cache")
    assert begun(root).recall("a table", lambda: "y") == "y"


@pytest.mark.parametrize(
    ("source", "options", "runs"),
    [
        ("from calculators.present import page\nprint(1)", {"html": True}, 1),
        ("import calculators.call as call", {"html": True}, 1),
        ("from pathlib import Path\nprint(Path('x').read_text())", {"html": True}, 2),
        ("from calculators import call\nimport random", {"html": True}, 2),
        ("from . import call", {"html": True}, 2),
        ("print(", {"html": True}, 2),
        ("from calculators import call", {"html": False}, 2),
        ("from calculators import call", {"html": True, "source": "above"}, 2),
        ("from calculators import call", {"html": True, "session": "shared"}, 2),
    ],
)
def test_a_block_is_run_again_unless_it_is_html_of_calculators_alone(root, source, options, runs):
    made = []

    def formatter(source, language, css_class, options, md, **rest):
        made.append(source)
        return "<p>"

    fence = {"name": "python", "format": formatter}
    code_blocks.remember([fence], begun(root))
    outputs = [fence["format"](source, "python", "", options, None) for _ in range(2)]
    assert outputs == ["<p>", "<p>"]
    assert len(made) == runs
