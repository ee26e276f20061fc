"""The list of audited statements: narrowed down by verdict, subject and words, with the choice in the address; whole without
scripts."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from calculators import facts
from calculators.present import circulating

pytestmark = pytest.mark.browser

BASE = facts.load()
ENTRIES = list(BASE.audit.values())
FILTER = ".rp-entry-filter"


def open_list(page: Page, address: str, query: str = "") -> None:
    """Open the list, and wait until its script has put the filter above it."""
    page.goto(f"{address}audit/{query}")
    expect(page.locator(FILTER)).to_be_visible()


def shown(page: Page) -> Locator:
    return page.locator(".rp-entries li:visible")


def linked(page: Page) -> list[str]:
    """Where the statements lead, below the folder of the audit."""
    return shown(page).locator("a").evaluate_all("all => all.map((one) => one.href.split('/audit/')[1])")


def lists_exactly(page: Page, expected: list) -> None:
    """The list shows these entries and no others, says how many there are, and counts those of each topic."""
    assert 0 < len(expected) < len(ENTRIES)
    expect(shown(page)).to_have_count(len(expected))
    assert sorted(linked(page)) == sorted(map(circulating.address, expected))
    expect(page.locator(f"{FILTER} + [role=status]")).to_contain_text(f"{len(expected)} of {len(ENTRIES)} statements")
    counted = page.locator(".rp-entries section:visible small").all_inner_texts()
    assert sum(map(int, counted)) == len(expected)
    assert len(counted) == len({entry.topic for entry in expected})


def about(entry) -> list[str]:
    return circulating.subjects(entry, BASE)


def test_the_whole_list_is_there_at_first(page, address):
    open_list(page, address)
    expect(shown(page)).to_have_count(len(ENTRIES))
    expect(page.get_by_role("button", name="Show all")).to_have_count(0)


def test_a_verdict_narrows_the_list_and_is_in_the_address(page, address):
    open_list(page, address)
    page.locator(FILTER).get_by_label("Verdict").select_option("wrong")
    wrong = [entry for entry in ENTRIES if entry.verdict == "wrong"]
    lists_exactly(page, wrong)
    assert page.url.endswith("/audit/?verdict=wrong")
    page.reload()
    lists_exactly(page, wrong)
    expect(page.locator(FILTER).get_by_label("Verdict")).to_have_value("wrong")


def test_verdict_subject_and_words_are_taken_together(page, address):
    gpu = BASE.accelerators["rtx-4090"].short
    chosen = [entry for entry in ENTRIES if entry.verdict == "holds" and gpu in about(entry)]
    open_list(page, address)
    page.locator(FILTER).get_by_label("Verdict").select_option("holds")
    page.locator(FILTER).get_by_label("About").select_option(gpu)
    lists_exactly(page, chosen)
    page.locator(FILTER).get_by_label("Search").fill("bandwidth GB/s")
    badge = circulating.name("holds")
    texts = {entry.id: f"{badge} {entry.said} {entry.right}".lower() for entry in chosen}
    found = [entry for entry in chosen if all(word in texts[entry.id] for word in ("bandwidth", "gb/s"))]
    lists_exactly(page, found)
    page.reload()
    lists_exactly(page, found)
    expect(page.locator(FILTER).get_by_label("Search")).to_have_value("bandwidth GB/s")
    expect(page.locator("#__search")).not_to_be_checked()  # the search of the whole site stays closed
    page.get_by_role("button", name="Show all").click()
    expect(shown(page)).to_have_count(len(ENTRIES))
    expect(page.locator(FILTER).get_by_label("Search")).to_be_focused()
    assert page.url.endswith("/audit/")


def test_the_page_of_an_accelerator_leads_to_what_is_said_about_it(page, address):
    gpu = BASE.accelerators["rtx-4090"]
    page.goto(f"{address}gpus/{gpu.slug}/")
    page.get_by_role("link", name="all with their working").click()
    expect(page.locator(FILTER)).to_be_visible()
    lists_exactly(page, [entry for entry in ENTRIES if gpu.slug in entry.subjects])


def test_an_address_with_a_subject_that_no_entry_has_shows_all(page, address):
    open_list(page, address, "?subject=Voodoo2&verdict=certain")
    expect(shown(page)).to_have_count(len(ENTRIES))


def test_words_that_no_statement_has_leave_none(page, address):
    open_list(page, address)
    page.locator(FILTER).get_by_label("Search").fill("no statement says this")
    expect(shown(page)).to_have_count(0)
    expect(page.locator(".rp-entries section:visible")).to_have_count(0)
    expect(page.locator(f"{FILTER} + [role=status]")).to_contain_text(f"0 of {len(ENTRIES)} statements")


def test_without_scripts_every_statement_is_readable(browser: Browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}audit/?verdict=wrong")
    expect(page.locator(FILTER)).to_have_count(0)
    expect(shown(page)).to_have_count(len(ENTRIES))
    read = shown(page).all_inner_texts()
    assert all(any(entry.said in text and entry.right in text for text in read) for entry in ENTRIES[:20])
    assert sorted(linked(page)) == sorted(map(circulating.address, ENTRIES))
    context.close()
