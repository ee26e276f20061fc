"""The glossary: one definition for the page and the tooltips, at the first use of a term, and never inside links or code."""

import re

import pytest
from markdown import Markdown

from hooks.checks import engine
from hooks.site import glossary, headings
from hooks.site.glossary import Tooltips


def rendered(text: str) -> str:
    return Markdown(extensions=[Tooltips(), "tables"]).convert(text)


def marked(text: str) -> list[str]:
    return re.findall(r"<abbr title=[^>]+>([^<]+)</abbr>", rendered(text))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("MFU is not HFU, and MFU is less.", ["MFU", "HFU"]),
        ("**MFU**\n\nMFU", ["MFU"]),
        ("A *KV cache* and the SM of a GPU", ["KV cache", "SM"]),
        ("`MFU` [TTFT](other.md) SMs HBM3", []),
        ("## MFU\n\nMFU", ["MFU"]),
        ("| MFU | a |\n|---|---|\n| HFU | MFU |", ["HFU", "MFU"]),
        ("one *two* MFU *three* HFU four MBU", ["MFU", "HFU", "MBU"]),
    ],
)
def test_the_first_use_of_a_term_is_marked(text, terms):
    assert marked(text) == terms


@pytest.mark.parametrize(
    "text", ["one MFU two *three* HFU four **five MBU six** seven TTFT", "MFU", "no term", "MFU HFU MFU *x* MFU"]
)
def test_the_text_stays_the_same(text):
    plain = Markdown(extensions=["tables"]).convert(text)
    assert re.sub(r"</?abbr[^>]*>", "", rendered(text)) == plain


def test_page_and_tooltip_give_the_same_definition():
    page, tooltip = glossary.listing(), rendered("MFU")
    mfu = next(term for term in glossary.terms() if term.term == "MFU")
    assert f"<dd>{mfu.text} " in page and mfu.text in tooltip


def test_every_term_is_defined_once_in_words_and_leads_to_a_page():
    terms = glossary.terms()
    assert len({term.anchor for term in terms}) == len(terms)
    assert [term.term for term in terms if headings.source(term.where) is None] == []
    path = headings.DOCS / "about" / "glossary.md"
    assert engine.check_html(path, rendered(" ".join(term.term for term in terms))) == []
