"""A real Chromium loads the assembled folder from its own origin, and refuses a wheel that the lock file does not mean."""

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Error

from hooks.runtime import assemble

pytestmark = pytest.mark.browser

LOAD = """async () => {
    const { loadPyodide } = await import(new URL("pyodide.mjs", location).href);
    const pyodide = await loadPyodide();
    await pyodide.loadPackage("ridgepoint-calculators", { messageCallback: () => {}, errorCallback: () => {} });
    return pyodide.runPython("import calculators; calculators.ANSWER");
}"""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder without a word, with the types that module scripts and streaming compilation insist on."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def folder(project: Path, tmp_path: Path) -> Path:
    folder = assemble(project, tmp_path)
    (folder / "index.html").write_text("<!doctype html><title>An empty page</title><link rel=icon href=data:,>")
    return folder


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_loads_from_its_own_origin_alone(browser: Browser, address: str):
    page, asked, complaints = browser.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    assert page.evaluate(LOAD) == 42
    page.close()
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert complaints == []


def test_a_wheel_that_differs_from_the_lock_is_refused(browser: Browser, address: str, folder: Path):
    wheel = folder / json.loads((folder / "runtime.json").read_text())["wheel"]
    wheel.write_bytes(wheel.read_bytes() + b"one more byte")
    page, complaints = browser.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    with pytest.raises(Error, match="calculators"):
        page.evaluate(LOAD)
    page.close()
    assert any("integrity" in complaint for complaint in complaints)
