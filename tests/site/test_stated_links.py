"""Stated numbers become links to what stands behind them, whatever their inputs are called."""

import pytest
from markdown import Markdown

from hooks.site.stated_links import StatedLinks

TARGET = ("/calculators/x.md?a=1", "the working")


def rendered(text: str, *destinations: str) -> str:
    links = StatedLinks()
    links.targets = dict.fromkeys(destinations, TARGET)
    return Markdown(extensions=[links]).convert(text)


@pytest.mark.parametrize("name", ["microbatches", "parameters", "current", "copy", "lambda", "notes"])
def test_an_input_whose_name_begins_like_an_entity_is_still_found(name):
    destination = f"calc:x.y?a=1&{name}=2"
    for text in (f"[5 ms]({destination})", f"[5 ms][a]\n\n[a]: {destination}"):
        html = rendered(text, destination)
        assert 'class="stated"' in html and 'title="the working"' in html


def test_an_escaped_ampersand_is_an_ampersand():
    assert 'class="stated"' in rendered("[5 ms](calc:x.y?a=1&amp;b=2)", "calc:x.y?a=1&b=2")


def test_other_links_are_left_alone():
    assert "stated" not in rendered("[a page](other.md)", "calc:x.y")
