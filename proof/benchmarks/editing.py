"""How long a reader waits for an answer: from an edit in Chromium, on a page where Python runs, to the result on the page."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import prepare
from conftest import BUILT_FOR, PREFIX, Handler
from playwright.sync_api import Page, sync_playwright
from reader import MOUNTED, START_MS

from proof import ROOT

EDITED = {"decode": ("batch", range(2, 42)), "which_gpu": ("concurrency", range(2, 42))}

# Puts a text into a field; resolves with the milliseconds until the result has been replaced and painted.
EDIT = """([name, text]) => new Promise((resolve) => {
  const field = document.querySelector(`.rp-form [name="${name}"]`);
  const start = performance.now();
  const seen = new MutationObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
  });
  seen.observe(document.querySelector(".rp-result"), { childList: true });
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
})"""


@contextmanager
def site() -> Iterator[Path]:
    """The folder of the site, built anew; $SITE names one that is built already."""
    with TemporaryDirectory() as folder:
        if not os.environ.get("SITE"):
            command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", folder]
            subprocess.run(command, cwd=ROOT, env=os.environ | {"SITE_URL": BUILT_FOR}, check=True, capture_output=True)
        yield Path(os.environ.get("SITE") or folder)


@contextmanager
def served() -> Iterator[str]:
    """The address of the site."""
    with site() as folder:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        server.shutdown()
        server.server_close()


def edits() -> list[tuple[str, int, float, float]]:
    """For each calculator: edits made, and the median and the 95th percentile of the seconds until the answer."""
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=prepare.find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        found = [_edited(page, address, name) for name in EDITED]
        browser.close()
    return found


def _edited(page: Page, address: str, name: str) -> tuple[str, int, float, float]:
    field, values = EDITED[name]
    page.goto(f"{address}calculators/{name}/")
    page.wait_for_selector(MOUNTED)
    page.focus(f'[name="{field}"]')
    page.wait_for_selector('.rp-calculator[data-state="ready"]', timeout=START_MS)
    times = [page.evaluate(EDIT, [field, str(value)]) / 1e3 for value in values]
    steady = times[3:]  # the first answers fill what the calculators keep
    return name, len(steady), statistics.median(steady), statistics.quantiles(steady, n=20)[-1]
