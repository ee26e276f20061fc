"""The tables of measurements: narrowed down by accelerator, model and words, with the choice in the address; whole at first."""

import pytest
from playwright.sync_api import Page, expect
from reader import open_page

from calculators import call, facts
from calculators.measured import kinds

pytestmark = pytest.mark.browser

BASE = facts.load()
ENTRIES = BASE.measurements.of(*kinds.named("decoding").metrics)
ROWS = "table.rp-choices tbody tr:visible"


def test_an_accelerator_narrows_the_table_and_is_in_the_address(page: Page, address: str):
    page.goto(f"{address}notes/decoding/")
    expect(page.locator(ROWS)).to_have_count(len(ENTRIES))
    page.locator(".rp-entry-filter").get_by_label("GPU").select_option("RTX 4090")
    mine = [entry for entry in ENTRIES if entry.hardware == "rtx-4090"]
    assert 0 < len(mine) < len(ENTRIES)
    expect(page.locator(ROWS)).to_have_count(len(mine))
    expect(page.get_by_text(f"{len(mine)} of {len(ENTRIES)} shown")).to_be_visible()
    assert page.url.endswith("/notes/decoding/?gpu=RTX+4090")
    page.reload()
    expect(page.locator(ROWS)).to_have_count(len(mine))


def test_words_and_a_choice_narrow_together(page: Page, address: str):
    page.goto(f"{address}notes/decoding/?gpu=RTX+4090")
    page.get_by_label("Filter the table").last.fill("q4_k_m")
    both = [entry for entry in ENTRIES if entry.hardware == "rtx-4090" and entry.details["precision"] == "Q4_K_M"]
    expect(page.locator(ROWS)).to_have_count(len(both))


def test_the_median_that_programs_reach_is_filled_in(page: Page, address: str):
    open_page(page, address)
    page.get_by_role("link", name="Calculate with the median").click()
    offered = {name: values["median"] for name, values in call.run("decode").typical.document()["inputs"].items()}
    for name, text in offered.items():
        expect(page.locator(f"[name={name}]")).to_have_value(text)
    expect(page.locator(".rp-summary")).to_have_text(call.run("decode", offered).summary)
    expect(page.locator(".rp-typical strong")).to_contain_text("Typically")
    assert "bandwidth_efficiency=" in page.url


def test_a_bound_opens_the_calculator_with_the_inputs_of_the_row(page: Page, address: str):
    page.goto(f"{address}notes/decoding/#xiong-llamacpp-064")
    page.locator("#xiong-llamacpp-064 td a").first.click()
    expect(page.locator("[name=gpu]").first).to_have_value("rtx-4090")
    assert "model=llama-3-8b" in page.url and "weights=q4_k_m" in page.url
