"""A result comes in parts: what can be seen first, the rest after it, and what has not changed is left alone."""

import pytest
from playwright.sync_api import Page, expect
from reader import SECTION, answer_here, fill, open_page, shows

from calculators import call
from calculators.present.result import AT_ONCE

pytestmark = pytest.mark.browser

# Notes which parts each question to the worker asks for.
NOTED = """window.asked = [];
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...more) {
  if (message.parts) window.asked.push(message.parts);
  return post.call(this, message, ...more);
};"""


def edited(page: Page, address: str, **inputs: str) -> list[list[str]]:
    """The questions that an edit of decode leads to."""
    answer_here(page)
    page.add_init_script(NOTED)
    open_page(page, address)
    for name, text in inputs.items():
        fill(page, name, text)
    shows(page, call.run("decode", inputs))
    return page.evaluate("window.asked")


@pytest.mark.parametrize(("width", "seen", "unseen"), [(1280, "wide", "narrow"), (360, "narrow", "wide")])
def test_what_can_be_seen_is_asked_for_first_and_the_rest_one_by_one(page, address, width, seen, unseen):
    page.set_viewport_size({"width": width, "height": 740})
    first, used, *rest = edited(page, address, batch="64")
    assert first == ["answer", "chart-title", f"chart-{seen}"]
    assert used == ["others", "cite"]  # links and buttons elsewhere take from them
    assert all(len(parts) == 1 for parts in rest) and [f"chart-{unseen}"] in rest
    assert set(first).union(used, *rest) == AT_ONCE - {"picture", "table", "below"}  # which decode does not have


def test_what_is_unfolded_is_asked_for_with_the_rest_that_is_seen(page, address):
    edited(page, address, batch="64")
    page.click(".rp-working summary")
    page.evaluate("window.asked.length = 0")
    fill(page, "batch", "8")
    page.wait_for_function("window.asked.length > 0")
    assert "working" in page.evaluate("window.asked")[0]
    expect(page.locator(".rp-working .rp-step-numbers", has_text="8").first).to_be_visible()


def test_what_takes_long_is_made_when_it_is_unfolded(page, address):
    assert ["sensitivity"] not in edited(page, address, batch="64")
    expect(page.locator(".rp-sensitivity table")).to_have_count(0)
    page.get_by_text("Which input decides").click()
    expect(page.locator(".rp-sensitivity table")).to_be_visible()
    assert page.evaluate("window.asked")[-1] == ["sensitivity"]


def test_a_part_that_stays_the_same_is_not_touched(page, address):
    edited(page, address, batch="64")
    page.evaluate("for (const part of document.querySelectorAll('[data-part]')) if (part.firstChild) part.firstChild.kept = true")
    fill(page, "batch", "8")
    shows(page, call.run("decode", {"batch": "8"}))
    kept = page.evaluate(
        "[...document.querySelectorAll('[data-part]')].filter((part) => part.firstChild?.kept).map((part) => part.dataset.part)"
    )
    assert "chart-title" in kept and "answer" not in kept


def test_what_these_inputs_do_not_have_is_not_shown(page, address):
    answer_here(page)
    open_page(page, address, "calculators/which_gpu/")
    chart = page.locator(f"{SECTION} figure.rp-chart")
    expect(chart).to_be_visible()
    expect(page.locator(".rp-reached")).to_be_visible()
    fill(page, "rank", "speed")
    shows(page, call.run("which_gpu", {"rank": "speed"}))
    expect(chart).to_be_hidden()
    fill(page, "rank", "cost")
    fill(page, "concurrency", "8")
    shows(page, call.run("which_gpu", {"concurrency": "8"}))
    expect(chart).to_be_visible()
    open_page(page, address, "calculators/cost/")  # which no measurement is about
    expect(page.locator(".rp-reached")).to_have_count(1)
    expect(page.locator(".rp-reached")).to_be_hidden()
