"""Links from pages into calculators with inputs: what a reader opens is a result, not a list of problems."""

import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from calculators import call

DOCS = Path(__file__).parents[2] / "docs"
LINK = re.compile(r"calculators/(?P<name>\w+)\.md\?(?P<query>[^)\s]+)\)")
LINKS = sorted(
    (path.relative_to(DOCS).as_posix(), found["name"], found["query"])
    for path in DOCS.rglob("*.md")
    for found in LINK.finditer(path.read_text("utf-8"))
)


@pytest.mark.parametrize(("page", "name", "query"), LINKS)
def test_a_calculator_opened_from_a_page_gives_a_result(page, name, query):
    assert call.run(name, dict(parse_qsl(query, strict_parsing=True))).summary


def test_every_accelerator_opens_calculators_from_its_page():
    pages = [page for page, _, _ in LINKS]
    for path in (DOCS / "gpus").glob("*.md"):
        assert path.stem == "index" or pages.count(f"gpus/{path.name}") >= 4
