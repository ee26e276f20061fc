"""How a form lives on its page: history, links, swaps by the theme, failures. Python is stood in for where it does not matter."""

import re

import pytest
from playwright.sync_api import expect
from reader import NEVER_STARTS, SECTION, STAND_IN, hold, mounted, open_page, release, result_html, stand_in, state, summary

pytestmark = pytest.mark.browser


def test_nothing_loads_before_the_reader_shows_interest(page, address):
    asked = stand_in(page)
    open_page(page, address)
    page.wait_for_timeout(500)
    state(page, "default")
    assert asked == []
    page.focus('[name="batch"]')
    state(page, "ready")
    assert asked != []


def test_what_was_typed_before_the_script_came_is_kept(page, address):
    stand_in(page)
    waiting = hold(page, "**/calculators/main.js")
    page.goto(address + "calculators/decode/", wait_until="commit")
    page.fill('[name="batch"]', "64")
    release(page, waiting)
    summary(page, "{batch:64}")
    expect(page).to_have_url(re.compile(r"\?batch=64$"))


def test_what_was_unfolded_before_the_script_came_stays_open(page, address):
    stand_in(page)
    waiting = hold(page, "**/calculators/main.js")
    page.goto(address + "calculators/decode/", wait_until="commit")
    page.click(".rp-working summary")
    release(page, waiting)
    mounted(page)
    page.fill('[name="batch"]', "64")
    summary(page, "{batch:64}")
    expect(page.locator(".rp-working")).to_have_attribute("open", "")


def test_only_the_newest_inputs_are_asked_about(page, address):
    stand_in(page, f'await fetch(new URL("go", import.meta.url));\n{STAND_IN}')
    waiting = hold(page, "**/runtime/go")
    open_page(page, address, "calculators/decode/?batch=2")
    page.focus('[name="batch"]')
    for batch in ("3", "34", "345", "3456"):
        page.fill('[name="batch"]', batch)
        expect(page).to_have_url(re.compile(rf"\?batch={batch}$"))
    release(page, waiting, body="go")
    summary(page, "{batch:3456} asked 2")
    assert page.evaluate("document.activeElement.name") == "batch"


def test_a_link_to_a_place_on_the_page_keeps_the_inputs(page, address):
    stand_in(page)
    open_page(page, address)
    page.fill('[name="batch"]', "64")
    summary(page, "{batch:64}")
    page.evaluate("section => document.querySelector(section).old = true", SECTION)
    page.locator(".md-sidebar--secondary a.md-nav__link").last.click()
    expect(page).to_have_url(re.compile(r"\?batch=64#.+"))
    # The theme puts a fresh copy of the page in place.
    page.wait_for_function("section => !document.querySelector(section).old", arg=SECTION)
    mounted(page)
    expect(page.locator('[name="batch"]')).to_have_value("64")
    summary(page, "{batch:64}")


def test_a_link_with_other_inputs_changes_them_and_back_returns(page, address):
    stand_in(page)
    open_page(page, address)
    page.fill('[name="batch"]', "64")
    summary(page, "{batch:64}")
    for batch in ("8", "16"):
        page.evaluate(
            "href => document.querySelector('.rp-summary').innerHTML = `<a href='${href}'>other inputs</a>`", f"?batch={batch}"
        )
        page.click("text=other inputs")
        expect(page).to_have_url(re.compile(rf"\?batch={batch}$"))
        expect(page.locator('[name="batch"]')).to_have_value(batch)
        summary(page, f"{{batch:{batch}}}")
    for batch in ("8", "64"):
        page.go_back()
        expect(page.locator('[name="batch"]')).to_have_value(batch)
        summary(page, f"{{batch:{batch}}}")
    page.go_forward()
    summary(page, "{batch:8}")


