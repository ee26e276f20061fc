"""Whatever an address or a field holds, the page stays a page: nothing of it runs, and what is wrong is said."""

from urllib.parse import urlencode

import pytest
from hostile import MARKUP, SIGNS, UNITS
from playwright.sync_api import Page, expect
from reader import answer_here, field, open_page, state

from calculators import call

pytestmark = pytest.mark.browser

TEXTS = [*MARKUP[:3], "__proto__", "nan", "1e999", "１２", "1" * 2_000, UNITS[0], SIGNS[2]]
# Everything that the site itself does not have inside a calculator, or that a text could have become.
INJECTED = """() => [...document.querySelectorAll('.rp-calculator *')].filter((one) =>
  ['SCRIPT', 'IMG', 'IFRAME', 'OBJECT', 'EMBED', 'STYLE', 'LINK'].includes(one.tagName)
  || [...one.attributes].some(({ name, value }) => name.startsWith('on') || /^javascript:/i.test(value))).length"""


def is_quiet(page: Page) -> None:
    """Nothing ran and nothing was put in; the numbers that are shown are finite."""
    assert page.evaluate("window.ran === undefined")
    assert page.evaluate(INJECTED) == 0
    values = page.locator(".rp-result .rp-value").all_inner_texts()
    assert not [value for value in values if value.lower().lstrip("-").startswith(("nan", "inf"))]


def test_a_hostile_text_in_a_field_is_explained(page, address):
    answer_here(page)
    page.add_init_script("window.alert = () => { window.ran = true; }")
    open_page(page, address, "calculators/decode/")
    for text in TEXTS:
        field(page, "batch").fill(text)
        error = page.locator('[data-field="batch"] .rp-error')
        expect(error).to_contain_text(text[:20] if text.isprintable() else "‹U+202E›")
        expect(error).to_contain_text("Accepted:")
        assert len(error.inner_text()) < 400
        is_quiet(page)
    field(page, "batch").fill("2")
    state(page, "ready")
    is_quiet(page)


def test_hostile_texts_in_every_parameter_and_as_names(page, address):
    answer_here(page)
    page.add_init_script("window.alert = () => { window.ran = true; }")
    fields = list(call.get("decode").input_specs)
    open_page(page, address, "calculators/decode/?" + urlencode(dict.fromkeys(fields, MARKUP[0])))
    state(page, "problem")
    is_quiet(page)
    # A list cannot hold what it does not have; the error names it, and the next choice takes it away.
    expect(page.locator('[data-field="gpu"] .rp-error')).to_contain_text(MARKUP[0])

    names = {text: "1" for text in (*MARKUP, "__proto__", "constructor", "\u202ereversed", "x" * 5_000)}
    open_page(page, address, "calculators/decode/?" + urlencode(names))
    said = page.locator(".rp-status")
    expect(said).to_contain_text("Ignored in the address: <script>alert(1)</script>")
    assert len(said.inner_text()) < 400 and "\u202e" not in said.inner_text()
    is_quiet(page)
    page.locator(".rp-form").hover()
    state(page, "ready")
    expect(said).to_contain_text("Ignored in the address: <script>alert(1)</script>")

    open_page(page, address, "calculators/decode/?batch=8&batch=%FF%00&batch=9#<img src=x onerror=alert(1)>")
    state(page, "ready")
    expect(field(page, "batch")).to_have_value("9")
    is_quiet(page)
