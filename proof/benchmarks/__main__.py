"""Prints, as Markdown, how long the calculators take on this machine: `make bench`."""

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from proof import ROOT

sys.path[:0] = [str(ROOT / folder) for folder in (".ci", "tests/browser")]  # the programs to use, and how tests serve the site

from proof.benchmarks.editing import edits, site  # noqa: E402
from proof.benchmarks.interpreters import in_cpython, in_pyodide  # noqa: E402
from proof.benchmarks.starting import starts  # noqa: E402
from proof.benchmarks.table import ms, table  # noqa: E402


def machine() -> str:
    """What ran, on what, how busy, when."""
    info = Path("/proc/cpuinfo")
    models = [line.partition(": ")[2] for line in info.read_text().splitlines() if "model name" in line] if info.exists() else []
    cpu = models[0] if models else platform.processor() or platform.machine()
    load = f", {os.getloadavg()[0]:.1f} processes running on average" if hasattr(os, "getloadavg") else ""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{os.cpu_count()} × {cpu}, {platform.system()}, Python {platform.python_version()}{load}, {when}."


def chooser() -> str:
    """How the cost of the chooser grows."""
    both = zip(in_cpython("chooser"), in_pyodide("chooser"), strict=True)
    rows = [
        (f"{n:,}", *(text for _, ranked, whole in (here, there) for text in (ms(ranked), f"{ranked / n * 1e6:.1f}", ms(whole))))
        for here, there in both
        for n in here[:1]
    ]
    columns = [f"{where}{what}" for where in ("CPython: ", "Pyodide: ") for what in ("ranked, ms", "µs each", "whole answer, ms")]
    return table(("Candidates", *columns), rows)


def defaults() -> str:
    """Every calculator with its default inputs."""
    both = zip(in_cpython("defaults"), in_pyodide("defaults"), strict=True)
    rows = [(here[0], *(ms(time) for time in (*here[1:], *there[1:]))) for here, there in both]
    columns = [f"{where}: {what}, ms" for where in ("CPython", "Pyodide") for what in ("calculation", "whole answer")]
    return table(("Calculator", *columns), rows)


def started() -> str:
    """From opening a calculator with inputs in its address to its first live result, against bare loadPyodide() in a worker."""
    with site() as folder:
        rows = [
            (link, visit, f"{ratio:.2f}", f"{bare:.1f}", f"{page:.1f}", f"{sent_bare / 1e3:,.0f}", f"{sent / 1e3:,.0f}")
            for link, visit, bare, page, ratio, sent_bare, sent in starts(folder)
        ]
    columns = ("Visit", "Ratio", "Pyodide alone, s", "First result, s", "Pyodide alone, kB", "Page, kB")
    return table(("Link", *columns), rows)


def edited() -> str:
    """Edits in Chromium."""
    rows = [(name, number, *(ms(time) for each in waits for time in each)) for name, number, *waits in edits()]
    columns = [f"{until}: {high}, ms" for until in ("laid out", "painted") for high in ("p50", "p95")]
    return table(("Calculator", "Edits", *columns), rows)


if __name__ == "__main__":
    print(f"# How long the calculators take\n\n{machine()}")
    print("Fastest of five. A whole answer is the result with its chart, tables, working and downloads.")
    for title, rows in (
        ("The chooser, by candidates", chooser),
        ("Default inputs", defaults),
        ("From opening a calculator to its first live result", started),
        ("From an edit to the result on the page, Python running", edited),
    ):
        print(f"\n## {title}\n\n{rows()}", flush=True)
