"""Forms by keyboard alone: every control is reached in the order it is read, shows that it has the focus, and can be worked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from reader import SECTION, mounted, state

from calculators import names

pytestmark = pytest.mark.browser

# One step of the walk: where the focus is now, and whether that can be seen.
_STEP = """() => {
  const on = document.activeElement, style = getComputedStyle(on);
  const seen = on.matches(":focus-visible") && (style.outlineStyle !== "none" || style.boxShadow !== "none");
  (window.walked ??= []).push(on);
  return {
    inside: Boolean(on.closest(".rp-calculator")),
    folded: on.localName === "summary" && Boolean(on.closest("form")) && !on.parentElement.open,
    unseen: seen ? "" : on.outerHTML.slice(0, 150),
  };
}"""

# What the walk left out of all that can be worked, and what it met before its turn.
_WALKED = """() => {
  const section = document.querySelector(".rp-calculator");
  const controls = [...section.querySelectorAll("input, select, textarea, button, summary, a[href], [tabindex='0']")];
  const can = controls.filter((each) => each.checkVisibility() && !each.disabled && each.tabIndex >= 0);
  const walked = window.walked.filter((each) => section.contains(each));
  const early = (each, at) => at && !(walked[at - 1].compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
  const text = (each) => each.outerHTML.slice(0, 150);
  return {missed: can.filter((each) => !walked.includes(each)).map(text), early: walked.filter(early).map(text), all: can.length};
}"""


@pytest.fixture(scope="module")
def calm(watched) -> Iterator[Page]:
    """One page for all forms."""
    with watched(service_workers="block") as page:
        yield page


def walk(page: Page) -> list[str]:
    """Press Tab from the first control of the form to the last of the result, unfolding what the form has folded."""
    page.locator(f"{SECTION} form").locator("input, select, textarea").first.focus()
    unseen = []
    for _ in range(200):
        step = page.evaluate(_STEP)
        if not step["inside"]:
            return unseen
        if step["unseen"]:
            unseen.append(step["unseen"])
        if step["folded"]:
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    raise AssertionError("the focus does not leave the calculator")


@pytest.mark.parametrize("name", names())
def test_a_keyboard_reaches_every_control(name: str, calm: Page, address: str):
    calm.goto(f"{address}calculators/{name}/")
    mounted(calm)
    assert walk(calm) == []
    walked = calm.evaluate(_WALKED)
    assert walked["all"] > 8
    assert walked["missed"] == []
    assert walked["early"] == []


def test_a_question_is_asked_and_its_answer_unfolded_without_a_pointer(page, address):
    page.goto(f"{address}calculators/decode/")
    mounted(page)
    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        if page.evaluate("() => document.activeElement.name === 'batch'"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("8")
    state(page, "ready")
    expect(page).to_have_url(f"{address}calculators/decode/?batch=8#decoding-speed")
    for _ in range(40):
        if page.evaluate("() => document.activeElement.closest('.rp-working') !== null"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".rp-working li").first).to_be_visible()
