"""A real Chromium starts Python from an assembled folder, as sources too, and asks no other origin."""

import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser

from hooks.runtime import assemble

pytestmark = pytest.mark.browser

LOAD = """async () => {
    const { calculators, info, library } = await (await fetch("runtime.json")).json();
    const { loadPyodide } = await import(new URL("pyodide.mjs", location).href);
    const pyodide = await loadPyodide({ lockFileContents: { info, packages: {} }, stdLibURL: new URL(library, location).href });
    const { install } = await import(new URL("install.js", location).href);
    install(pyodide, new Uint8Array(await (await fetch(calculators)).arrayBuffer()));
    return pyodide.runPython("import calculators; calculators.ANSWER");
}"""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder without a word, with the types that module scripts and streaming compilation insist on."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def folder(project: Path, root: Path, tmp_path: Path) -> Path:
    folder = assemble(project, tmp_path)
    shutil.copy(root / "docs" / "assets" / "calculators" / "install.js", folder)
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