def test_python_is_kept_from_page_to_page(page, address):
    stand_in(page)
    open_page(page, address, "calculators/decode/?batch=64")
    summary(page, "decode {batch:64} asked 1")
    page.evaluate("window.kept = true")
    expect(page.locator(".rp-elsewhere")).to_have_count(0)  # the built links would carry the inputs of the built result
    page.locator('.md-sidebar--primary a.md-nav__link[href*="weights"]').first.click()
    expect(page.locator(SECTION)).to_have_attribute("data-calculator", "weights")
    mounted(page)
    page.fill('[name="gpus"]', "4")
    summary(page, "weights {gpus:4} asked 2")  # counted by the same Python
    assert page.evaluate("window.kept") is True
    page.go_back()
    summary(page, "decode {batch:64}")
    expect(page.locator('[name="batch"]')).to_have_value("64")


_LISTEN = """() => {
  window.rehearsed = [];
  new BroadcastChannel("rehearsed").onmessage = ({ data }) => window.rehearsed.push(data);
}"""


def test_what_an_edit_waits_for_is_rehearsed_while_nothing_is_asked(page, address):
    tells = "rehearse: (...what) => new BroadcastChannel('rehearsed').postMessage(what)"
    stand_in(page, STAND_IN.replace("rehearse: () => {}", tells))
    open_page(page, address)
    page.evaluate(_LISTEN)
    page.fill('[name="batch"]', "64")
    page.wait_for_function("window.rehearsed.length === 60")
    assert {tuple(each) for each in page.evaluate("window.rehearsed")} == {("decode", "answer chart-title chart-wide")}
    page.fill('[name="batch"]', "8")
    summary(page, "{batch:8}")


def test_a_bad_input_leaves_the_last_good_result_marked(page, address):
    stand_in(page)
    open_page(page, address, "calculators/decode/?batch=64")
    summary(page, "{batch:64}")
    page.fill('[name="batch"]', "-1")
    state(page, "problem")
    expect(page.locator('[data-field="batch"] .rp-error')).to_have_text("“-1” is out of range.")
    expect(page.locator(".rp-status")).to_contain_text("last inputs that could be used")
    expect(page.locator(".rp-result")).to_have_class(re.compile("rp-outdated"))
    summary(page, "{batch:64}")
    expect(page).to_have_url(re.compile(r"\?batch=-1$"))
    page.reload()
    state(page, "problem")
    expect(page.locator('[name="batch"]')).to_have_value("-1")
    page.click('[data-action="reset"]')
    expect(page.locator('[data-field="batch"] .rp-error')).to_be_hidden()
    expect(page.locator(".rp-result")).not_to_have_class(re.compile("rp-outdated"))


def test_the_built_result_comes_back_with_the_defaults(page, address):
    stand_in(page)
    open_page(page, address)
    built = result_html(page)
    hint = page.locator('[name="bandwidth"]').get_attribute("placeholder")
    page.fill('[name="batch"]', "64")
    summary(page, "{batch:64}")
    expect(page.locator('[name="bandwidth"]')).to_have_attribute("placeholder", 'bandwidth for {"batch":"64"}')
    page.fill('[name="batch"]', "")  # an empty field stands for its default
    expect(page.locator('[name="batch"]')).to_have_attribute("placeholder", "1")
    expect(page.locator('[name="bandwidth"]')).to_have_attribute("placeholder", hint)
    assert result_html(page) == built
    expect(page).to_have_url(re.compile(r"/decode/$"))


def test_what_is_open_and_focused_in_the_result_stays_so(page, address):
    stand_in(page)
    open_page(page, address, "calculators/decode/?batch=64")
    summary(page, "{batch:64}")
    page.click(".rp-working summary")
    page.evaluate("document.querySelector('[name=batch]').value = '8'")
    page.dispatch_event('[name="batch"]', "input", {"bubbles": True})
    page.focus(".rp-working summary")
    summary(page, "{batch:8}")
    expect(page.locator(".rp-working")).to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.textContent") == "Show the working"


def test_the_answer_is_read_out_once(page, address):
    stand_in(page)
    open_page(page, address, "calculators/decode/?batch=64")
    summary(page, "{batch:64}")
    expect(page.locator(".rp-status")).to_have_text("decode {batch:64} asked 1")
    expect(page.locator(".rp-result")).to_have_attribute("aria-live", "off")


