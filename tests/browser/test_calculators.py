"""Calculators in a real Chromium, on the built site under a sub-path."""

import json
import re

import pytest
from playwright.sync_api import Page, expect
from reader import SECTION, field, fill, mounted, open_page, shows, state

from calculators import call
from calculators.present.answer import shown

pytestmark = pytest.mark.browser


def value(page: Page, label: str) -> str:
    figure = page.locator(".rp-figure", has=page.locator(".rp-label", has_text=label)).first
    return figure.locator(".rp-value").inner_text()


def test_an_edit_changes_result_chart_and_address_without_a_reload(page, address):
    open_page(page, address, "calculators/decode/")
    page.evaluate("window.kept = true")
    before, chart = value(page, "Tokens per second"), page.locator(".rp-result .rp-chart").inner_html()
    fill(page, "batch", "64")
    run = call.run("decode", {"batch": "64"})
    shows(page, run)
    assert value(page, "Tokens per second") == shown(run.outputs["token_rate"]) != before
    assert page.locator(".rp-result .rp-chart").inner_html() != chart
    expect(page).to_have_url(re.compile(r"\?batch=64$"))
    assert page.evaluate("window.kept") is True


def test_an_address_with_inputs_is_answered_and_survives_a_reload(page, address):
    open_page(page, address, "calculators/decode/?gpu=a100-sxm4-80gb&batch=8")
    run = call.run("decode", {"gpu": "a100-sxm4-80gb", "batch": "8"})
    shows(page, run)
    page.reload()
    shows(page, run)
    assert field(page, "gpu").input_value() == "a100-sxm4-80gb"
    assert value(page, "Time per output token") == shown(run.outputs["time_per_output_token"])


def test_a_bad_input_is_explained_next_to_its_field_and_kept(page, address):
    open_page(page, address, "calculators/decode/")
    fill(page, "batch", "-3")
    error = page.locator('[data-field="batch"] .rp-error')
    expect(error).to_be_visible()
    assert "out of range" in error.inner_text()
    assert page.locator('[name="batch"]').input_value() == "-3"
    assert page.locator('[name="batch"]').get_attribute("aria-invalid") == "true"
    fill(page, "batch", "3")
    expect(error).to_be_hidden()
    shows(page, call.run("decode", {"batch": "3"}))


def test_what_does_not_fit_is_said_at_the_gpus(page, address):
    open_page(page, address, "calculators/decode/?gpus=1")
    expect(page.locator('[data-field="gpus"] .rp-error')).to_contain_text("too few")


def test_reset_returns_to_the_defaults(page, address):
    open_page(page, address, "calculators/weights/?model=llama-2-7b")
    shows(page, call.run("weights", {"model": "llama-2-7b"}))
    page.click('[data-action="reset"]')
    expect(page.locator(".rp-summary")).to_have_text(call.run("weights").summary)
    expect(field(page, "model")).to_have_value("llama-2-70b")
    expect(page).to_have_url(re.compile(r"/weights/$"))
    assert value(page, "Weights") == shown(call.run("weights").outputs["total"])


def test_copy_link_and_downloads(page, address):
    open_page(page, address, "calculators/cost/")
    fill(page, "rate", "250 token/s")
    shows(page, call.run("cost", {"rate": "250 token/s"}))
    page.click('[data-action="copy-link"]')
    expect(page.locator(".rp-status")).to_have_text("Link copied.")
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
    expect(page.locator(".rp-working ol")).to_be_visible()
    before = page.locator(".rp-working ol").inner_text()
    fill(page, "gpus", "4")
    expect(page.locator(".rp-working ol")).not_to_have_text(before)
    state(page, "ready")
    expect(page.locator(".rp-working ol")).to_be_visible()


def test_a_text_that_looks_like_markup_stays_text(page, address):
    open_page(page, address, "calculators/decode/?batch=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(page.locator('[data-field="batch"] .rp-error')).to_contain_text("<img")
    assert page.locator(f"{SECTION} img").count() == 0


def test_a_stated_number_opens_the_calculator_with_its_inputs(page, address):
    page.goto(address + "guides/h100-or-a100-inference/")
    link = page.locator('a.stated[href*="calculators/decode/?"]').first
    stated = link.get_attribute("href")
    link.click()
    mounted(page)
    state(page, "ready")
    for pair in stated.split("?")[1].split("&"):
        name, _, text = pair.partition("=")
        assert page.locator(f'[name="{name}"]').input_value() == page.evaluate(
            "text => decodeURIComponent(text.replaceAll('+', ' '))", text
        )
