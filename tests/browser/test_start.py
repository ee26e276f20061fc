"""How Python starts: from files, from memory that is kept, again after it died; and without a network."""

from collections.abc import Iterator

import memories
import pytest
from conftest import PREFIX, Handler, serving
from playwright.sync_api import BrowserContext, Page, expect
from reader import AS_PYODIDE, START_MS, fill, open_page, shows, state

from calculators import call

pytestmark = pytest.mark.browser

FILES = ("pyodide.asm.wasm", "python_stdlib-", "calculators-")
MORTAL = (
    """
const dies = await (await fetch(new URL("dies", import.meta.url))).text();
function answer(calculator, inputs, parts) {
  const { batch } = JSON.parse(inputs);
  if (batch === "13" && dies === "yes") throw new WebAssembly.RuntimeError("unreachable");
  const made = (name) => [name, name === "answer" ? `<p class="rp-summary">batch ${batch}</p>` : ""];
  const found = Object.fromEntries(parts.split(" ").map(made));
  return JSON.stringify({ parts: found, problems: [], placeholders: {}, given: { batch } });
}
"""
    + AS_PYODIDE
)
LISTEN = """() => {
  const status = document.querySelector(".rp-status");
  window.said = [];
  new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true, subtree: true });
}"""
KEPT = "async () => (await caches.keys()).sort()"


@pytest.fixture
def context(browser) -> Iterator[BrowserContext]:
    """A reader who has never been here."""
    context = browser.new_context()
    yield context
    context.close()


def downloads(context: BrowserContext) -> list[str]:
    """The large files that are asked for from now on, in the words of FILES."""
    asked: list[str] = []
    context.on("request", lambda request: asked.extend(name for name in FILES if f"/runtime/{name}" in request.url))
    return asked


def answers(page: Page, batch: str) -> None:
    fill(page, "batch", batch)
    shows(page, call.run("decode", {"batch": batch}))


def visit_that_is_remembered(context: BrowserContext, address: str) -> Page:
    """A page whose answer has come, and whose memory is kept."""
    page = context.new_page()
    open_page(page, address)
    answers(page, "64")
    memories.wait_until_kept(page)
    return page


def test_a_first_visit_downloads_three_files_and_a_second_none(context, address):
    asked, page = downloads(context), context.new_page()
    open_page(page, address)
    answers(page, "64")
    assert sorted(asked) == sorted(FILES)
    assert len(runtimes(page)) == 1
    memories.wait_until_kept(page)
    page.close()

    asked.clear()
    page = context.new_page()
    open_page(page, address)
    expect(page.locator(".rp-status")).to_have_text("Python is ready.", timeout=START_MS)  # nobody touched the form
    answers(page, "32")
    assert asked == []


def test_memory_that_is_not_whole_is_made_again_without_a_download(context, address):
    page = visit_that_is_remembered(context, address)
    memories.cut(page)
    memories.wait_until_kept(page, 0)
    page.close()

    asked, page = downloads(context), context.new_page()
    open_page(page, address)
    answers(page, "32")
    memories.wait_until_kept(page)
    assert asked == []


def test_memory_that_cannot_be_used_is_passed_over_in_silence(context, address):
    page = visit_that_is_remembered(context, address)
    memories.spoil(page)
    page.close()

    page = context.new_page()
    open_page(page, address)
    answers(page, "32")


def test_what_a_reader_typed_is_not_in_the_memory_that_is_kept(context, address):
    page = context.new_page()
    open_page(page, address, "calculators/decode/?batch=37")
    shows(page, call.run("decode", {"batch": "37"}))
    memories.wait_until_kept(page)
    assert memories.hold(page, "calculators.present.live")
    assert not memories.hold(page, '"batch":"37"')


