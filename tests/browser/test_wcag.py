"""The rules of WCAG 2.2, A and AA, that axe-core can judge: each kind of page, light and dark, wide and narrow."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from reader import answer_here, fill, open_page, state

pytestmark = pytest.mark.browser

PAGES = [
    "",
    "404.html",
    "guides/",
    "guides/h100-or-a100-inference/",
    "notebooks/read-a-roofline/",
    "notes/decoding/",
    "calculators/",
    "calculators/which_gpu/",
    "calculators/compare/",
    "gpus/",
    "gpus/h100-sxm5-80gb/",
    "models/llama-3.1-70b/",
    "links/",
    "audit/",
    "about/how-this-site-checks-itself/",
]
VIOLATIONS = """async () => {
  const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
  const found = await axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] });
  if (found.passes.length < 10) throw new Error("axe looked at nothing");
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}"""


@pytest.fixture(scope="module")
def axe(root: Path) -> str:
    """The rules, as a script."""
    return (root / "node_modules/axe-core/axe.min.js").read_text("utf-8")


@pytest.fixture(params=[("light", 1280), ("dark", 390)], ids=lambda view: view[0])
def still(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on which colours do not change while they are looked at: light and wide, and dark and narrow."""
    scheme, width = request.param
    size = {"width": width, "height": 900}
    context = browser.new_context(color_scheme=scheme, viewport=size, reduced_motion="reduce", service_workers="block")
    yield context.new_page()
    context.close()


def violations(page: Page, axe: str) -> list[str]:
    """The rules that what the page shows breaks, and where."""
    page.evaluate(axe)
    return page.evaluate(VIOLATIONS)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_breaks_no_rule(still, address, axe, path):
    still.goto(address + path)
    assert violations(still, axe) == []


@pytest.mark.parametrize(("batch", "outcome"), [("8", "ready"), ("-1", "problem")])
def test_a_calculator_that_answers_or_refuses_breaks_no_rule(still, address, axe, batch, outcome):
    answer_here(still)
    open_page(still, address)
    fill(still, "batch", batch)
    state(still, outcome)
    assert violations(still, axe) == []


def test_the_rules_see_what_is_wrong(still, address, axe):
    still.goto(f"{address}about/hosting/")
    still.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=\"data:,\"><button></button>')")
    assert {found.partition(":")[0] for found in violations(still, axe)} == {"image-alt", "button-name"}
