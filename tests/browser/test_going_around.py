"""From page to page without a load: every way that a reader goes, the calculator there runs, with the inputs of its address."""

import re

import pytest
from playwright.sync_api import Page, expect
from reader import NEVER_STARTS, field, mounted, open_page, section, stand_in, state, summary

from calculators import call
from calculators.present.result import result

pytestmark = pytest.mark.browser


def arrived(page: Page, name: str) -> None:
    """A calculator runs, and nothing was loaded anew on the way."""
    expect(section(page, name)).to_have_count(1)
    mounted(page)
    assert page.evaluate("window.kept") is True


def test_search_and_links_and_history_lead_to_running_calculators(page, address):
    stand_in(page)
    open_page(page, address, "calculators/decode/?gpu=l40s&gpus=4")
    summary(page, "decode {gpu:l40s,gpus:4}")
    page.evaluate("window.kept = true")

    page.locator(".md-search__input").click()
    page.keyboard.type("roofline", delay=20)
    page.locator(".md-search-result__link[href*='calculators/roofline/']").first.click()
    arrived(page, "roofline")
    field(page, "format").select_option("fp8")
    summary(page, "roofline {format:fp8}")
    expect(page).to_have_url(re.compile(r"roofline/\?format=fp8"))

    page.locator(".md-tabs__link", has_text="Calculators").click()
    expect(page.locator(".md-content h1")).to_contain_text("Calculators")
    page.locator(".md-content a[href*='cost']").first.click()
    arrived(page, "cost")
    state(page, "default")

    page.go_back()
    expect(page.locator(".md-content h1")).to_contain_text("Calculators")
    page.go_back()
    arrived(page, "roofline")
    expect(field(page, "format")).to_have_value("fp8")
    summary(page, "roofline {format:fp8}")
    while "decode" not in page.url:  # the search has left an entry of its own
        page.go_back()
        page.wait_for_timeout(300)
    arrived(page, "decode")
    expect(field(page, "gpus")).to_have_value("4")
    summary(page, "decode {gpu:l40s,gpus:4}")
    page.go_forward()
    arrived(page, "roofline")


# Notes, when the answer is on the page, whether the theme's script has begun: it says so with the last thing it does.
ORDER = """new MutationObserver((_, observer) => {
  if (!document.querySelector('.rp-calculator[data-state="ready"]')) return;
  observer.disconnect();
  window.themeFirst = "component$" in window;
}).observe(document, { subtree: true, childList: true, attributeFilter: ["data-state"] });"""
BEGUN = "'component$' in window"
# A busy machine may take longer for an answer than the theme's script waits for one.
PATIENT = """const plain = setTimeout;
window.setTimeout = (call, delay, ...given) => plain(call, delay === 1000 ? 60000 : delay, ...given);"""


def visit_before(page: Page, address: str) -> None:
    """The theme has chosen the colors, and noted them."""
    page.goto(address)
    page.wait_for_function(f"{BEGUN} && localStorage.length")


def test_on_a_first_visit_the_theme_waits_for_nothing_and_chooses_the_colors(page, address):
    page.emulate_media(color_scheme="dark")
    stand_in(page, NEVER_STARTS)
    page.add_init_script("addEventListener('DOMContentLoaded', () => (window.themeFirst = 'component$' in window))")
    page.goto(address + "calculators/decode/?gpus=4")
    assert page.evaluate("window.themeFirst") is True
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_the_theme_begins_after_the_answer_that_an_address_asks_for(page, address):
    stand_in(page)
    page.add_init_script(PATIENT)
    page.add_init_script(ORDER)
    visit_before(page, address)
    open_page(page, address, "calculators/decode/?gpus=4")
    summary(page, "decode {gpus:4}")
    assert page.evaluate("window.themeFirst") is False
    page.wait_for_function(BEGUN)
    page.evaluate("window.kept = true")
    page.locator(".md-tabs__link", has_text="Calculators").click()
    expect(page.locator(".md-content h1")).to_contain_text("Calculators")
    page.locator(".md-content a[href*='roofline']").first.click()
    arrived(page, "roofline")


def test_the_theme_does_not_wait_for_long_where_no_answer_comes(page, address):
    stand_in(page, NEVER_STARTS)
    visit_before(page, address)
    open_page(page, address, "calculators/decode/?gpus=4")
    page.wait_for_function(BEGUN)
    state(page, "starting")


