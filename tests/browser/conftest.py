"""The site, built once as it is published, served under a sub-path; a Chromium that reports whatever goes wrong."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, TimeoutError, expect, sync_playwright
from reader import START_MS

PREFIX = "/handbook/"
# What is waited for comes at once or not at all; only a busy machine needs longer than the default of five seconds.
expect.set_options(timeout=START_MS)
PAUSE_MS = 50
_BLOCKED = "Service Worker registration blocked by Playwright"  # where a test asked for that
BUILT_FOR = f"http://127.0.0.1:8000{PREFIX}"


def ask_until(page: Page, expression: str, *, arg: object = None, timeout: float = START_MS, polling: object = None) -> None:
    """Ask the page until the answer is true. Playwright would have the page evaluate text by itself, which its policy forbids."""
    for _ in range(int(timeout / PAUSE_MS)):
        if page.evaluate(expression, arg):
            return
        page.wait_for_timeout(PAUSE_MS)
    raise TimeoutError(f"not true after {timeout} ms: {expression}")


Page.wait_for_function = ask_until


class Handler(SimpleHTTPRequestHandler):
    """Serves a site below PREFIX and nothing above it; names its own origin in the sitemap, which instant navigation reads."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def do_GET(self) -> None:
        if not self.path.startswith(PREFIX):
            return self.send_error(404)
        self.path = "/" + self.path[len(PREFIX) :]
        if self.path == "/sitemap.xml":
            return self._sitemap()
        return super().do_GET()

    def _sitemap(self) -> None:
        text = Path(self.directory, "sitemap.xml").read_text("utf-8")
        body = text.replace(BUILT_FOR, f"http://{self.headers['Host']}{PREFIX}").encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(site: Path, handler: type[Handler] = Handler) -> Iterator[str]:
    """The address of a server of its own, with the sub-path."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=site))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site: $SITE, or the first of several test processes builds it."""
    if os.environ.get("SITE"):
        return Path(os.environ["SITE"])
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    folder = shared / "site"
    with FileLock(shared / "site.lock"):
        if not folder.exists():
            command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
            built = subprocess.run(command, cwd=root, env=os.environ | {"SITE_URL": BUILT_FOR}, capture_output=True, text=True)
            assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site answers, with the sub-path."""
    with serving(site) as where:
        yield where


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def watched(browser: Browser, address: str) -> Callable[..., AbstractContextManager[Page]]:
    """Makes a fresh page, with options for its context; leaving it fails if it complained, or asked elsewhere for anything."""

    @contextmanager
    def fresh(**options: Any) -> Iterator[Page]:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page, complaints, foreign = context.new_page(), [], []
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if message.type in ("error", "warning") and message.text != _BLOCKED else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "requestfailed",
            lambda request: complaints.append(f"failed: {request.url}") if request.failure != "net::ERR_ABORTED" else None,
        )
        page.on(
            "request",
            lambda request: foreign.append(request.url) if not request.url.startswith((address, "data:", "blob:")) else None,
        )
        yield page
        context.close()
        assert complaints == []
        assert foreign == []

    return fresh


@pytest.fixture
def page(watched) -> Iterator[Page]:
    """A fresh page that is watched."""
    with watched() as page:
        yield page
