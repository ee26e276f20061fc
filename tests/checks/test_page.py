"""A page as the checks see it: what is masked, what is visible, and where everything stands."""

from pathlib import Path

import pytest

from hooks.checks.page import MASK, read_page


def page(text: str):
    return read_page(Path("page.md"), text)


def visible(text: str) -> str:
    return page(text).visible.replace(MASK, "")


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- 80 GB -->",
        "<!-- 80\n\nGB -->",
        "`80 GB`",
        "`` 80 ` GB ``",
        "```python\n80\n```",
        "~~~\n80\n```\n~~~",
        "    ```text\n    80\n    ```",
        "<div id='n80' data-n=\"80\">",
        "<https://example.org/80>",
        "https://example.org/80",
        "{ #n80 .n80 width=80 }",
        "&#80;",
        "[^80]",
        ":material-numeric-8-circle:",
        "<script>\n80\n</script>",
        "[label]: https://example.org/80",
        '```python title="80.py"\n80\n```',
    ],
)
def test_what_a_reader_does_not_see_is_masked(hidden):
    for text in (hidden, f"before\n\n{hidden}\n\nafter"):
        assert not any(character.isdigit() for character in visible(text)), visible(text)
        assert len(page(text).visible) == len(text)
        assert page(text).visible.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "seen",
    [
        "## 80 GB",
        "| 80 GB |",
        '!!! note "80 GB"',
        "![80 GB](chart.svg)",
        '![chart](chart.svg "80 GB")',
        '<img alt="80 GB" src="x.png">',
        "<b title='80 GB'>x</b>",
        '![chart](chart.svg){ title="80 GB" }',
        "<figcaption>80 GB</figcaption>",
        "[80 GB](other.md)",
        "[80 GB][label]\n\n[label]: other.md",
        "> 80 GB",
        "{80 GB}",
        r"\`80 GB\`",
        "`80 GB",
        '```text title="all 80 GB"\n```',
        "[x](other.md '80 GB')",
        "$80 GB$",
        "[![80 GB](a.svg)](b.md)",
    ],
)
def test_what_a_reader_sees_stays(seen):
    assert "80 GB" in visible(seen)


def test_links_know_their_text_destination_and_place():
    text = "At [41.2\nms][Floor] or [$2.50](given:price), [text], ![img](a.png).\n\n"
    text += "[floor]: calc:x.y?a={b}&c=1\n[text]: <fact:a/b.c>\n"
    links = page(text).links
    assert [(link.text, link.destination) for link in links] == [
        ("41.2\nms", "calc:x.y?a={b}&c=1"), ("$2.50", "given:price"), ("text", "fact:a/b.c"), ("img", "a.png"),
    ]  # fmt: skip
    assert [page(text).position(link.offset) for link in links] == [(1, 4), (2, 15), (2, 37), (2, 45)]
    assert [text[link.offset] for link in links] == ["[", "[", "[", "!"]


def test_code_is_kept_with_its_place():
    text = 'x `a b`\n\n- item\n\n    ```python title="a.py" claim-drift\n    if a:\n        b\n    ```\n'
    block = page(text).blocks[0]
    assert (block.line, block.indent, block.language, block.title, block.text) == (5, 4, "python", "a.py", "if a:\n    b\n")
    assert "claim-drift" in block.words
    assert [(span.offset, span.text) for span in page(text).spans] == [(3, "a b")]


def test_an_unclosed_block_ends_with_the_page():
    assert page("```text\n80").blocks[0].text == "80"


def test_links_that_markdown_does_not_read_are_named():
    read = page("[80 GB](given: price) [a][b] [c]")
    assert [span.text for span in read.broken] == ["[80 GB](given: price)"]
    assert [link.label for link in read.unknown_labels] == ["b"]


def test_front_matter_is_read_with_places():
    text = '---\ntitle: A page\ngiven:\n  price: {value: 2.50 USD/h, note: "a card"}\n---\n# Title\n'
    front = page(text).front
    given = front.givens["price"]
    assert (given.value, given.note, page(text).position(given.offset)) == ("2.50 USD/h", "a card", (4, 3))
    assert [(page(text).position(offset), seen) for offset, seen in front.seen] == [((2, 8), "A page"), ((4, 37), "a card")]
    assert visible(text).strip() == "# Title"


@pytest.mark.parametrize("raw", ["- a list", "given: [1]", "a: b: c"])
def test_front_matter_that_is_no_map_is_a_problem(raw):
    assert page(f"---\n{raw}\n---\n").front.problem


def test_a_rule_at_the_head_is_no_front_matter():
    assert page("# Title\n\n---\n\ntitle: x\n\n---\n").front.end == 0
