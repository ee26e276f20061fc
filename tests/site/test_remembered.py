"""What is kept between builds: only for the same calculators, only what was made without a warning."""

import logging
import shutil
from pathlib import Path

import pytest

from hooks.site.code_blocks import Fences
from hooks.site.remembered import CODE, Remembered


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "calculators" / "data").mkdir(parents=True)
    (tmp_path / "calculators" / "weights.py").write_text("BITS = 8\n")
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "check.py").write_text("CHECKED = True\n")
    (tmp_path / "requirements").mkdir()
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
        lambda package: (package.parent / "mkdocs.yml").write_text("site_name: x\n"),
        lambda package: (package.parent / "hooks" / "check.py").write_text("CHECKED = False\n"),
        lambda package: (package.parent / "requirements" / "site.txt").write_text("mkdocs==2\n"),
    ],
)
def test_any_change_of_the_calculators_or_facts_makes_it_anew(root, edit):
    begun(root).recall("a table", lambda: "old")
    edit(root / "calculators")
    assert begun(root).recall("a table", lambda: "new") == "new"


def test_a_state_that_another_build_forgets_meanwhile_is_passed_over(root):
    begun(root).recall("a table", lambda: "<table>")
    (root / ".cache" / "generated" / "gone").symlink_to(root / "nowhere")
    assert begun(root).recall("a table", never) == "<table>"


def test_the_files_are_looked_at_once_as_a_preview_begins_anew_when_one_changes(root):
    remembered = begun(root)
    remembered.recall("a table", lambda: "old")
    shutil.rmtree(root / "calculators")
    remembered.begin()
    assert remembered.recall("a table", never) == "old"


def test_what_stands_on_code_alone_outlives_an_edit_of_the_facts(root):
    begun(root).recall("a page", lambda: "kept", CODE)
    (root / "calculators" / "data" / "new.toml").write_text("")
    assert begun(root).recall("a page", never, CODE) == "kept"
    (root / "calculators" / "weights.py").write_text("BITS = 4\n")
    assert begun(root).recall("a page", lambda: "new", CODE) == "new"


def test_compiled_code_and_other_files_change_nothing(root):
    begun(root).recall("a table", lambda: "<table>")
    (root / "calculators" / "weights.pyc").write_bytes(b"x")
    (root / "README.md").write_text("x")
    assert begun(root).recall("a table", never) == "<table>"


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
    assert len(list((root / ".cache" / "generated").iterdir())) == 6


def test_what_was_warned_about_is_not_kept(root):
    def fails():
        logging.getLogger("mkdocs.plugins.markdown_exec").warning("the block exited with errors")
        return "Traceback"

    assert begun(root).recall("a table", fails) == "Traceback"
    assert begun(root).recall("a table", lambda: "<table>") == "<table>"


def test_nothing_is_kept_of_a_build_that_is_too_quiet_to_warn(root):
    logger = logging.getLogger("mkdocs")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        begun(root).recall("a table", lambda: "made unheard")
    finally:
        logger.setLevel(level)
    assert begun(root).recall("a table", lambda: "<table>") == "<table>"


def test_what_the_maker_says_not_to_keep_is_not_kept(root):
    assert begun(root).recall("a page", lambda: "of the hour", keep=lambda: False) == "of the hour"
    assert begun(root).recall("a page", lambda: "of the next") == "of the next"


def test_a_folder_that_went_away_is_no_error_for_the_next_build(root):
    begun(root).recall("a table", lambda: "x")
    shutil.rmtree(root / ".cache")
    assert begun(root).recall("a table", lambda: "y") == "y"


@pytest.mark.parametrize(
    ("source", "options", "runs"),
    [
        ("from calculators.present import page\nprint(1)", {"html": True}, 1),
        ("import calculators.call as call", {"html": True}, 1),
        ("from hooks.site import audit_pages", {"html": True}, 1),
        ("from hooks.site import listing, audit_pages", {"html": True}, 2),
        ("import calculators_of_another", {"html": True}, 2),
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
    fences = Fences(begun(root))
    fences.remember([fence])
    outputs = [fence["format"](source, "python", "", options, None) for _ in range(2)]
    assert outputs == ["<p>", "<p>"]
    assert len(made) == runs
    assert fences.unrepeatable is (runs == 2)
