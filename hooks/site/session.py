"""One `mkdocs serve`: what lasts from save to save. The only module of this package that an edit does not replace.

MkDocs' own server builds everything after each save, keeps modules as first imported, deletes the last site before it knows
whether there will be another one, and answers nothing more once a build has failed. Here a save that changes pages alone
renders those pages; every other one starts with modules read anew, builds into a folder of its own, and takes the place of the
last site when it is complete. Whatever is wrong is collected, and shown on every page until it is right.
"""

import hashlib
import importlib
import logging
import shutil
import stat
import sys
import traceback
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from mkdocs.config.config_options import Hooks

log = logging.getLogger("mkdocs.preview")
OURS = "mkdocs.ridgepoint"  # the logger of what is reported by value, and would be collected twice
_PACKAGES = ("calculators", "hooks", "proof")


class NothingToShow(Exception):
    """Nothing can be rendered, and why has been told: the site stays as it is."""


class Seen(NamedTuple):
    """A file: when it was written, with how many bytes, and a hash of them."""

    written: tuple[int, int]
    content: bytes


@dataclass
class Findings:
    """What is wrong: stated numbers and facts, rendered pages by their source, links between pages, and a build that failed."""

    checked: list[str] = field(default_factory=list)
    rendered: dict[str, list[str]] = field(default_factory=dict)
    linked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def all(self) -> list[str]:
        """Each once, in this order."""
        rendered = (text for texts in self.rendered.values() for text in texts)
        return list(dict.fromkeys((*self.failed, *self.checked, *rendered, *self.linked)))


@dataclass
class Session:
    """A running preview; in a plain build `serving` is False, and nothing else is used."""

    serving: bool = False
    root: Path = field(default_factory=Path)
    findings: Findings = field(default_factory=Findings)
    good: dict[Path, tuple[str, Any]] = field(default_factory=dict)  # the last right content of a page, and its headings
    page: str = ""  # the source that is being rendered
    site: Any = None  # the last complete build, see hooks.site.rebuilding
    seen: dict[Path, Seen] = field(default_factory=dict)  # the files as they are
    shown: dict[Path, Seen] = field(default_factory=dict)  # the files as they were when the site was last brought up to date
    told: Findings = field(default_factory=Findings)  # and what was wrong then
    builds: int = 0
    server: Any = None
    build: Callable[[], None] | None = None

    def start(self, root: Path) -> None:
        """Before the first build: remember every file as it is, and collect warnings."""
        self.serving, self.root = True, root
        self.seen = self.shown = _snapshot(root, {})
        # What is compiled must not look like an edit.
        sys.pycache_prefix = str(root / ".cache" / "compiled")
        logging.getLogger("mkdocs").addHandler(_Collector(self))

    def attach(self, server: Any, build: Callable[[], None]) -> None:
        """Take over from MkDocs what happens after a save, and what a page is answered with."""
        self.server, self.build = server, build
        server.builder, server.error_handler = self.rebuild, self._error_page
        self.told = deepcopy(self.findings)
        self.publish()

    def begin_page(self, name: str) -> None:
        """What is warned about from now on is a matter of this page."""
        self.page = name
        self.findings.rendered.pop(name, None)

    def end_page(self) -> None:
        """The page is rendered."""
        self.page = ""

    def folder(self, base: str) -> str:
        """A new folder to build in, within the temporary one that MkDocs removes at the end."""
        self.builds += 1
        return str(Path(base) / f"build-{self.builds}")

    def publish(self) -> None:
        """Serve the last complete build, and remove those before it."""
        if self.server is None or self.site is None:
            return
        site = Path(self.site.config.site_dir)
        self.server.root = str(_pointed(site.parent / "site", site))
        with_panel = importlib.import_module("hooks.site.panel").with_panel
        self.server.set_app(with_panel(self.server.serve_request, lambda: self.findings.all()))
        for other in site.parent.glob("build-*"):
            if other != site:
                shutil.rmtree(other, ignore_errors=True)

    def _error_page(self, code: int) -> bytes | None:
        page = Path(self.server.root) / f"{code}.html"
        return page.read_bytes() if page.is_file() else None

    def rebuild(self) -> None:
        """After a save: bring the site up to date, or say why not. Never raises, because that would block every page."""
        before, self.seen = self.seen, _snapshot(self.root, self.seen)
        if any(not path.is_relative_to(self.root / "docs") for path in _changed(before, self.seen)):
            forget()
        changed = _changed(self.shown, self.seen)
        if not changed:  # undone
            self.findings = deepcopy(self.told)
            return
        self.findings.failed, self.findings.linked, self.page = [], [], ""
        try:
            importlib.import_module("hooks.site.rebuilding").rebuild(self, changed)
            self.shown, self.told = self.seen, deepcopy(self.findings)
        except NothingToShow:
            log.error("The last good site stays.")
        except (Exception, SystemExit) as error:
            self.findings.failed = [_told(self.root, error)]
            log.error("The last good site stays. %s", self.findings.failed[0])


