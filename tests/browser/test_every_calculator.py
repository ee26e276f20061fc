"""Every calculator of the package, operated in the built site: edits, a bad value, a reload. Nothing is registered here.

Python starts once: the page goes from calculator to calculator as a reader does, by links that the theme follows without a load.
"""

import json
from collections.abc import Iterator

import pytest
from edits import bad_edit, edits, given
from playwright.sync_api import Page, expect
from reader import MOUNTED, NEVER_STARTS, START_MS, field, fill, form_holds, mounted, result_html, section, shows, state

from calculators import call
from calculators.present.live import answer

pytestmark = pytest.mark.browser

# A reload with Python takes seconds: a few calculators show that the result comes back, every one that the form does.
RELOADED = call.names()[::15]


@pytest.fixture(scope="module")
def visit(watched, address: str) -> Iterator[Page]:
    """A page that stays for all calculators, and Python with it."""
    with watched() as page:
        page.goto(f"{address}calculators/")
        yield page


@pytest.fixture(scope="module")
def without_python(watched) -> Iterator[Page]:
    """Another page, on which Python never comes to an answer."""
    with watched() as page:
        page.context.route(
            "**/runtime/pyodide.mjs", lambda route: route.fulfill(content_type="text/javascript", body=NEVER_STARTS)
        )
        yield page


def arrive(page: Page, address: str, name: str) -> None:
    """Follow the link in the sidebar; the page is not loaded anew. It takes along what was given before, which is put away."""
    here = f"{address}calculators/{name}/"
    if page.url.partition("?")[0] == here:
        page.goto(f"{address}calculators/")
    page.locator(f'.md-sidebar--primary a.md-nav__link[href$="{name}/"]').first.click()
    expect(section(page, name).locator(MOUNTED)).to_be_attached(timeout=START_MS)
    if "?" in page.url:
        page.click('[data-action="reset"]')
        expect(page).to_have_url(here)


@pytest.mark.parametrize("name", call.names())
def test_edits_and_a_bad_value(name: str, visit: Page, address: str):
    arrive(visit, address, name)
    done = {}
    for edit in edits(name):
        done[edit.field] = edit.text
        fill(visit, edit.field, edit.text)
        shows(visit, call.run(name, done))
    expect(visit).to_have_url(f"{address}calculators/{name}/?{call.run(name, done).query}")

    bad, good = bad_edit(name, done), result_html(visit)
    before = field(visit, bad.field).input_value()
    fill(visit, bad.field, bad.text)
    state(visit, "problem")
    (problem,) = json.loads(answer(name, json.dumps(done | {bad.field: bad.text})))["problems"]
    error = visit.locator(f'[data-field="{bad.field}"] .rp-error')
    expect(error).to_be_visible()
    expect(error).to_contain_text(problem["message"])
    expect(visit.locator(".rp-error:visible")).to_have_count(1)
    expect(field(visit, bad.field)).to_have_attribute("aria-invalid", "true")
    expect(field(visit, bad.field)).to_have_value(bad.text)
    expect(visit.locator(".rp-result.rp-outdated")).to_have_count(1)
    assert result_html(visit) == good

    fill(visit, bad.field, before)
    shows(visit, call.run(name, done))
    expect(error).to_be_hidden()
    expect(visit.locator(".rp-outdated")).to_have_count(0)


@pytest.mark.parametrize("name", call.names())
def test_a_reload_keeps_the_form_and_marks_the_default_result(name: str, without_python: Page, address: str):
    page, run = without_python, call.run(name, given(edits(name)))
    if not page.url.startswith(address):
        page.goto(f"{address}calculators/")
    page.evaluate("address => history.replaceState(null, '', address)", f"{address}calculators/{name}/?{run.query}")
    page.reload()
    mounted(page)
    state(page, "starting")
    form_holds(page, run)
    expect(page.locator(".rp-result.rp-outdated .rp-summary")).to_have_text(call.run(name).summary)
    expect(page.locator(".rp-status")).to_contain_text("Starting Python")


@pytest.mark.parametrize("name", RELOADED)
def test_a_reload_brings_back_the_result(name: str, visit: Page, address: str):
    run = call.run(name, given(edits(name)))
    arrive(visit, address, name)
    for edit in edits(name):
        fill(visit, edit.field, edit.text)
    shows(visit, run)
    expect(visit).to_have_url(f"{address}calculators/{name}/?{run.query}")
    visit.reload()
    shows(visit, run)
    form_holds(visit, run)
