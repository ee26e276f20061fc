"""Related pages: found from what pages bind and say; and the tags that help to find them."""

from collections import Counter

import pytest

from hooks.checks.frontmatter import front_matter_map
from hooks.site import headings, related
from hooks.site.related import FOLDERS, Page

_FINDING = ("guides/reading-paths", "guides/tags")  # lead everywhere, so that nothing is near them
TAGGED = sorted(path for folder in ("topics", "guides", "calculators") for path in (headings.DOCS / folder).glob("*.md"))
NAMES = [path.relative_to(headings.DOCS).with_suffix("").as_posix() for path in TAGGED if path.stem != "index"]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in _FINDING])
def test_every_page_leads_to_others_that_exist(name):
    near = related.nearest(name)
    assert 3 <= len(near) <= 6 and name not in [page.name for page in near]
    assert all(headings.source(page.name) for page in near) and len({page.name for page in near}) == len(near)
    assert max(Counter(page.folder for page in near).values()) <= 3


def test_what_few_pages_hold_brings_them_together():
    """The page about MIG, the guide about sharing a card and the calculator of instances: the same calculator, tags and links."""
    near = {name: [page.name for page in related.nearest(name)] for name in NAMES}
    assert "guides/one-gpu-many-models" in near["topics/mig"] and "calculators/mig" in near["topics/mig"]
    assert "topics/mig" in near["calculators/mig"]
    assert near["topics/tf32"][0] == "topics/number-formats"
    assert near["guides/rent-or-buy"][0] == "calculators/ownership"


def test_what_all_pages_hold_says_nothing():
    pages = [page("a", "calculator compare", "tag x"), page("b", "calculator compare", "tag x"), page("c", "calculator compare")]
    spread = Counter(held for one in pages for held in one.holds)
    weights = {one.name: related._weights(one.holds, spread, len(pages)) for one in pages}
    assert [one.name for one in related._chosen(pages[0], pages, weights)] == ["topics/b"]


def test_a_link_in_the_text_counts():
    pages = [page("a", "tag x", leads_to={"topics/c"}), page("b", "tag y"), page("c", "tag z")]
    spread = Counter(held for one in pages for held in one.holds)
    weights = {one.name: related._weights(one.holds, spread, len(pages)) for one in pages}
    assert [one.name for one in related._chosen(pages[0], pages, weights)] == ["topics/c"]
    assert [one.name for one in related._chosen(pages[2], pages, weights)] == ["topics/a"]


def page(name: str, *held: str, leads_to: set[str] = frozenset()) -> Page:
    return Page(f"topics/{name}", name.upper(), Counter(held), frozenset(leads_to))


def test_addresses_of_links_in_pages_of_any_folder():
    page = related._page(headings.DOCS / "topics" / "prefill-and-decode.md", 0)
    assert {"topics/kv-cache", "calculators/serving"} <= page.leads_to
    assert page.holds["calculator decode"] > 3 and page.holds["tag Inference"] > 0


def test_the_foot_links_relative_to_the_page():
    foot = related.foot("topics/tf32.md")
    assert '<a href="../number-formats/">Number formats</a> <span>Topic</span>' in foot
    assert 'href="../../calculators/number_format/"' in foot
    assert related.foot("topics/index.md") == related.foot("gpus/l4.md") == related.foot("index.md") == ""


def test_no_page_lists_its_related_pages_by_hand():
    assert [path.name for path in TAGGED if "\nRelated: " in path.read_text("utf-8")] == []


def test_every_page_has_tags_and_every_tag_has_pages():
    """A tag on one page only is a slip of the pen, or helps nobody."""
    tags = {name: front_matter_map(headings.source(name).read_text("utf-8")).get("tags", []) for name in NAMES}
    assert [name for name, has in tags.items() if not has and name != "guides/tags"] == []
    assert [tag for tag, count in Counter(tag for has in tags.values() for tag in has).items() if count < 2] == []
    assert "<!-- material/tags -->" in headings.source("guides/tags").read_text("utf-8")


def test_each_folder_has_a_name():
    assert [folder for folder in FOLDERS if not (headings.DOCS / folder).is_dir()] == []