def _pointed(name: Path, folder: Path) -> Path:
    """A name that leads to a folder from now on, even for a page that was asked for while the folder was being built."""
    next_name = name.with_name(f"{name.name}.next")
    next_name.symlink_to(folder, target_is_directory=True)
    next_name.replace(name)
    return name


def forget() -> None:
    """Let every module of this project and the file of events be read anew; what older ones rendered does not count."""
    for name in list(sys.modules):
        if any(name == package or name.startswith(package + ".") for package in _PACKAGES) and name != __name__:
            del sys.modules[name]
    importlib.invalidate_caches()
    Hooks._load_hook.cache_clear()


def _changed(before: dict[Path, Seen], now: dict[Path, Seen]) -> set[Path]:
    """Files that are new, gone, or hold something else."""
    kept = before.keys() & now.keys()
    return (before.keys() ^ now.keys()) | {path for path in kept if before[path].content != now[path].content}


def _snapshot(root: Path, before: dict[Path, Seen]) -> dict[Path, Seen]:
    """Every file that decides what the site shows. Only those that were written since are read."""
    files: Iterable[Path] = (
        path for folder in ("docs", *_PACKAGES) for path in (root / folder).rglob("*") if "__pycache__" not in path.parts
    )
    found = {}
    for path in (root / "mkdocs.yml", *files):
        try:
            status = path.stat()
        except OSError:
            continue  # went away meanwhile
        if stat.S_ISREG(status.st_mode):
            written, last = (status.st_mtime_ns, status.st_size), before.get(path)
            content = last.content if last and last.written == written else hashlib.sha256(path.read_bytes()).digest()
            found[path] = Seen(written, content)
    return found


def _told(root: Path, error: BaseException) -> str:
    """An exception in the form of a problem: the last place in this project, and what was raised."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(root)]
    place = f"{Path(frames[-1].filename).relative_to(root)}:{frames[-1].lineno}" if frames else "mkdocs.yml:1"
    if isinstance(error, SyntaxError) and error.filename:
        path = Path(error.filename)
        place = f"{path.relative_to(root) if path.is_relative_to(root) else path}:{error.lineno}"
    said = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())
    return f"{place}:1 build-failed: {type(error).__name__}: {said}"


class _Collector(logging.Handler):
    """Keeps what MkDocs and its plugins warn about, by the page that they were rendering."""

    def __init__(self, session: Session) -> None:
        super().__init__(logging.WARNING)
        self.session = session

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith((OURS, log.name, "mkdocs.livereload")):
            return
        findings, page, said = self.session.findings, self.session.page, record.getMessage()
        if page:
            findings.rendered.setdefault(page, []).append(said if page in said else f"{page}: {said}")
        else:
            findings.linked.append(said)


current = Session()
