"""`mkdocs serve`: an edit shows up; whatever is wrong is told on every page and in the terminal, and the last good page stays."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

WAIT_S = 240
GUIDE, TABLE, L4 = "guides/choose/", "guides/table/", "gpus/l4/"


def heed_interrupts() -> None:
    """Tests that run in the background hand down that interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Preview:
    """A running preview of a small site."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "serve.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/"
        command = [sys.executable, "-m", "mkdocs", "serve", "--no-strict", "--dev-addr", f"127.0.0.1:{port}"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                stdout=log,
                stderr=log,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                preexec_fn=heed_interrupts,
            )

    def fetch(self, page: str) -> str:
        """A page as it is now, "" before there is any."""
        assert self.process.poll() is None, self.log.read_text("utf-8")
        try:
            with urllib.request.urlopen(self.address + page, timeout=WAIT_S) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.read().decode()
        except OSError:
            return ""

    def wait(self, page: str, pattern: str, absent: bool = False) -> str:
        """The page, as soon as it shows (or no longer shows) the pattern."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            text = self.fetch(page)
            if text and bool(re.search(pattern, text)) is not absent:
                return text
            time.sleep(0.1)
        raise AssertionError(f"{page} did not come to {'lose' if absent else 'show'} {pattern!r}:\n{self.log.read_text('utf-8')}")

    @contextmanager
    def edited(self, name: str, edit: Callable[[str], str]) -> Iterator[None]:
        """A file while it is edited; after that nothing is wrong any more."""
        try:
            with self.edited_beside(name, edit):
                yield
        finally:
            self.wait(GUIDE, "rp-problems", absent=True)

    @contextmanager
    def edited_beside(self, name: str, edit: Callable[[str], str]) -> Iterator[None]:
        """A file while it is edited, where something else may be wrong as well."""
        path = self.folder / name
        before = path.read_text("utf-8")
        after = edit(before)
        assert after != before
        path.write_text(after, "utf-8")
        try:
            yield
        finally:
            path.write_text(before, "utf-8")


@pytest.fixture(scope="module")
def preview(copied) -> Iterator[Preview]:
    running = Preview(copied())
    running.wait("", "Read ")
    yield running
    assert running.process.poll() is None, "the preview ended"
    running.process.send_signal(signal.SIGINT)
    try:
        running.process.wait(30)
    finally:
        running.process.kill()


def below(page: str) -> str:
    """A page without its panel."""
    return page.split('role="alert"', 1)[-1].split("</section>", 1)[-1]


def test_a_good_site_has_no_panel(preview):
    assert "rp-problems" not in preview.wait(GUIDE, "class=.stated")
    assert "a sum" in preview.wait("notebooks/sums/", "Sums")


def test_a_saved_page_is_shown_without_building_the_others(preview):
    with preview.edited("docs/guides/choose.md", lambda text: text + "\n## Cooling\n\nIt has no fan.\n"):
        assert "It has no fan." in preview.wait(GUIDE, 'id="cooling"')
        assert "rp-problems" not in preview.fetch(GUIDE)
        assert preview.wait("search/search_index.json", "It has no fan.").count("guides/choose/#cooling") == 1
        assert re.search(r"Rendered 2 of \d+ pages", preview.log.read_text("utf-8"))  # and the one that lists pages
    preview.wait("search/search_index.json", "It has no fan.", absent=True)


def test_a_wrong_number_is_told_on_every_page_and_the_last_good_page_stays(preview):
    wrong = lambda text: text.replace("[24 GB]", "[25 GB]") + "\nNobody noticed the 81 GB.\n"  # noqa: E731
    with preview.edited("docs/guides/choose.md", wrong):
        shown = preview.wait(GUIDE, "rp-problems")
        line = text_line(preview.folder / "docs/guides/choose.md", "[25 GB]")
        for told in (shown, preview.fetch(L4), preview.log.read_text("utf-8")):
            assert re.search(rf"guides/choose\.md:{line}:\d+ claim-drift", told)
            assert "25 GB" in told and "24 GB" in told
            assert "unbound-number" in told and "81 GB" in told
        assert "Nobody noticed" not in below(shown) and "24 GB" in below(shown)


def text_line(path: Path, text: str) -> int:
    content = path.read_text("utf-8")
    return content[: content.index(text)].count("\n") + 1


