"""A preview after a save: it never ends, never forgets what it has not shown yet, and tells everything that is wrong."""

import logging
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from hooks.site import rebuilding
from hooks.site import session as session_module
from hooks.site.panel import panel, with_panel
from hooks.site.session import Findings, Session


class Server:
    """The part of MkDocs' server that a session uses."""

    root = builder = application = None

    def set_app(self, application) -> None:
        self.application = application


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "pycache_prefix", sys.pycache_prefix)
    for name in ("docs/a.md", "calculators/x.py", "hooks/y.py", "mkdocs.yml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    running = Session()
    running.start(tmp_path)
    running.attach(Server(), lambda: None)
    yield running
    handlers = logging.getLogger("mkdocs").handlers
    handlers[:] = [handler for handler in handlers if getattr(handler, "session", None) is not running]


class Rebuilding:
    """Stands for the rebuilding: for which files it was asked, and what it fails with."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self.fails: BaseException | None = None
        self.forgotten = 0

    def forget(self) -> None:
        self.forgotten += 1

    def rebuild(self, session, changed) -> None:
        self.asked.append({path.name for path in changed})
        if self.fails:
            raise self.fails


@pytest.fixture
def rebuilt(monkeypatch: pytest.MonkeyPatch) -> Rebuilding:
    stands = Rebuilding()
    monkeypatch.setattr(rebuilding, "rebuild", stands.rebuild)
    monkeypatch.setattr("hooks.site.session.forget", stands.forget)  # not the modules of these tests
    return stands


def test_only_what_was_saved_is_rebuilt_and_nothing_without_a_change(session, rebuilt):
    session.rebuild()
    (session.root / "docs/a.md").write_text("more")
    session.rebuild()
    session.rebuild()
    assert rebuilt.asked == [{"a.md"}]


def test_a_failed_build_is_told_and_what_it_left_is_done_with_the_next_save(session, rebuilt):
    rebuilt.fails = SyntaxError("invalid syntax", (str(session.root / "calculators/x.py"), 3, 1, "x ="))
    (session.root / "calculators/x.py").write_text("x =")
    session.rebuild()
    assert session.findings.all() == ["calculators/x.py:3:1 build-failed: SyntaxError: invalid syntax"]
    rebuilt.fails = None
    (session.root / "docs/a.md").write_text("more")
    session.rebuild()
    assert rebuilt.asked == [{"x.py"}, {"x.py", "a.md"}]
    assert session.findings.all() == []


def test_a_save_that_takes_the_last_one_back_needs_no_build(session, rebuilt):
    session.findings.checked = session.told.checked = ["wrong from the start"]
    rebuilt.fails = RuntimeError("half an edit")
    (session.root / "calculators/x.py").write_text("x =")
    session.rebuild()
    assert session.findings.all() == ["mkdocs.yml:1:1 build-failed: RuntimeError: half an edit", "wrong from the start"]
    (session.root / "calculators/x.py").write_text("")
    session.rebuild()
    assert rebuilt.asked == [{"x.py"}]
    assert rebuilt.forgotten == 2  # what was imported of the half edit does not stay either
    assert session.findings.all() == ["wrong from the start"]
    (session.root / "docs/a.md").write_text("more")
    session.rebuild()
    assert rebuilt.forgotten == 2


def test_new_deleted_and_compiled_files(session, rebuilt):
    (session.root / "docs/b.md").write_text("new")
    session.rebuild()
    (session.root / "docs/b.md").unlink()
    session.rebuild()
    (session.root / "hooks/__pycache__").mkdir()
    (session.root / "hooks/__pycache__/y.pyc").write_text("x")
    session.rebuild()
    assert rebuilt.asked == [{"b.md"}, {"b.md"}]


def test_what_a_page_shows_of_the_proof_is_up_to_date_too(session, rebuilt):
    (session.root / "proof").mkdir()
    (session.root / "proof/result.toml").write_text("slips = 1")
    session.rebuild()
    assert rebuilt.asked == [{"result.toml"}] and rebuilt.forgotten == 1


def test_every_module_that_decides_what_is_shown_is_forgotten_and_no_other(monkeypatch):
    ours = {"calculators", "calculators.cost", "hooks.checks.page", "proof.slips.result"}
    others = {session_module.__name__, "hookserver", "mkdocs.plugins"}
    loaded = dict.fromkeys(ours | others)
    monkeypatch.setattr(session_module, "sys", SimpleNamespace(modules=loaded))
    session_module.forget()
    assert set(loaded) == others


def test_even_an_exit_does_not_end_the_preview(session, rebuilt):
    rebuilt.fails = SystemExit("Aborted with a BuildError!")
    (session.root / "mkdocs.yml").write_text("nav: [")
    session.rebuild()
    assert "Aborted with a BuildError!" in session.findings.all()[0]


def test_warnings_stay_with_their_page_until_it_is_rendered_again(session):
    log = logging.getLogger("mkdocs.structure.pages")
    session.begin_page("a.md")
    log.warning("a link to nowhere")
    session.end_page()
    log.warning("an anchor that is not there")
    assert session.findings.all() == ["a.md: a link to nowhere", "an anchor that is not there"]
    session.begin_page("a.md")
    assert session.findings.all() == ["an anchor that is not there"]


def test_each_problem_is_told_once():
    found = Findings(checked=["x"], rendered={"a.md": ["x", "y"]}, linked=["y"], failed=["z"])
    assert found.all() == ["z", "x", "y"]


def answer(kind: str, body: bytes, problems: list[str]) -> tuple[dict, bytes]:
    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    started = []
    text = b"".join(with_panel(application, lambda: problems)({}, lambda status, headers: started.append(dict(headers))))
    return started[0], text


def test_the_panel_stands_in_the_article_of_every_page_while_something_is_wrong():
    page = b'<body><article class="md-content"><h1>x</h1></article>'
    headers, text = answer("text/html", page, ["docs/a.md:1:1 claim-drift: <81 GB>"])
    assert text.startswith(b'<body><article class="md-content"><section class="rp-problems" role="alert">')
    assert b"claim-drift: &lt;81 GB&gt;" in text and headers["Content-Length"] == str(len(text))
    assert answer("text/html", page, [])[1] == page


def test_the_panel_is_shown_even_where_there_is_no_article_and_leaves_other_files_alone():
    assert answer("text/html", b"404 Not Found", ["wrong"])[1].startswith(b"<section")
    assert answer("text/css", b"<article>", ["wrong"])[1] == b"<article>"
    assert panel([]) == ""
