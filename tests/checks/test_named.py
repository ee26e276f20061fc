"""What a page names: accounted for by its section, or counted in its front matter; and lists without gaps."""

from pathlib import Path

import pytest

from calculators import facts
from hooks.checks import lists, named
from hooks.checks.names import read_names
from hooks.checks.page import read_page

BASE = facts.load()
NAMES = read_names(BASE)


def mentions(text, path="page.md"):
    page = read_page(Path(path), text)
    return [mention.text for mention in named.Named(page, NAMES, named.Scopes(page, BASE)).mentions()]


SECTIONS = "# Title\n\n## One\n\n{}\n\n## Two\n\n{}\n"


@pytest.mark.parametrize(
    "link",
    [
        "[80 GB](fact:h100-sxm5-80gb/memory.capacity)",
        "[card](../gpus/h100-sxm5-80gb.md#power)",
        "[138 GB][w]\n\n[w]: calc:weights.total?model=llama-2-70b&gpu=h100-sxm5-80gb",
        "[2][r]\n\n[r]: calc:compare.ratio?a=@w&b=1\n[w]: fact:h100-sxm5-80gb/memory.capacity",
    ],
)
def test_a_section_stands_behind_the_records_it_links_or_binds(link):
    assert mentions(SECTIONS.format(f"The H100: {link}", "")) == []
    assert mentions(SECTIONS.format(link, "The H100")) == ["H100"]


def test_the_page_of_a_record_is_about_it():
    assert mentions(SECTIONS.format("The H100", ""), "docs/gpus/h100-sxm5-80gb.md") == []


def test_names_one_digit_apart_in_a_section_are_counted():
    both = "[a](../gpus/rtx-3090.md) [b](../gpus/rtx-4090.md)"
    assert mentions(SECTIONS.format(f"The RTX 3090 and the RTX 4090: {both}", "")) == ["RTX 3090", "RTX 4090"]
    assert mentions(SECTIONS.format("The RTX 4090: [b](../gpus/rtx-4090.md)", "")) == []


def test_dates_references_and_code_are_counted():
    assert mentions("Since 2023, by section 3.2, with `--k 8` and `plain`.") == ["Since 2023", "section 3.2", "`--k 8`"]
    assert mentions("As `8` shows.\n\n```python\nx = 8\n```\n") == []  # the block is checked


def test_the_front_matter_holds_exactly_what_is_said():
    text = "---\ntitle: A page\n---\n\n# A\n\nIn May 2025 and in May 2025, `{n8}`.\n"
    page = read_page(Path("page.md"), text)
    found = named.Named(page, NAMES, named.Scopes(page, BASE)).mentions()
    listed = named.with_listing(text, found)
    assert read_page(Path("page.md"), listed).front.names == {"May 2025": 2, "`{n8}`": 1}
    assert named.with_listing(listed, found) == listed
    assert named.with_listing(listed, []) == text
    said = [(name, said, count) for _, name, said, count in named.differences(found, {"May 2025": 1, "June 2025": 1})]
    assert said == [("May 2025", 2, 1), ("`{n8}`", 1, 0), ("June 2025", 0, 1)]


def test_a_size_that_a_family_does_not_have():
    assert [text for _, text in named.split_models("Llama 3.1 7B and Llama 3.1 8B, a 7B", NAMES)] == ["Llama 3.1 7B"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("1. a\n2. b\n", []),
        ("2. a\n3. b\n", [("2", 1), ("3", 2)]),
        ("1. a\n\n   more\n3. b\n", [("3", 2)]),
        ("1. a\n   1. b\n   2. c\n2. d\n   1. e\n", []),
        ("1. a\n\nText.\n\n1. b\n", []),
        ("1. a\n\nText.\n\n2. b\n", [("2", 1)]),
    ],
)
def test_lists_are_numbered_without_gaps(text, wrong):
    assert [(written, expected) for _, written, expected in lists.out_of_order(text)] == wrong