def test_what_is_kept_gives_way_to_a_newer_build(context, address):
    page = visit_that_is_remembered(context, address)
    (kept,) = runtimes(page)
    index = page.request.get(f"{address}runtime/runtime.json").json()
    page.close()

    newer = index | {"build": "newer"}
    context.route("**/runtime/runtime.json", lambda route: route.fulfill(json=newer))
    asked, page = downloads(context), context.new_page()
    open_page(page, address, "calculators/decode/?batch=32")
    shows(page, call.run("decode", {"batch": "32"}))
    assert set(asked) == set(FILES)
    page.wait_for_function("async (old) => !(await caches.keys()).includes(old)", arg=kept)
    assert [name.rpartition(" ")[2] for name in runtimes(page)] == ["newer"]
    memories.wait_until_kept(page)


def runtimes(page: Page) -> list[str]:
    """The builds of the runtime that are kept."""
    return [name for name in page.evaluate(KEPT) if "/runtime/ " in name]


def test_what_an_earlier_build_has_kept_is_dropped_and_nothing_else(context, address):
    page = context.new_page()
    open_page(page, address)
    old, foreign = f"{address}runtime/ old", f"{address}other/runtime/ old"
    page.evaluate("names => Promise.all(names.map((name) => caches.open(name)))", [old, foreign])
    answers(page, "64")
    page.wait_for_function("async (old) => !(await caches.keys()).includes(old)", arg=old)
    assert foreign in page.evaluate(KEPT)


def mortal(context: BrowserContext, lives: list[str]) -> None:
    """In place of Python: whenever it starts it reads whether it dies of a batch of 13."""
    context.route("**/runtime/pyodide.mjs", lambda route: route.fulfill(content_type="text/javascript", body=MORTAL))
    context.route("**/runtime/dies", lambda route: route.fulfill(body=lives.pop(0)))


@pytest.mark.parametrize(("lives", "ends_as"), [(["yes", "no"], "ready"), (["yes", "yes", "no"], "failed")])
def test_python_that_dies_is_started_again_and_asked_again_once(context, address, lives, ends_as):
    mortal(context, lives)
    page = context.new_page()
    open_page(page, address)
    fill(page, "batch", "12")
    expect(page.locator(".rp-summary")).to_have_text("batch 12")
    page.evaluate(LISTEN)
    fill(page, "batch", "13")
    page.wait_for_function("window.said.some((words) => words.includes('Python has stopped and is being started again'))")
    state(page, ends_as)
    if ends_as == "failed":
        expect(page.locator(".rp-status")).to_contain_text("unreachable")
        fill(page, "batch", "14")
        page.click("text=Try again")
        expect(page.locator(".rp-summary")).to_have_text("batch 14")
    else:
        expect(page.locator(".rp-summary")).to_have_text("batch 13")


class Unkept(Handler):
    """Has the browser's own cache keep nothing, which would do for the service worker."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


def test_pages_that_were_read_open_without_a_network(context, site):
    page = context.new_page()
    with serving(site, Unkept) as address:
        open_page(page, address)
        answers(page, "64")
        page.wait_for_function(
            "async (all) => (await Promise.all(all.map((one) => caches.match(one)))).every(Boolean)",
            arg=[
                address + path
                for path in (
                    "calculators/decode/",
                    "runtime/runtime.json",
                    "runtime/pyodide.asm.wasm",
                    "runtime/pyodide.asm.mjs",
                    "assets/calculators/worker.js",
                )
            ],
            timeout=START_MS,
        )
    open_page(page, address, "calculators/decode/?batch=32")
    shows(page, call.run("decode", {"batch": "32"}))
    memories.wait_until_kept(page)
    open_page(page, address, "calculators/decode/?batch=16")
    shows(page, call.run("decode", {"batch": "16"}))


class Changing(Handler):
    """Gives a page new words. What is asked ahead of the service worker is seen by no route of Playwright."""

    changed = False

    def do_GET(self) -> None:
        if not (self.changed and self.path == f"{PREFIX}about/"):
            return super().do_GET()
        body = b"<!doctype html><h1>New words</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_the_network_is_asked_first_as_long_as_there_is_one(context, site):
    handler = type("Changed", (Changing,), {})
    with serving(site, handler) as address:
        page = context.new_page()
        page.goto(f"{address}about/")
        page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        page.reload()
        expect(page.locator("h1")).not_to_have_text("New words")
        handler.changed = True
        page.reload()
        expect(page.locator("h1")).to_have_text("New words")
