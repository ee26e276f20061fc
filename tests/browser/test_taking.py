"""What a reader takes from a result: lines that hold as pasted, pictures; and the inputs, to the next calculator."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from struct import unpack

import pytest
from playwright.sync_api import Page, expect
from reader import answer_here, fill, mounted, open_page, section, shows, state

from calculators import call
from calculators.present import cite
from hooks.checks.engine import Checker

pytestmark = pytest.mark.browser
SVG = "{http://www.w3.org/2000/svg}"
EDITED = {"gpu": "a100-sxm4-80gb", "batch": "64"}


def copied(page: Page) -> str:
    expect(page.locator(".rp-status")).to_have_text("Copied.")
    return page.evaluate("navigator.clipboard.readText()")


def edited(page: Page, address: str) -> call.Run:
    """The page of decode, with the result of EDITED."""
    answer_here(page)
    open_page(page, address, f"calculators/decode/?gpu={EDITED['gpu']}")
    fill(page, "batch", EDITED["batch"])
    run = call.run("decode", EDITED)
    shows(page, run)
    return run


def test_lines_are_copied_by_keyboard_and_hold_as_pasted(page, address):
    run = edited(page, address)
    page.get_by_role("button", name="Copy as Markdown claim").press("Enter")
    line = copied(page)
    assert line == cite.claims(run)["time_per_output_token"] and "gpu=a100-sxm4-80gb" in line and "model=llama-2-70b" in line
    assert Checker().page(Path("page.md"), f"---\ntitle: A\n---\n\n# A\n\nA step takes {line} or more.\n").problems == []

    page.get_by_role("button", name="Copy as Python").press("Enter")
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('from')")
    assert page.evaluate("navigator.clipboard.readText()") == cite.python(run)
    assert page.evaluate("document.activeElement.textContent") == "Copy as Python"

    page.get_by_text("All results").click()
    page.get_by_role("button", name="Copy claim: Read per step").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('bytes_read')")
    assert page.evaluate("navigator.clipboard.readText()") == cite.claims(run)["bytes_read"]


def test_a_line_is_not_copied_from_a_result_of_other_inputs(page, address):
    edited(page, address)
    page.evaluate("navigator.clipboard.writeText('before')")
    fill(page, "batch", "-1")
    state(page, "problem")
    page.get_by_role("button", name="Copy as Markdown claim").click()
    expect(page.locator(".rp-status")).to_have_text("Not taken: the result shown is not the one of the inputs above.")
    assert page.evaluate("navigator.clipboard.readText()") == "before"


def test_a_default_result_is_copied_without_python(page, address):
    page.context.route("**/runtime/*", lambda route: route.abort("blockedbyclient"))
    open_page(page, address)
    page.get_by_text("Cite or reproduce").click()
    page.get_by_role("button", name="Copy: On the command line").click()
    assert copied(page) == cite.command(call.run("decode"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chart_is_saved_as_it_looks(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    open_page(page, address, "calculators/decode/")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    line = page.locator(".rp-chart-wide .rp-chart-line.rp-chart-a").first.evaluate("line => getComputedStyle(line).stroke")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as Chart SVG").click()
    assert download.value.suggested_filename == "decode-chart.svg"
    expect(page.locator(".rp-status")).to_have_text("Saved as decode-chart.svg.")
    drawn = ElementTree.fromstring(download.value.path().read_text("utf-8"))
    assert drawn.find(f"{SVG}rect").get("fill") == ground
    assert any(path.get("stroke") == line for path in drawn.iter(f"{SVG}path"))
    written = " ".join(drawn.itertext())
    assert page.locator(".rp-chart-title").inner_text() in written
    assert all(tick in written for tick in page.locator(".rp-chart-wide .rp-chart-tick").all_text_contents())
    assert not [one for one in drawn.iter() if one.get("class") or one.get("style")]

    with page.expect_download() as download:
        page.get_by_role("button", name="Save as Chart PNG").click()
    content = download.value.path().read_bytes()
    width, height = unpack(">II", content[16:24])
    assert (width, height) == tuple(int(2 * float(drawn.get(side))) for side in ("width", "height"))
    colors = page.evaluate(_CORNER_AND_COLORS, [list(content)])
    assert colors["corner"] == [int(number) for number in re.findall(r"\d+", ground)[:3]]
    assert colors["found"] > 3


# Decode the picture once more, and look at its corner and at how many colours it has.
_CORNER_AND_COLORS = """async ([bytes]) => {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const colors = new Set(new Uint32Array(data.buffer));
  return { corner: [...data.slice(0, 3)], found: colors.size };
}"""


def test_the_next_calculator_opens_with_the_same_gpu_and_model(page, address):
    edited(page, address)
    page.get_by_text("Same inputs in other calculators").click()
    page.locator(".rp-elsewhere").get_by_role("link", name="Does it fit", exact=True).click()
    expect(section(page, "memory_fit")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"memory_fit/\?gpu=a100-sxm4-80gb&model=llama-2-70b$"))
    shows(page, call.run("memory_fit", {"gpu": "a100-sxm4-80gb"}))  # the model is the default there too

    # Any other link to a calculator does the same, once something was given.
    page.locator('.md-sidebar--primary a.md-nav__link[href*="weights/"]').first.click()
    expect(section(page, "weights")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"weights/\?model=llama-2-70b$"))
    page.go_back()
    expect(section(page, "memory_fit")).to_have_count(1)
    mounted(page)
    expect(page.locator('[name="gpu"]')).to_have_value("a100-sxm4-80gb")
    page.click('[data-action="reset"]')
    expect(page).to_have_url(re.compile(r"memory_fit/$"))
    page.locator('.md-sidebar--primary a.md-nav__link[href*="weights/"]').first.click()
    expect(section(page, "weights")).to_have_count(1)
    assert "?" not in page.url
