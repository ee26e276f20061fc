"""How long a reader waits for Python: from opening a calculator in Chromium to its first live result, against Pyodide alone."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import prepare
from conftest import ask_until
from playwright.sync_api import BrowserContext, Playwright, sync_playwright

from hooks.runtime.assembly import PYODIDE, READ_FILES
from proof import ROOT
from proof.benchmarks.hosting import Host

BARE_PAGE = "bare/"
TOOK = "took"  # what a page says in its console when it has its result: asking it again and again would slow it down
BARE = {
    f"{BARE_PAGE}index.html": f"""<!doctype html><title>Pyodide alone</title><link rel=icon href=data:,><script type=module>
        const worker = new Worker("bare.js", {{ type: "module" }});
        worker.onmessage = () => console.log("{TOOK}", performance.now());
    </script>""".encode(),
    "bare/bare.js": b"""import { loadPyodide } from "./pyodide.mjs";
        await loadPyodide();
        self.postMessage("ready");""",
    **{f"bare/{name}": (ROOT / PYODIDE / name).read_bytes() for name in READ_FILES},
}
LIVE = "calculators/decode/?batch=64"  # inputs that are not the defaults: the page asks Python at once
# Says when the first live result is on the page: its state follows it.
WATCH = f"""new MutationObserver((_, observer) => {{
  if (!document.querySelector('.rp-calculator[data-state="ready"]')) return;
  observer.disconnect();
  console.log("{TOOK}", performance.now());
}}).observe(document, {{ subtree: true, childList: true, attributeFilter: ["data-state"] }});"""
# Whether the memory that a later visit starts from is kept, which is what the page does after its answer.
KEPT = """async () => {
  for await (const folder of (await navigator.storage.getDirectory()).values())
    for await (const file of folder.values()) {
      const end = await file.getFile().then((whole) => whole.slice(-4).text()).catch(() => "being written");
      if (end === "1mem") return true;
    }
  return false;
}"""
LIMIT_MS = 240_000
LINKS = {"local network": None, "10 Mbit/s, 40 ms": (10e6, 0.04)}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True)
class Visit:
    """Seconds until the result, and bytes that the server sent."""

    seconds: float
    sent: int


@contextmanager
def reader(playwright: Playwright) -> Iterator[BrowserContext]:
    """A browser that has never been here, with a disk of its own."""
    with TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(profile, executable_path=prepare.find_chromium(), args=FLAGS)
        context.add_init_script(WATCH)
        yield context
        context.close()


def visits(playwright: Playwright, host: Host, path: str) -> list[Visit]:
    """A first visit and a second one by the same reader."""
    made = []
    with reader(playwright) as context:
        for _ in range(2):
            before, page = host.sent, context.new_page()
            with page.expect_console_message(lambda said: said.text.startswith(TOOK), timeout=LIMIT_MS) as took:
                page.goto(host.address + path, wait_until="commit", timeout=LIMIT_MS)
            made.append(Visit(float(took.value.text.split()[1]) / 1e3, host.sent - before))
            if path != BARE_PAGE:
                ask_until(page, KEPT, timeout=LIMIT_MS)
            page.close()
    return made


def starts(site: Path, rounds: int = 7) -> Iterator[tuple[str, str, float, float, float, int, int]]:
    """Link and visit: seconds of Pyodide alone and of the page, the ratio, bytes of both; medians over rounds."""
    with sync_playwright() as playwright:
        for link, limits in LINKS.items():
            with Host(site, BARE, limits) as host:
                pairs = [(visits(playwright, host, BARE_PAGE), visits(playwright, host, LIVE)) for _ in range(rounds)]
            for number, visit in enumerate(("first visit", "second visit")):
                bare, ours = ([pair[which][number] for pair in pairs] for which in (0, 1))
                ratio = statistics.median(there.seconds / here.seconds for here, there in zip(bare, ours, strict=True))
                yield (
                    link,
                    visit,
                    statistics.median(one.seconds for one in bare),
                    statistics.median(one.seconds for one in ours),
                    ratio,
                    bare[-1].sent,
                    ours[-1].sent,
                )
