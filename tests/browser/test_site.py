"""Every page of the built site: what a reader meets with and without scripts, at every width."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from calculators import call, names
from calculators.present.answer import shown

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Met:
    """What a reader meets on a page of a phone's width."""

    path: str
    status: int
    scrolls_sideways: bool
    links: tuple[str, ...]


_LOOK = """() => ({
  wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  links: [...new Set([...document.querySelectorAll('a[href]')].map((link) => link.href))],
})"""


@pytest.fixture(scope="module")
def met(watched, address: str, site: Path) -> list[Met]:
    """Every page of the site, loaded once; one that complains or asks elsewhere fails here. Keeping pages is tested elsewhere."""
    paths = sorted(path.parent.relative_to(site).as_posix() + "/" for path in site.rglob("index.html"))
    found = []
    with watched(viewport={"width": 360, "height": 740}, service_workers="block") as page:
        for path in (path.removeprefix("./") for path in paths):
            status = page.goto(address + path).status
            look = page.evaluate(_LOOK)
            found.append(Met(path, status, look["wide"], tuple(look["links"])))
    return found


def test_every_page_is_quiet_and_never_scrolls_sideways(met):
    assert len(met) > 200
    assert [page.path for page in met if page.status != 200] == []
    assert [page.path for page in met if page.scrolls_sideways] == []


def test_every_internal_link_leads_somewhere(met, address, site):
    @cache
    def ids(file: Path) -> frozenset[str]:
        return frozenset(re.findall(r'\sid="([^"]+)"', file.read_text("utf-8")))

    def leads(href: str) -> bool:
        target, _, anchor = href[len(address) :].partition("#")
        file = site / target.partition("?")[0]
        file = file / "index.html" if file.is_dir() else file
        return file.is_file() and (not anchor or anchor in ids(file))

    links = {(page.path, href) for page in met for href in page.links if href.startswith(address)}
    assert len(links) > len(met)
    assert sorted(f"{path} -> {href}" for path, href in links if not leads(href)) == []


@pytest.mark.parametrize("name", names())
def test_the_default_answer_is_there_without_scripts(name, browser: Browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}calculators/{name}/")
    run = call.run(name)
    assert page.locator(".rp-summary").inner_text() == run.summary
    assert page.locator(".rp-headline .rp-value").all_inner_texts() == [
        shown(run.outputs[output]) for output in run.calculator.headline
    ]
    context.close()


def test_stated_numbers_are_links_with_their_working(page, address):
    page.goto(address + "guides/h100-or-a100-inference/")
    stated = page.locator("a.stated")
    assert stated.count() > 40
    assert all(
        stated.nth(index).get_attribute("title") or stated.nth(index).get_attribute("data-md-tooltip") for index in range(5)
    )


def test_the_working_of_a_stated_number_opens_under_the_pointer(page, address):
    page.goto(address + "guides/h100-or-a100-inference/")
    stated = page.locator("a.stated").first
    working = stated.get_attribute("title")
    stated.hover()
    expect(page.locator(".md-tooltip2--active")).to_have_text(working)


def test_an_accelerator_page_shows_value_source_and_backing(page, address):
    page.goto(address + "gpus/h100-sxm5-80gb/#memory-bandwidth")
    row = page.locator("#memory-bandwidth")
    assert "3352 GB/s" in row.inner_text().replace(",", "")
    assert row.locator(".rp-badge--sourced").count() == 1
    assert row.locator(".rp-badge--identity").count() == 1


def test_the_index_can_be_sorted_and_filtered(page, address):
    page.goto(address + "gpus/")
    table = page.locator("table.rp-choosable")
    head = table.locator("thead th", has=page.get_by_role("button", name="Bandwidth", exact=True))
    column = head.evaluate("head => head.cellIndex")
    head.locator("button").click()
    values = table.evaluate("(table, n) => [...table.tBodies[0].rows].map((row) => Number(row.cells[n].dataset.value))", column)
    assert len(values) > 60
    assert values == sorted(values, reverse=True)
    page.locator(".rp-filter input").first.fill("RTX 4090")
    expect(table.locator("tbody tr:visible")).to_have_count(1)


def test_the_columns_of_the_index_can_be_chosen_and_the_choice_is_in_the_address(page, address):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(address + "gpus/")
    shown = page.locator("table.rp-choosable thead th:visible")
    page.wait_for_selector("table.rp-choosable[data-enhanced]")
    before = shown.count()
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("FP4, dense").check()
    page.get_by_label("Architecture", exact=True).uncheck()
    expect(page.get_by_role("columnheader", name="FP4, dense")).to_have_count(1)
    expect(shown).to_have_count(before)
    expect(page).to_have_url(re.compile(r"\?"))
    page.reload()
    page.wait_for_selector("table.rp-choosable[data-enhanced]")
    names = shown.all_inner_texts()
    assert any("FP4, dense" in name for name in names) and not any("Architecture" in name for name in names)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_fact_has_an_address_of_its_own(page, address):
    page.goto(address + "gpus/h100-sxm5-80gb/")
    page.locator("#memory-bandwidth a.rp-permalink").click()
    expect(page).to_have_url(re.compile("#memory-bandwidth$"))


def test_data_can_be_downloaded(page, address):
    facts = page.request.get(address + "data/facts.json").json()
    assert facts["accelerators"]["l4"]["facts"]["memory.capacity"]["value"] == 24
    assert page.request.get(address + "data/facts.csv").text().count("\n") > 300


def test_nothing_in_pages_and_styles_is_fetched_from_elsewhere(site):
    fetched = re.compile(
        r"<(?:script|img|iframe|source|video|audio)\b[^>]*\ssrc=[\"']?(?:https?:)?//[^>]*"
        r"|<link\b[^>]*\srel=[\"']?(?:stylesheet|preload|preconnect|icon|modulepreload|dns-prefetch)\b[^>]*(?:https?:)?//[^>]*"
        r"|(?:@import|url\()\s*[\"']?(?:https?:)?//[^;)]*"
    )
    own = re.compile(re.escape("http://127.0.0.1:8000/handbook/"))
    for path in [*site.rglob("*.html"), *site.rglob("*.css")]:
        text = own.sub("", path.read_text("utf-8"))
        assert fetched.findall(text) == [], path.relative_to(site)