def test_what_an_address_names_in_vain_is_said(page, address):
    stand_in(page)
    open_page(page, address, "calculators/decode/?batch=64&colour=red&h=words")
    summary(page, "{batch:64}")
    expect(page.locator(".rp-status")).to_have_text("Ignored in the address: colour.")


def test_what_an_address_leaves_empty_is_said_where_a_default_takes_its_place(page, address):
    stand_in(page)
    open_page(page, address, "calculators/decode/?gpu=&batch=+&bandwidth=&context=8192&colour=")
    summary(page, "{context:8192}")
    said = "Ignored in the address: colour. Empty in the address, and left at the default: gpu, batch."
    expect(page.locator(".rp-status")).to_have_text(said)


def test_what_is_said_of_an_address_goes_with_it(page, address):
    stand_in(page)
    page.route("**/sitemap.xml", lambda route: route.fulfill(body="<urlset/>"))  # else the theme makes the whole page anew
    open_page(page, address, "calculators/decode/?colour=red&=1")
    expect(page.locator(".rp-status")).to_have_text("Ignored in the address: colour.")
    page.evaluate("history.pushState(null, '', location.pathname); dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.locator(".rp-status")).to_have_text("")
    state(page, "default")


def test_an_entry_that_a_list_does_not_have_is_explained(page, address):
    open_page(page, address, "calculators/decode/?gpu=h100-sxm4")
    state(page, "problem")
    expect(page.locator('[data-field="gpu"] .rp-error')).to_contain_text("h100-sxm5-80gb")
    page.select_option('[name="gpu"]', "h200-sxm-141gb")
    state(page, "ready")
    expect(page).to_have_url(re.compile(r"\?gpu=h200-sxm-141gb$"))


@pytest.mark.parametrize(
    ("file", "answer", "reason"),
    [
        ("pyodide.asm.wasm", {"content_type": "text/html", "body": "<p>hello"}, "sends pyodide.asm.wasm as “text/html”"),
        ("python_stdlib-*.zip", {"status": 200, "body": "not a zip"}, "or is not the file that was published"),
        ("calculators-*.zip", {"status": 200, "body": "not a zip"}, "or is not the file that was published"),
        ("pyodide.mjs", {"content_type": "text/plain", "body": "export {}"}, "sends pyodide.mjs as “text/plain”"),
        ("pyodide.mjs", {"status": 404, "body": "gone"}, "The server has no pyodide.mjs (status 404)"),
    ],
)
def test_a_start_that_fails_says_why_and_can_be_tried_again(browser, address, file, answer, reason):
    context = browser.new_context()
    page = context.new_page()
    context.route(f"**/runtime/{file}", lambda route: route.fulfill(**answer))
    open_page(page, address)
    built = result_html(page)
    page.fill('[name="batch"]', "64")
    state(page, "failed")
    expect(page.locator(".rp-status")).to_contain_text(reason)
    expect(page.locator(".rp-status")).to_contain_text("The result shown is for the default inputs.")
    assert result_html(page) == built
    context.unroute(f"**/runtime/{file}")
    page.click("text=Try again")
    state(page, "ready")
    assert result_html(page) != built
    context.close()


def test_a_start_that_hangs_is_given_up(page, address):
    stand_in(page, NEVER_STARTS)
    page.clock.install()
    open_page(page, address)
    page.fill('[name="batch"]', "64")
    page.clock.run_for(1_000)
    expect(page.locator(".rp-status")).to_contain_text("Starting Python in your browser")
    page.clock.run_for(60_000)
    state(page, "failed")
    expect(page.locator(".rp-status")).to_contain_text("Nothing has happened for 45 seconds.")


def test_a_link_that_cannot_be_copied_is_offered(browser, address):
    context = browser.new_context()
    page = context.new_page()
    stand_in(page)
    open_page(page, address, "calculators/decode/?batch=64")
    summary(page, "{batch:64}")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    page.click('[data-action="copy-link"]')
    offered = page.locator(".rp-status input")
    expect(offered).to_have_value(page.url)
    assert page.evaluate("getSelection().toString() || document.activeElement.value") == page.url
    context.close()
