"""How long a reader waits for an answer: from an edit in Chromium, on a page where Python runs, to the result on the page."""

import os
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
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

# Edits of every kind, in turn: a number one higher, a digit typed or taken away, another choice.
_TYPED = ("2", "20", "204", "2048", "20480", "1", "12", "128", "1280", "40", "409", "4097", "8", "81", "819")
_CARDS = ("h200-sxm-141gb", "a100-sxm4-80gb", "mi300x", "h100-sxm5-80gb")
_MODELS = ("llama-3.1-8b", "llama-2-70b", "llama-3.1-70b")
_STEPS = tuple(str(number) for number in range(2, 40))
_WEIGHTS = ("fp8", "q4_k_m", "fp16")
EDITED: dict[str, dict[str, tuple[str, ...]]] = {
    "decode": {"batch": _STEPS, "context": _TYPED, "weights": _WEIGHTS, "gpu": _CARDS},
    "memory_fit": {"batch": _STEPS, "context": _TYPED, "weights": _WEIGHTS, "gpu": _CARDS},
    "which_gpu": {"concurrency": _STEPS, "prompt": _TYPED, "kv": ("fp8", "fp16"), "model": _MODELS},
    "kv_cache": {"sequences": _STEPS, "context": _TYPED, "model": _MODELS},
    "roofline": {"m": _TYPED, "n": _STEPS, "gpu": _CARDS},
    "cost": {"rate": tuple(f"{text} token/s" for text in _TYPED), "busy": tuple(f"{n}%" for n in range(50, 90)), "gpu": _CARDS},
}
FIRST = 6  # answers, which fill what the calculators keep
MADE = 48
WARM_MS = 5000  # after them: the page rehearses when nothing is asked
PAUSE_MS = (60, 160)  # between edits, as a reader makes them: fast typing at the least

# Puts a text into a field; resolves with the milliseconds until the result, chart and all, is in the document and laid out, and
# until it is painted, which is at the next frame of the screen.
EDIT = """([name, text]) => new Promise((resolve) => {
  const field = document.querySelector(`.rp-form [name="${name}"]`);
  const section = document.querySelector(".rp-calculator");
  const start = performance.now();
  const seen = new MutationObserver(() => {
    if (!["ready", "problem"].includes(section.dataset.state)) return;
    seen.disconnect();
    section.getBoundingClientRect();
    const laidOut = performance.now() - start;
    requestAnimationFrame(() => setTimeout(() => resolve([laidOut, performance.now() - start])));
  });
  seen.observe(section, { attributeFilter: ["data-state"] });
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
})"""


Waited = tuple[float, float]  # the median and the 95th percentile of some waits, in seconds


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


def edits() -> list[tuple[str, int, Waited, Waited]]:
    """For each calculator, and all together: edits made, and the waits until the answer is laid out and until it is painted."""
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=prepare.find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        times = {name: _times(page, address, name) for name in EDITED}
        browser.close()
    times["all together"] = [each for own in times.values() for each in own]
    return [(name, len(own), *map(_waited, zip(*own, strict=True))) for name, own in times.items()]


def _times(page: Page, address: str, name: str) -> list[tuple[float, float]]:
    """Of each edit, when Python is warm, the milliseconds until its answer is laid out and until it is painted."""
    page.goto(f"{address}calculators/{name}/")
    page.wait_for_selector(MOUNTED)
    page.dispatch_event(".rp-form", "focusin", {"bubbles": True})
    page.wait_for_selector('.rp-calculator[data-state="ready"]', timeout=START_MS)
    times, pauses = [], random.Random(0)
    for number, (field, text) in enumerate(list(_texts(name))[: FIRST + MADE]):
        if number == FIRST:
            page.wait_for_timeout(WARM_MS)
        times.append(page.evaluate(EDIT, [field, text]))
        page.wait_for_timeout(pauses.uniform(*PAUSE_MS))
    return [tuple(each) for each in times[FIRST:]]


def _texts(name: str) -> Iterator[tuple[str, str]]:
    """What is put into which field, the fields in turn."""
    for number in range(FIRST + MADE):
        for field, texts in EDITED[name].items():
            yield field, texts[number % len(texts)]


def _waited(times: Sequence[float]) -> Waited:
    return statistics.median(times) / 1e3, statistics.quantiles(times, n=20)[-1] / 1e3