def test_the_first_press_on_the_table_of_contents_keeps_what_was_typed_just_before(page, address):
    """The theme puts a fresh copy of the page in place, before the pause after which an edit is computed."""
    stand_in(page)
    open_page(page, address, "calculators/weights/")
    link = page.locator(".md-sidebar--secondary a.md-nav__link").nth(2).element_handle()
    page.evaluate(
        """link => {
          const box = document.querySelector('[name="gpus"]');
          box.value = "99";
          box.dispatchEvent(new InputEvent("input", { bubbles: true }));
          link.click();
        }""",
        link,
    )
    expect(page).to_have_url(re.compile(r"\?gpus=99#.+"))
    summary(page, "weights {gpus:99}")
    expect(field(page, "gpus")).to_have_value("99")
    page.go_back()
    summary(page, "weights {gpus:99}")
    expect(field(page, "gpus")).to_have_value("99")


def test_the_address_follows_when_the_reader_pauses_or_presses(page, address):
    """Each new address has the browser draw its own window anew, which would take from the answer of the next edit."""
    stand_in(page)
    open_page(page, address, "calculators/weights/")
    page.evaluate(
        """() => {
          window.written = [];
          const plain = history.replaceState;
          history.replaceState = function (...given) { window.written.push(given[2]); plain.apply(this, given); };
          const box = document.querySelector('[name="gpus"]');
          for (const text of ["1", "12", "128"]) {
            box.value = text;
            box.dispatchEvent(new InputEvent("input", { bubbles: true }));
          }
        }"""
    )
    summary(page, "weights {gpus:128}")
    expect(page).to_have_url(re.compile(r"\?gpus=128$"))
    assert len(page.evaluate("window.written")) == 1
    page.fill('[name="gpus"]', "4")
    page.locator("h1").click()
    assert page.url.endswith("?gpus=4")


def test_each_fact_has_an_address_that_is_seen_and_leads_there(page, address):
    page.goto(address + "gpus/l40s/")
    rows = page.locator("table.rp-facts tbody tr:not(.rp-missing)")
    links = page.locator("table.rp-facts tbody tr:not(.rp-missing) th a.rp-permalink")
    expect(links).to_have_count(rows.count())
    lead = links.evaluate_all("all => all.filter((link) => link.hash !== '#' + link.closest('tr').id).map((link) => link.hash)")
    assert lead == []
    link = links.nth(rows.count() - 1)
    expect(link).to_be_visible()
    link.click()
    expect(page).to_have_url(re.compile("#[a-z]+-[a-z0-9_]+$"))
    # at the top, and not where the link was pressed: the theme once took that for the place of the new address
    page.wait_for_function("document.querySelector(location.hash).getBoundingClientRect().top < 150")
    expect(page.locator(page.evaluate("location.hash"))).to_be_in_viewport()


# Left, right and top of every value in a row, and of every name in the head.
_CELLS = """rows => rows.map((row) => [...row.querySelectorAll('td, thead th:not(:first-child)')].map((cell) => {
  const { left, right, top } = cell.getBoundingClientRect();
  return [left, right, top];
}))"""


def test_four_accelerators_side_by_side_on_a_phone(page, address):
    page.set_viewport_size({"width": 360, "height": 740})
    sides = {"a": "a100-sxm4-80gb", "b": "h100-sxm5-80gb", "c": "mi300x", "d": "rtx-4090"}
    stand_in(page)
    open_page(page, address, "calculators/compare_accelerators/")
    for side in ("c", "d"):
        field(page, side).select_option(sides[side])
    summary(page, "{c:mi300x,d:rtx-4090}")
    expect(page).to_have_url(re.compile(r"\?c=mi300x&d=rtx-4090$"))
    shown = result(call.run("compare_accelerators", sides))
    page.evaluate("html => { document.querySelector('.rp-result').innerHTML = html; }", str(shown))
    page.get_by_text("Every fact, side by side").click()
    rows = page.locator("table.rp-compared tr").evaluate_all(_CELLS)
    assert len(rows) > 40
    for boxes in rows:
        assert len(boxes) == 4 and len({round(top) for _, _, top in boxes}) == 1
        assert boxes[0][0] >= 0 and boxes[3][1] <= 360
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
