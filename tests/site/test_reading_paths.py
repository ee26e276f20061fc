"""Reading paths: every page exists, every path is listed, and each page leads back and on."""

import re
import tomllib

import pytest

from hooks.site import headings, reading_paths

PATHS = reading_paths.paths()


def test_every_page_of_a_path_exists():
    pages = [page for path in tomllib.loads(reading_paths.DATA.read_text("utf-8"))["path"] for page, _ in path["pages"]]
    assert [page for page in pages if headings.source(page) is None] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.id)
def test_the_page_of_paths_lists_each_with_its_heading(path):
    page = headings.source("guides/reading-paths")
    assert headings.heading(page, path.anchor) == f"For {path.reader}"
    assert f'reading_paths.listing("{path.id}")' in page.read_text("utf-8")
    listed = reading_paths.listing(path.id)
    assert re.findall(r'<a href="\.\./\.\./([^"]+)/"|<a href="\.\./([^"./]+)/"', listed)
    assert listed.count("<li>") == len(path.steps)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.id)
def test_following_next_visits_every_page_in_order(path):
    for step, after in zip(path.steps, path.steps[1:], strict=False):
        foot = reading_paths.foot(f"{step.page}.md")
        row = next(row for row in foot.split("<p>") if f"#{path.anchor}" in row)
        assert f"{after.title} →</a>".replace("&", "&amp;") in row and 'rel="next"' in row
    last = next(row for row in reading_paths.foot(f"{path.steps[-1].page}.md").split("<p>") if f"#{path.anchor}" in row)
    assert 'rel="next"' not in last and 'rel="prev"' in last


def test_addresses_are_relative_to_the_page():
    foot = reading_paths.foot("topics/tf32.md")
    assert 'href="../number-formats/"' in foot and 'href="../../guides/reading-paths/#a-training-engineer"' in foot


def test_an_index_stands_for_its_folder_and_other_pages_have_no_foot():
    assert "For a buyer" in reading_paths.foot("prices/index.md")
    assert reading_paths.foot("about/index.md") == ""
