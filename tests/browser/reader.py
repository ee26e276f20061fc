"""What a reader does with a calculator in the browser, and what a test waits for: never for a time, always for a sight."""

import json

from playwright.sync_api import Locator, Page, Route, TimeoutError, expect

from calculators.call import Run
from calculators.present.live import answer
from calculators.present.result import result

SECTION = ".rp-calculator"
START_MS = 60_000  # a first start of Python on a busy machine
MOUNTED = '.rp-result[aria-live="off"]'  # the script has taken over the form

# Serves in place of Python where a test wants none: a start that never ends.
NEVER_STARTS = "export const loadPyodide = () => new Promise(() => {});"

# The Pyodide of those that stand in for Python with an `answer` of their own.
AS_PYODIDE = """
const FS = { writeFile: () => {}, unlink: () => {} };
export const loadPyodide = async () => ({ FS, runPython: () => {}, pyimport: () => ({ answer, rehearse: () => {} }) });
"""

# Answers at once with what it was asked, and how often; "-1" is a problem.
STAND_IN = (
    """
let asked = 0;
function answer(calculator, inputs, parts) {
  const [given, names] = [JSON.parse(inputs), parts.split(" ")];
  if (names.includes("answer")) asked += 1;
  if (given.batch === "-1") {
    return JSON.stringify({ parts: null, problems: [{ field: "batch", message: "“-1” is out of range." }] });
  }
  const made = {
    answer: `<p class="rp-summary">${calculator} ${inputs.replaceAll('"', "")} asked ${asked}</p>`,
    working: `Steps for ${inputs}`,
  };
  const placeholders = { bandwidth: `bandwidth for ${inputs}` };
  const found = Object.fromEntries(names.map((name) => [name, made[name] ?? ""]));
  return JSON.stringify({ parts: found, problems: [], placeholders, given });
}
"""
    + AS_PYODIDE
)

# Has the test itself answer, with the same Python outside of the browser: what is looked at is the page.
_ASKS_HERE = (
    """
function answer(calculator, inputs, parts) {
  const request = new XMLHttpRequest();
  request.open("POST", new URL("answer", import.meta.url), false);
  request.send(JSON.stringify([calculator, inputs, parts]));
  return request.responseText;
}
"""
    + AS_PYODIDE
)

# The theme makes the links whole that the page came with, when it comes: the same address, spelt otherwise.
_NORMALIZED = """html => {
  const copy = document.createElement("div");
  copy.innerHTML = html ?? document.querySelector(".rp-result").innerHTML;
  for (const link of copy.querySelectorAll("a[href]")) link.setAttribute("href", link.href);
  return copy.innerHTML;
}"""
_SHOWS_IT = f"expected => ({_NORMALIZED})() === ({_NORMALIZED})(expected)"


def section(page: Page, name: str) -> Locator:
    return page.locator(f'{SECTION}[data-calculator="{name}"]')


def open_page(page: Page, address: str, path: str = "calculators/decode/") -> None:
    """Load a page with a calculator, and wait until its script runs the form."""
    page.goto(address + path)
    mounted(page)


def mounted(page: Page) -> None:
    """Wait until the script runs the form: what is done before stays in the form, but no result comes of it."""
    expect(page.locator(MOUNTED)).to_be_attached(timeout=START_MS)


def state(page: Page, expected: str) -> None:
    expect(page.locator(SECTION)).to_have_attribute("data-state", expected, timeout=START_MS)


def field(page: Page, name: str) -> Locator:
    return page.locator(f'{SECTION} [name="{name}"]')


def fill(page: Page, name: str, text: str) -> None:
    """Put a text into a field, or choose it in a list, unfolding what the field is folded away in."""
    control = field(page, name)
    fold = page.locator("details:not([open])", has=page.locator(f'[name="{name}"]'))
    if fold.count():
        fold.locator("> summary").click()
    if control.evaluate("control => control instanceof HTMLSelectElement"):
        control.select_option(text)
    else:
        control.fill(text)


def result_html(page: Page) -> str:
    """What the page shows as its result, with every link whole."""
    return page.evaluate(_NORMALIZED)


def shows(page: Page, run: Run) -> None:
    """Wait until the page shows a run, to the last byte."""
    expected = str(result(run))
    try:
        page.wait_for_function(_SHOWS_IT, arg=expected, polling=50, timeout=START_MS)
    except TimeoutError:
        assert result_html(page) == page.evaluate(_NORMALIZED, expected)
    state(page, "ready")


def form_holds(page: Page, run: Run) -> None:
    """Every field has what was given, and its default otherwise."""
    texts = {name: run.given.get(name, spec.default) for name, spec in run.calculator.input_specs.items()}
    found = page.eval_on_selector_all(f"{SECTION} [name]", "all => Object.fromEntries(all.map((one) => [one.name, one.value]))")
    assert found == texts


def hold(page: Page, pattern: str) -> list[Route]:
    """Keep requests waiting; returns the list that they are entered in."""
    waiting: list[Route] = []
    page.context.route(pattern, lambda route: waiting.append(route))
    return waiting


def release(page: Page, waiting: list[Route], **answer: object) -> None:
    """Let a request that is kept waiting, or the first one to come, go on to the server or to `answer`."""
    for _ in range(START_MS // 50):
        if waiting:
            break
        page.wait_for_timeout(50)
    route = waiting.pop()
    if answer:
        route.fulfill(**answer)
    else:
        route.continue_()


def stand_in(page: Page, source: str = STAND_IN) -> list[str]:
    """Serve `source` in place of Python; returns the list that the requests for it are entered in."""
    asked: list[str] = []

    def serve(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(content_type="text/javascript", body=source)

    page.context.route("**/runtime/pyodide.mjs", serve)
    return asked


def summary(page: Page, text: str) -> None:
    expect(page.locator(".rp-result .rp-summary")).to_contain_text(text)


def answer_here(page: Page) -> None:
    """Answer the page's questions from this process, which takes no start."""
    stand_in(page, _ASKS_HERE)

    def reply(route: Route) -> None:
        route.fulfill(content_type="application/json", body=answer(*json.loads(route.request.post_data)))

    page.context.route("**/runtime/answer", reply)
