"""Whatever an address or a field holds, the page stays a page: nothing of it runs, and what is wrong is said."""

from urllib.parse import urlencode

import pytest
from hostile import MARKUP, NUMBERS, SIGNS, UNITS
from playwright.sync_api import Page, expect
from reader import SECTION, START_MS, field, open_page, state

from calculators import call

pytestmark = pytest.mark.browser

TEXTS = [*MARKUP, "__proto__", *NUMBERS[:12], "1e999", "１２", "1_000", "1" * 2_000, UNITS[0], *SIGNS[:5]]
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


@pytest.mark.parametrize("name", ["decode", "compare"])
def test_a_hostile_text_in_a_field_is_explained(page, address, name):
    page.add_init_script("window.alert = () => { window.ran = true; }")
    open_page(page, address, f"calculators/{name}/")
    last = list(call.get(name).input_specs)[1]
    box = {"decode": "batch", "compare": last}[name]
    for text in TEXTS:
        field(page, box).fill(text)
        good = text in ("-0", "1e308") and name == "compare"  # a number that can be compared with
        section = page.locator(f'{SECTION}[data-state="problem"], {SECTION}[data-state="ready"]')
        expect(section).to_be_attached(timeout=START_MS)
        if not good:
            state(page, "problem")
            error = page.locator(f'[data-field="{box}"] .rp-error')
            expect(error).to_contain_text("Accepted:")
            assert len(error.inner_text()) < 2_000
        is_quiet(page)
    field(page, box).fill("2" if name == "decode" else "2 TB/s")
    state(page, "ready")


def test_hostile_texts_in_every_parameter_and_as_names(page, address):
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
    state(page, "default")

    open_page(page, address, "calculators/decode/?batch=8&batch=%FF%00&batch=9#<img src=x onerror=alert(1)>")
    state(page, "ready")
    expect(field(page, "batch")).to_have_value("9")
    is_quiet(page)
