"""Readers who use a keyboard, a screen reader, a narrow screen or paper."""

import pytest
from playwright.sync_api import Browser, expect
from reader import open_page

pytestmark = pytest.mark.browser

# Boxes that scroll sideways, and that no key can scroll: neither they nor anything in them takes the focus.
UNREACHABLE = """() => [...document.querySelectorAll(".md-content *")].filter((box) => {
  const scrolls = ["auto", "scroll"].includes(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth + 1;
  return scrolls && box.checkVisibility() && box.tabIndex < 0 && !box.querySelector("a[href], button, input, [tabindex='0']");
}).map((box) => box.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(
    "path",
    ["gpus/", "gpus/h100-sxm5-80gb/", "links/", "guides/h100-or-a100-inference/", "notebooks/read-a-roofline/", "about/hosting/"],
)
def test_a_keyboard_reaches_whatever_scrolls(page, address, path):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(address + path, wait_until="networkidle")
    page.wait_for_function(f"({UNREACHABLE})().length === 0")


def test_the_search_has_a_name(page, address):
    page.goto(address)
    expect(page.get_by_role("dialog", name="Search", include_hidden=True)).to_have_count(1)


def test_an_address_that_is_none_offers_ways_on(page, address, site):
    page.goto(f"{address}404.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no page at this address")
    links = page.locator("article li a")
    assert {"Guides", "Calculators", "GPUs"} <= set(links.all_inner_texts())
    for path in links.evaluate_all("links => links.map((link) => link.pathname)"):
        assert (site / path.removeprefix("/handbook/") / "index.html").is_file()


def test_paper_shows_inputs_results_sources_and_the_address(page, address):
    page.emulate_media(color_scheme="dark")
    open_page(page, address, "calculators/decode/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("history.replaceState(history.state, '', '?batch=8'); dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".rp-address")).to_have_text(f"{address}calculators/decode/?batch=8")
    for shown in (
        ".rp-fields",
        ".rp-summary",
        ".rp-working li >> nth=0",
        ".rp-facts-used .rp-source >> nth=0",
        ".rp-chart-tables",
    ):
        expect(page.locator(shown).first).to_be_visible()
        assert page.locator(shown).first.evaluate("place => place.checkVisibility({ contentVisibilityAuto: true })"), shown
    for left_out in (".rp-actions", ".md-header", ".md-sidebar--primary", ".md-footer"):
        expect(page.locator(f"{left_out} >> visible=true")).to_have_count(0)
    ink = page.locator(".rp-summary").evaluate("place => getComputedStyle(place).color")
    assert ink.startswith("rgba(0, 0, 0"), "light print on white paper"


def test_nothing_moves_for_a_reader_who_asked_for_that(browser: Browser, address):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}calculators/decode/")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).transitionDuration.split(',')"
        ".some((time) => parseFloat(time) > 0.001)).length"
    )
    assert moving == 0
    context.close()
