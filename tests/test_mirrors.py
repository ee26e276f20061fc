"""Every fact file has its page, every calculator its page and test, every page its place: what is missing is named."""

import ast
import sys
from pathlib import Path

import pytest

from calculators import facts, names

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "calculators"


def stems(folder: str, pattern: str = "*.md") -> set[str]:
    return {path.stem for path in (ROOT / folder).glob(pattern)} - {"index"}


def test_every_accelerator_has_a_page_and_every_page_an_accelerator():
    assert stems("docs/gpus") == set(facts.load().accelerators)


def test_every_model_has_a_page_and_every_page_a_model():
    assert stems("docs/models") == set(facts.load().models)


def test_every_calculator_has_a_page_and_every_page_a_calculator():
    assert stems("docs/calculators") == set(names())


@pytest.mark.parametrize("name", names())
def test_a_calculator_page_holds_its_form(name):
    assert f'page.calculator("{name}"' in (ROOT / "docs" / "calculators" / f"{name}.md").read_text("utf-8")


def test_every_calculator_has_hand_worked_tests():
    assert set(names()) <= {stem.removeprefix("test_") for stem in stems("tests/calculators", "test_*.py")}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


WHERE_INSTALLED = {"calculators/reading/reader.py": {"tomli"}}  # taken instead of a module of the standard library


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_browser_loads_nothing_but_the_standard_library(path):
    imported = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            imported.add(node.module.split(".")[0])
    known = sys.stdlib_module_names | {"calculators"}
    assert imported - known == WHERE_INSTALLED.get(path.relative_to(ROOT).as_posix(), set())


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_module_says_what_it_answers(path):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_what_a_browser_keeps_does_not_know_a_number():
    """JavaScript moves texts; a unit conversion or a formula there would be a second definition."""
    scripts = sorted((ROOT / "docs/assets").rglob("*.js"))
    assert scripts
    for word in ("TFLOPS", "GiB", "bandwidth", "1e9", "1024"):
        assert [path.name for path in scripts if word in path.read_text("utf-8")] == []
