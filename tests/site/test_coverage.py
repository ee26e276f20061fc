"""Every point of the list of what is covered has a place, and every place is a heading of a page that exists."""

import pytest

from hooks.site import coverage, headings

POINTS = list(coverage.points())


def test_every_place_is_a_heading_that_exists():
    places = {place for point in POINTS for place in point.places}
    assert [place.written for place in sorted(places, key=lambda place: place.written) if place.label() is None] == []


def test_no_point_is_open():
    assert [point.name for point in POINTS if not point.found()] == []


def test_no_point_is_listed_twice():
    names = [(point.group, point.section, point.name) for point in POINTS]
    assert len(names) == len(set(names))


def test_the_page_lists_every_group(root):
    page = (root / "docs" / "about" / "coverage.md").read_text("utf-8")
    for name in {point.group for point in POINTS}:
        assert f'coverage.group("{name}")' in page
        assert coverage.group(name)


def test_a_point_without_a_place_is_shown_as_open(tmp_path):
    data = tmp_path / "coverage.toml"
    places = 'points = [["nowhere"], ["lost", "topics/nowhere#at-all"]]'
    data.write_text(f'[[group]]\nname = "a"\n[[group.section]]\nname = "b"\n{places}\n', "utf-8")
    assert [point.found() for point in coverage.points(data)] == [[], []]


PAGE = """---
title: A page
---

# A page

## Does `it` *bend*? { #bends }

## [Twice](other.md) &amp; again

```python
# no heading
```

## Twice & again
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "topics" / "page.md"
    path.parent.mkdir()
    path.write_text(PAGE, "utf-8")
    return path


@pytest.mark.parametrize(
    ("anchor", "text"),
    [
        ("a-page", "A page"),
        ("bends", "Does it bend?"),
        ("twice-again", "Twice & again"),
        ("twice-again_1", "Twice & again"),
        ("no-heading", None),
        ("does-it-bend", None),
    ],
)
def test_headings_have_the_anchors_that_a_build_gives_them(page, anchor, text):
    assert headings.heading(page, anchor, page.parents[1]) == text


def test_generated_sections_count_as_headings():
    path = headings.source("gpus/rtx-4090")
    assert path and headings.heading(path, "facts") == "All facts"
