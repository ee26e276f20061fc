"""Links in notebooks, which the site renders as they are written, lead to pages."""

import ast
import re
from pathlib import Path

import pytest

from hooks.site import headings

NOTEBOOKS = sorted((headings.DOCS / "notebooks").glob("*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_of_a_notebook_lead_to_pages(path: Path):
    links = re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8"))
    pages = [link.removeprefix("../../").rstrip("/") for link in links]
    assert all(link.startswith("../../") and link.endswith("/") for link in links)
    assert [page for page in pages if headings.source(page) is None] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_links_each_calculator_that_it_runs(path: Path):
    text = path.read_text("utf-8")
    first = [node.args[0] for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args]
    named = {part.value for part in first if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    run = {name for name in named if headings.source(f"calculators/{name}")}
    assert run and run <= set(re.findall(r"\]\(\.\./\.\./calculators/([a-z_]+)/\)", text))
