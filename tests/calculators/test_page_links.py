"""Links from pages into calculators with inputs: what a reader opens is a result, not a list of problems."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from calculators import call, facts
from calculators.present.accelerators import calculate

DOCS = Path(__file__).parents[2] / "docs"
LINK = re.compile(r"\]\((?:[./]*calculators/)?(?P<name>\w+)\.md\?(?P<query>[^)\s]+)\)")
LINKS = sorted(
    (path.relative_to(DOCS).as_posix(), found["name"], found["query"])
    for path in DOCS.rglob("*.md")
    for found in LINK.finditer(path.read_text("utf-8"))
)


@pytest.mark.parametrize(("page", "name", "query"), LINKS)
def test_a_calculator_opened_from_a_page_gives_a_result(page, name, query):
    assert call.run(name, dict(parse_qsl(query, strict_parsing=True))).summary


@pytest.mark.parametrize("slug", sorted(facts.load().accelerators))
def test_every_accelerator_opens_calculators_from_its_page(slug):
    html = calculate.links(facts.load().accelerators[slug])
    opened = [(name, dict(parse_qsl(unescape(query)))) for name, query in re.findall(r'calculators/(\w+)/\?([^"]+)"', html)]
    assert "balance" in dict(opened)
    for name, inputs in opened:
        assert inputs["gpu"] == slug and call.run(name, inputs).summary
