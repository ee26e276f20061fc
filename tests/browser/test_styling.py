"""Opening a page does not have the browser style it again and again, and going to the next one keeps its style sheets."""

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


def styled(browser: Browser, page: Page, path: str) -> int:
    """How many elements the browser styles while a page is opened, one that is styled twice counting twice."""
    session = browser.new_browser_cdp_session()
    events: list[dict] = []
    ended: list[dict] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda end: ended.append(end))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": ["devtools.timeline"]}, "transferMode": "ReportEvents"})
    page.goto(path, wait_until="networkidle")
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(50)
    session.detach()
    return sum(event["args"].get("elementCount", 0) for event in events if event["name"] == "UpdateLayoutTree")


@pytest.mark.parametrize(
    ("path", "color_scheme"),
    [("gpus/h100-sxm5-80gb/", "light"), ("guides/run-a-70b-model/", "light"), ("gpus/h100-sxm5-80gb/", "dark")],
)
def test_a_page_is_styled_once_while_it_is_opened(browser, watched, address, path, color_scheme):
    with watched(color_scheme=color_scheme) as page:
        times = styled(browser, page, address + path)
        elements = page.evaluate("document.querySelectorAll('*').length")
    assert elements > 1_500
    changes = {"light": 0, "dark": 3}  # colors change, without transitions; and the scheme that the browser's own parts follow
    assert elements / 4 < times < elements * (2 + changes[color_scheme])  # tables far below the screen come later


def test_the_next_page_keeps_the_style_sheets_and_finds_its_picture(page, address):
    page.goto(address + "gpus/a2/", wait_until="networkidle")
    sheets = page.locator("head link[rel=stylesheet]")
    page.evaluate("for (const one of document.querySelectorAll('link[rel=stylesheet]')) one.seen = true")
    loaded = sheets.count()
    assert loaded >= 2
    page.locator(".md-tabs").get_by_role("link", name="Calculators", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Calculators")
    page.locator("article a[href*='decode/']").first.click()
    expect(page.locator(".rp-calculator")).to_have_count(1)
    assert sheets.evaluate_all("all => all.map((one) => one.seen)") == [True] * loaded
    assert page.evaluate("document.querySelectorAll('meta[name=color-scheme]').length") == 1
    icon = page.locator("link[rel=icon]").evaluate("link => link.href")
    assert icon == f"{address}assets/favicon.svg"


def test_the_scheme_that_a_reader_chooses_is_the_browsers_too(page, address):
    page.goto(address, wait_until="networkidle")
    scheme = page.locator("meta[name=color-scheme]")
    expect(scheme).to_have_attribute("content", "light")
    page.get_by_title("Switch to dark").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    expect(scheme).to_have_attribute("content", "dark")
    expect(page.locator("body[data-md-color-switching]")).to_have_count(0)
