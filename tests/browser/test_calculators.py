"""Calculators in a real Chromium, on the built site under a sub-path."""

import json

import pytest
from playwright.sync_api import Page, expect

from calculators import call
from calculators.present.result import result, shown

pytestmark = pytest.mark.browser

SECTION = ".rp-calculator"
START_MS = 60_000  # a first start of Python on a busy machine


def open_page(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    page.wait_for_selector(SECTION)


def ready(page: Page) -> None:
    page.wait_for_selector(f'{SECTION}[data-state="ready"]', timeout=START_MS)


def value(page: Page, label: str) -> str:
    figure = page.locator(".rp-figure", has=page.locator(".rp-label", has_text=label)).first
    return figure.locator(".rp-value").inner_text()


def test_an_edit_changes_result_chart_and_address_without_a_reload(page, address):
    open_page(page, address, "calculators/decode/")
    page.evaluate("window.kept = true")
    before, chart = value(page, "Tokens per second"), page.locator(".rp-result .rp-chart").inner_html()
    page.fill('[name="batch"]', "64")
    ready(page)
    expected = shown(call.run("decode", {"batch": "64"}).outputs["token_rate"])
    expect(page.locator(".rp-figure .rp-value").nth(1)).to_have_text(expected)
    assert expected != before
    assert page.locator(".rp-result .rp-chart").inner_html() != chart
    assert page.url.endswith("?batch=64")
    assert page.evaluate("window.kept") is True


def test_live_result_is_the_bytes_of_the_build(page, address):
    open_page(page, address, "calculators/kv_cache/")
    page.fill('[name="context"]', "1000")
    ready(page)
    live = page.evaluate("document.querySelector('.rp-result').innerHTML")
    built = page.evaluate("html => { const e = document.createElement('div'); e.innerHTML = html; return e.innerHTML }",
                          str(result(call.run("kv_cache", {"context": "1000"}))))  # fmt: skip
    assert live == built


def test_an_address_with_inputs_is_answered_and_survives_a_reload(page, address):
    open_page(page, address, "calculators/decode/?gpu=a100-sxm4-80gb&batch=8")
    ready(page)
    expected = shown(call.run("decode", {"gpu": "a100-sxm4-80gb", "batch": "8"}).outputs["time_per_output_token"])
    assert value(page, "Time per output token") == expected
    page.reload()
    ready(page)
    assert page.locator('[name="gpu"]').input_value() == "a100-sxm4-80gb"
    assert value(page, "Time per output token") == expected


def test_a_bad_input_is_explained_next_to_its_field_and_kept(page, address):
    open_page(page, address, "calculators/decode/")
    page.fill('[name="batch"]', "-3")
    field = page.locator('[data-field="batch"]')
    expect(field.locator(".rp-error")).to_be_visible(timeout=START_MS)
    assert "out of range" in field.locator(".rp-error").inner_text()
    assert page.locator('[name="batch"]').input_value() == "-3"
    assert page.locator('[name="batch"]').get_attribute("aria-invalid") == "true"
    page.fill('[name="batch"]', "3")
    expect(field.locator(".rp-error")).to_be_hidden()
    ready(page)


def test_what_does_not_fit_is_said_at_the_gpus(page, address):
    open_page(page, address, "calculators/decode/?gpus=1")
    expect(page.locator('[data-field="gpus"] .rp-error')).to_contain_text("too few", timeout=START_MS)


def test_reset_returns_to_the_defaults(page, address):
    open_page(page, address, "calculators/weights/?model=llama-2-7b")
    ready(page)
    page.click('[data-action="reset"]')
    expect(page.locator('[name="model"]')).to_have_value("llama-2-70b")
    assert "?" not in page.url
    assert value(page, "Weights") == shown(call.run("weights").outputs["total"])


def test_copy_link_and_downloads(page, address):
    open_page(page, address, "calculators/cost/")
    page.fill('[name="rate"]', "250 token/s")
    ready(page)
    page.click('[data-action="copy-link"]')
    expect(page.locator(".rp-status")).not_to_be_empty()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    with page.expect_download() as download:
        page.click('[data-action="json"]')
    document = json.loads(download.value.path().read_text("utf-8"))
    assert document == json.loads(json.dumps(call.run("cost", {"rate": "250 token/s"}).document()))
    with page.expect_download() as download:
        page.click('[data-action="csv"]')
    assert download.value.path().read_text("utf-8").startswith("kind,name,value,unit,label\n")


def test_the_working_stays_open_while_typing(page, address):
    open_page(page, address, "calculators/weights/")
    page.click(".rp-working summary")
    page.fill('[name="gpus"]', "4")
    ready(page)
    expect(page.locator(".rp-working ol")).to_be_visible()


def test_a_text_that_looks_like_markup_stays_text(page, address):
    open_page(page, address, "calculators/decode/?batch=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(page.locator('[data-field="batch"] .rp-error')).to_contain_text("<img", timeout=START_MS)
    assert page.locator(f"{SECTION} img").count() == 0


def test_a_stated_number_opens_the_calculator_with_its_inputs(page, address):
    page.goto(address + "guides/h100-or-a100-inference/")
    link = page.locator('a.stated[href*="calculators/decode/?"]').first
    stated = link.get_attribute("href")
    link.click()
    page.wait_for_selector(SECTION)
    ready(page)
    for pair in stated.split("?")[1].split("&"):
        name, _, text = pair.partition("=")
        assert page.locator(f'[name="{name}"]').input_value() == page.evaluate(
            "text => decodeURIComponent(text.replaceAll('+', ' '))", text
        )
