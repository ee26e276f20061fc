"""Converted pages: made once for the same text and surroundings, the same in every part when they come from memory."""

import logging
from pathlib import Path

import pytest
from mkdocs.commands.build import _populate_page
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files, get_files
from mkdocs.structure.pages import Page

from hooks.site import search_entries
from hooks.site.code_blocks import Fences
from hooks.site.kept_pages import KeptPages, _heading
from hooks.site.remembered import Remembered
from hooks.site.stated_links import StatedLinks

TEXT = "---\ntitle: One\n---\n\n# Heading *one*\n\n## Part {#part}\n\n### Within\n\n[two](two.md#there) and [5 ms](calc:x.y)\n"
TARGET = {"calc:x.y": ("/two.md#there", "the working")}


class Site:
    """A site of two pages, with one converter that counts what it really converts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.links, self.converted = StatedLinks(), 0
        for name, text in {"one.md": TEXT, "two.md": "# Two\n\n## There\n"}.items():
            path = root / "docs" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        (root / "calculators" / "data").mkdir(parents=True)
        (root / "mkdocs.yml").write_text("site_name: x\n")

    def config(self) -> MkDocsConfig:
        return load_config(str(self.root / "mkdocs.yml"), markdown_extensions=["toc", "attr_list"], plugins=[])

    def page(self, targets: dict = TARGET, name: str = "one.md") -> Page:
        """A page as a build of its own makes it."""
        config = self.config()
        config.markdown_extensions += [self.links]
        files: Files = get_files(config)
        page = Page(None, files.get_file_from_path(name), config)
        remembered = Remembered(self.root)
        remembered.begin()
        pages = KeptPages(remembered, self.links, Fences(remembered))
        pages.among(files)
        self.links.targets = targets
        render = page.render

        def counted(config, files):
            self.converted += 1
            render(config, files)

        page.render = counted
        pages.remember(page)
        _populate_page(page, config, files)
        return page

    def edit(self, name: str, text: str) -> None:
        (self.root / name).write_text(text)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def parts(page: Page) -> tuple:
    links = {file.src_uri: found for file, found in page.links_to_anchors.items()}
    return (
        page.content,
        [_heading(item) for item in page.toc.items],
        page.title,
        page._title_from_render,
        page.present_anchor_ids,
        links,
    )


def test_a_page_from_memory_is_the_same_in_every_part(site):
    first, second = site.page(), site.page()
    assert site.converted == 1
    assert parts(first) == parts(second)
    assert "part" in second.present_anchor_ids and second.toc.items[0].children[0].title == "Part"
    assert second.links_to_anchors and 'class="stated"' in second.content


@pytest.mark.parametrize(
    "change",
    [
        lambda site: site.edit("docs/one.md", TEXT + "\nMore.\n"),
        lambda site: site.edit("docs/one.md", TEXT.replace("title: One", "title: Other")),
        lambda site: site.edit("docs/three.md", "# Three\n"),
        lambda site: site.edit("mkdocs.yml", "site_name: y\n"),
        lambda site: site.edit("calculators/new.py", "X = 1\n"),
    ],
)
def test_whatever_a_conversion_reads_makes_it_anew(site, change):
    site.page()
    change(site)
    site.page()
    assert site.converted == 2


def test_a_stated_number_that_leads_elsewhere_or_is_worked_otherwise_makes_it_anew(site):
    site.page()
    assert "another working" in site.page({"calc:x.y": ("/two.md#there", "another working")}).content
    assert site.converted == 2


def test_facts_decide_only_where_code_is_executed(site):
    site.page()
    site.edit("calculators/data/a.toml", "x = 1\n")
    site.page()
    assert site.converted == 1
    site.edit("docs/one.md", TEXT + '\n<!-- exec="on" -->\n')
    site.page()
    site.edit("calculators/data/a.toml", "x = 2\n")
    site.page()
    assert site.converted == 3


def test_a_page_with_a_broken_link_warns_every_time(site, caplog):
    site.edit("docs/one.md", "# One\n\n[gone](gone.md)\n")
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="mkdocs"):
            site.page()
        assert "gone.md" in caplog.text
    assert site.converted == 2


class Index:
    """What the theme's search index has of the pages that it parsed."""

    def __init__(self) -> None:
        self.entries: list[dict] = []
        self.parsed: list[str] = []

    def add_entry_from_context(self, page: Page) -> None:
        self.parsed.append(page.content)
        self.entries += [{"location": page.url, "text": part} for part in page.content.split("|")]


def test_a_page_is_replaced_in_the_search_index_and_parsed_once(site):
    remembered = Remembered(site.root)
    remembered.begin()
    index = Index()
    search_entries.remember(index, remembered)
    one, two = site.page(), site.page(name="two.md")
    for page, content in ((one, "a|b"), (two, "c"), (one, "d"), (one, "a|b")):
        page.content = content
        index.add_entry_from_context(page)
    assert [entry["text"] for entry in index.entries] == ["a", "b", "c"]
    assert index.parsed == ["a|b", "c", "d"]