def test_another_page_can_be_edited_while_one_is_wrong(preview):
    with preview.edited("docs/guides/choose.md", lambda text: text + "\n81 GB.\n"):
        preview.wait(GUIDE, "rp-problems")
        with preview.edited_beside("docs/gpus/l4.md", lambda text: text + "\nA small card.\n"):
            assert "rp-problems" in preview.wait(L4, "A small card.")


def test_an_edited_fact_reaches_pages_and_checks(preview):
    with preview.edited("calculators/data/gpus/l4.toml", lambda text: text.replace("value = 72,", "value = 73,", 1)):
        shown = preview.wait(GUIDE, "rp-problems")
        assert "claim-drift" in shown and "73 W" in shown
        assert "72 W" in below(shown)


def test_a_broken_fact_file(preview):
    with preview.edited("calculators/data/gpus/l4.toml", lambda text: text + "\n[nonsense\n"):
        shown = preview.wait(L4, "rp-problems")
        assert "fact-syntax" in shown and "l4.toml:" in shown and "72 W" in below(shown)


def test_a_failing_code_block(preview):
    with preview.edited("docs/guides/table.md", lambda text: text.replace("print(tag", "raise ValueError('no'); print(tag")):
        shown = preview.wait(TABLE, "rp-problems")
        assert "ValueError" in shown and "printed by code" in below(shown)
        assert "guides/table.md" in shown.split("</section>")[0]


def test_a_calculator_that_cannot_be_imported(preview):
    with preview.edited("calculators/weights.py", lambda text: text + "\ndef half(:\n"):
        shown = preview.wait("calculators/weights/", "rp-problems")
        assert "calculators/weights.py:" in shown and "SyntaxError" in shown and "rp-summary" in below(shown)
        assert "SyntaxError" in preview.log.read_text("utf-8")


def test_an_edited_calculator_is_used(preview):
    with preview.edited("calculators/weights.py", lambda text: text.replace(" takes {size}", " occupies {size}")):
        assert "rp-problems" not in preview.wait("calculators/weights/", "occupies")
    preview.wait("calculators/weights/", "occupies", absent=True)


def test_an_edited_hook_is_used(preview):
    with preview.edited("hooks/site/listing.py", lambda text: text.replace('class_="rp-pages"', 'class_="rp-listed"')):
        preview.wait("guides/", "rp-listed")
    preview.wait("guides/", "rp-listed", absent=True)


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        ("hooks/site/listing.py", lambda text: text + "\ndef half(:\n", "SyntaxError"),
        ("hooks/site_hooks.py", lambda text: text + "\nraise RuntimeError('not yet')\n", "RuntimeError: not yet"),
        ("mkdocs.yml", lambda text: text + "\nnav: [\n", "build-failed"),
    ],
)
def test_what_keeps_the_site_from_being_built_is_told(preview, name, edit, said):
    with preview.edited(name, edit):
        shown = preview.wait(GUIDE, "rp-problems")
        assert said in shown and "72 W" in below(shown)


def test_a_title_changes_the_navigation_of_other_pages(preview):
    with preview.edited("docs/guides/choose.md", lambda text: text.replace("title: Choose a card", "title: Take a card")):
        assert "Take a card" in preview.wait("guides/", "Take a card")
        assert "Take a card" in preview.fetch(TABLE)
    preview.wait(TABLE, "Take a card", absent=True)


def test_a_new_page_appears_everywhere_and_a_deleted_one_leaves_a_broken_link(preview):
    page = preview.folder / "docs/guides/new.md"
    page.write_text("---\ntitle: A new page\ndescription: New.\nsubject: Choosing\n---\n\n# A new page\n", "utf-8")
    preview.wait(TABLE, "A new page")
    with preview.edited("docs/guides/choose.md", lambda text: text + "\nSee [it](new.md).\n"):
        preview.wait(GUIDE, 'href="../new/"')
        page.unlink()
        shown = preview.wait(GUIDE, "rp-problems")
        assert "new.md" in shown and "not found" in shown
    assert "A new page" not in preview.fetch(TABLE)


def test_a_link_to_a_heading_that_is_gone_is_told(preview):
    with preview.edited("docs/guides/choose.md", lambda text: text + "\nSee [it](table.md#nowhere).\n"):
        assert "nowhere" in preview.wait(GUIDE, "rp-problems")


def test_a_failing_cell_of_a_notebook(preview):
    with preview.edited("docs/notebooks/sums.py", lambda text: text + "\n# %%\nassert not 'a wrong sum'\n"):
        shown = preview.wait("notebooks/sums/", "rp-problems")
        assert "AssertionError" in shown and "a sum" in below(shown)
