"""Prints how long an editor waits: from saving a page under `mkdocs serve` to seeing the change in Chromium. `make bench-edit`

The whole site is served from a copy, so that nothing here is edited. Pages of different kinds get one sentence more, in turn.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from proof import ROOT

sys.path[:0] = [str(ROOT), str(ROOT / ".ci")]

import prepare  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from proof.benchmarks.table import table  # noqa: E402

PAGES = ("guides/h100-or-a100-inference", "topics/tf32", "gpus/h100-sxm5-80gb", "calculators/decode", "about/how-to-add")
ROUNDS = 3
START_S = 3600
SHOWN_S = 120
LINKED = ("node_modules", ".cache")  # what earlier builds kept is right for the copy too: it goes by content
WAYMARKS = {"Detected file changes": "noticed", "Reloading browsers": "rebuilt"}


class Preview:
    """A running `mkdocs serve`, and when it last said what."""

    def __init__(self, folder: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/"
        self.said: dict[str, float] = {}
        self.last_lines: deque[str] = deque(maxlen=20)
        command = [sys.executable, "-m", "mkdocs", "serve", "--no-strict", "--dev-addr", f"127.0.0.1:{port}"]
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen(command, cwd=folder, env=environment, **pipes)
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.last_lines.append(line)
            for words, name in {**WAYMARKS, "Serving on": "serving"}.items():
                if words in line:
                    self.said[name] = time.monotonic()

    def wait_for_start(self) -> None:
        """Until the whole site is built."""
        end = time.monotonic() + START_S
        while "serving" not in self.said:
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"mkdocs serve did not start:\n{''.join(self.last_lines)}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(30)


def copy(root: Path, folder: Path) -> None:
    """What git keeps of a project, and what is not kept yet: as it lies there, without anything that is ignored."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0"):
        if name and (root / name).is_file():  # what was deleted is still listed
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, folder / name)


@contextmanager
def previewed() -> Iterator[tuple[Path, Preview]]:
    """A copy of the project, and a preview of it."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        copy(ROOT, folder)
        (ROOT / ".cache").mkdir(exist_ok=True)
        for part in LINKED:
            (folder / part).symlink_to(ROOT / part, target_is_directory=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        preview = Preview(folder, port)
        try:
            preview.wait_for_start()
            yield folder, preview
        finally:
            preview.stop()


def saved(folder: Path, preview: Preview, browser: Page, name: str, number: int) -> tuple[float, ...]:
    """Seconds from a save until the server has noticed, has rebuilt, and the browser has painted the change."""
    source, sentence = folder / "docs" / f"{name}.md", f"Saved for the {'first second third fourth'.split()[number]} time."
    text = source.read_text("utf-8")
    browser.goto(f"{preview.address}{name}/")
    head, end, body = text.partition("\n# ")
    title, line, rest = body.partition("\n")
    start = time.monotonic()
    source.write_text(f"{head}{end}{title}{line}\n{sentence}\n{rest}", "utf-8")
    browser.get_by_text(sentence).wait_for(timeout=SHOWN_S * 1e3)
    browser.evaluate("() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))")
    shown = time.monotonic()
    source.write_text(text, "utf-8")
    return preview.said["noticed"] - start, preview.said["rebuilt"] - start, shown - start


def measure() -> list[tuple[str, tuple[float, ...]]]:
    """Every page in every round."""
    with previewed() as (folder, preview), sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=prepare.find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        browser = program.new_page()
        found = []
        for number in range(ROUNDS):
            for name in PAGES:
                found.append((name, saved(folder, preview, browser, name, number)))
                browser.get_by_text("Saved for the").wait_for(state="detached", timeout=SHOWN_S * 1e3)
        program.close()
    return found


def main() -> None:
    """Measure and print."""
    found = measure()
    rows = []
    for name in PAGES:
        times = [time for page, time in found if page == name]
        rows.append((name, *(f"{statistics.median(column):.2f}" for column in zip(*times, strict=True))))
    every = [f"{statistics.median(column):.2f}" for column in zip(*(time for _, time in found), strict=True)]
    load = f", {os.getloadavg()[0]:.1f} processes running on average" if hasattr(os, "getloadavg") else ""
    pages = sum(1 for path in (ROOT / "docs").rglob("*.md"))
    print(f"From saving to seeing, medians in seconds. {pages} pages, {os.cpu_count()} processors{load}.\n")
    print(table(("Page", "noticed", "rebuilt", "seen"), [*rows, (f"**all {len(found)}**", *every)]))


if __name__ == "__main__":
    main()
