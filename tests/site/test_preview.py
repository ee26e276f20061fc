"""`mkdocs serve`: an edit shows up; a wrong number is shown where it is, and the last good page stays."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

WAIT_S = 120


@pytest.fixture(scope="module")
def project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository that a preview may watch."""
    folder = tmp_path_factory.mktemp("preview")
    for name in ("hooks", "calculators", "docs", "requirements"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("mkdocs.yml", "pyproject.toml", "LICENSE", "package.json"):
        shutil.copy(root / name, folder)
    for page in (*(folder / "docs/gpus").glob("*.md"), *(folder / "docs/models").glob("*.md")):
        if page.stem not in ("index", "l4"):  # most pages are of one kind: a preview of a few shows the same, sooner
            page.unlink()
    for notebook in (folder / "docs/notebooks").glob("*.py"):
        notebook.unlink()  # a kernel would start for every edit
    (folder / "node_modules").symlink_to(root / "node_modules", target_is_directory=True)
    return folder


@pytest.fixture(scope="module")
def address(project: Path) -> Iterator[str]:
    """A running preview."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--no-strict", "--dev-addr", f"127.0.0.1:{port}"]
    log = (project / "serve.log").open("w")
    server = subprocess.Popen(command, cwd=project, stdout=log, stderr=log, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    yield f"http://127.0.0.1:{port}/"
    server.send_signal(signal.SIGINT)
    server.wait(30)


def fetch(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def wait_for(address: str, pattern: str, absent: bool = False) -> str:
    """The page, as soon as it shows (or no longer shows) the pattern."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        text = fetch(address)
        if text and bool(re.search(pattern, text)) is not absent:
            return text
        time.sleep(0.3)
    raise AssertionError(f"{address} did not come to {'lose' if absent else 'show'} {pattern!r}")


def test_a_wrong_number_is_shown_and_the_last_good_page_stays(project, address):
    page, shown = project / "docs/guides/h100-or-a100-inference.md", address + "guides/h100-or-a100-inference/"
    good = page.read_text("utf-8")
    first = wait_for(shown, "class=.stated")
    assert "rp-problems" not in first
    page.write_text(good + "\nThis card has 81 GB and nobody noticed.\n", "utf-8")
    wrong = wait_for(shown, "rp-problems")
    assert "unbound-number" in wrong and "81 GB" in wrong
    assert "nobody noticed" not in wrong.replace("<pre>", "").split("</section>", 1)[1]
    assert "unbound-number" in (project / "serve.log").read_text("utf-8")
    page.write_text(good + "\nNobody noticed a thing.\n", "utf-8")
    assert "Nobody noticed a thing." in wait_for(shown, "rp-problems", absent=True)


def test_an_edited_fact_reaches_pages_and_checks(project, address):
    fact, shown = project / "calculators/data/gpus/l4.toml", address + "gpus/l4/"
    good = fact.read_text("utf-8")
    wait_for(shown, "id=.power-tdp")
    fact.write_text(good.replace("value = 72,", "value = 73,", 1), "utf-8")
    wait_for(shown, "rp-problems|73 W")
    fact.write_text(good, "utf-8")
    wait_for(shown, "rp-problems", absent=True)


def test_a_broken_fact_file_does_not_end_the_preview(project, address):
    fact, shown = project / "calculators/data/gpus/l4.toml", address + "gpus/l4/"
    good = fact.read_text("utf-8")
    fact.write_text(good + "\n[nonsense\n", "utf-8")
    assert "fact-syntax" in wait_for(shown, "rp-problems")
    fact.write_text(good, "utf-8")
    wait_for(shown, "rp-problems", absent=True)


def test_an_edited_calculator_is_used(project, address):
    module, shown = project / "calculators/weights.py", address + "calculators/weights/"
    good = module.read_text("utf-8")
    wait_for(shown, "rp-summary")
    module.write_text(good.replace(" takes {size}", " occupies {size}"), "utf-8")
    wait_for(shown, "occupies")
    module.write_text(good, "utf-8")
    wait_for(shown, "occupies", absent=True)
