"""What every topic and guide has: limits, sources, an example that leads to a calculator; and no computation of its own."""

import ast
import re

import pytest

from hooks.site import headings

_NO_TEXT = {"index", "tags", "reading-paths"}
TOPICS = sorted(path for path in (headings.DOCS / "topics").glob("*.md") if path.stem not in _NO_TEXT)
GUIDES = sorted(path for path in (headings.DOCS / "guides").glob("*.md") if path.stem not in _NO_TEXT)
PAGES = [path for path in sorted(headings.DOCS.rglob("*.md")) if path.parent.name != "about"]  # which is about this site
_CALCULATOR = re.compile(r"\.\./calculators/\w+\.md")
_GENERATED = re.compile(r'^ *```python exec="1" html="1"[^\n]*\n(.*?)^ *```', re.S | re.M)


def by_name(path):
    return path.relative_to(headings.DOCS).as_posix()


@pytest.fixture(params=[*TOPICS, *GUIDES], ids=by_name)
def text(request):
    return request.param.read_text("utf-8")


def sections(text: str) -> dict[str, str]:
    """The text under each heading, of the second level or below, up to the next of any level."""
    parts = re.split(r"^##+ (.+)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_it_says_where_it_stops_being_true_and_what_it_rests_on(text):
    found = sections(text)
    assert list(found)[-2:] == ["Where this stops being true", "Sources"]
    assert len(found["Where this stops being true"].split()) > 12 and "](" in found["Sources"]


def test_no_sentence_is_a_link_alone(text):
    """What is left of a list of related pages: the foot of the page lists them."""
    assert re.findall(r"\.\n\[[a-z][^\]\n]*\]\([^)\n]*\)[.,;]", text) == []


@pytest.mark.parametrize("path", TOPICS, ids=by_name)
def test_a_topic_works_an_example(path):
    """Its numbers lead to the calculator, opened with the inputs of the example; or a link leads to it."""
    text = path.read_text("utf-8")
    computed = set(re.findall(r"^\[([^\]]+)\]: calc:", text, re.M))
    examples = [body for name, body in sections(text).items() if re.match(r"Worked example|A story|Does it fit\?", name)]
    assert any(f"][{label}]" in body for body in examples for label in computed) or any(map(_CALCULATOR.search, examples))


@pytest.mark.parametrize("path", GUIDES, ids=by_name)
def test_a_guide_computes_and_leads_to_calculators(path):
    text = path.read_text("utf-8")
    assert len(re.findall(r"^\[[^\]]+\]: calc:", text, re.M)) >= 10 and _CALCULATOR.search(text)


@pytest.mark.parametrize("path", PAGES, ids=by_name)
def test_a_page_holds_no_computation(path):
    """A block that draws imports what draws and prints it. Code that is shown may compute: it is run and compared."""
    for code in _GENERATED.findall(path.read_text("utf-8")):
        lines = [line for line in code.splitlines() if line.strip()]
        indent = min(len(line) - len(line.lstrip()) for line in lines)
        statements = ast.parse("\n".join(line[indent:] for line in lines)).body
        assert all(isinstance(node, ast.Import | ast.ImportFrom | ast.Expr) for node in statements)
        assert all(node.value.func.id == "print" for node in statements if isinstance(node, ast.Expr))
