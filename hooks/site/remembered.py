"""What a build made, kept for the next one for as long as everything that it is made of stays the same.

A state is a hash over the bytes of all files that can decide an answer. There are two: `CODE` is every module, setting and
locked package; `FACTS` is that and the fact base. The question holds whatever else the answer depends on: the text of a page,
where its links lead. So a plain build may use what is kept, and an edit taken back costs nothing.
"""

import hashlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from hooks.pruning import keep_newest

_KEPT = 6  # states: two for each of the last edits of code or facts
_CODE = ("hooks", "calculators", "proof")
_SETTINGS = ("mkdocs.yml", "requirements/site.txt")
_FACTS = "calculators/data"

CODE, FACTS = "code", "facts"


class Remembered:
    """Values of JSON by the question that they answer, in folders named after the state that they hold for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / ".cache" / "generated"
        self._states: dict[str, Path] = {}

    def begin(self) -> None:
        """Look at code and facts as they are, and forget what older states of them gave.

        Once: a preview reads this module anew when one of them changes, and a save of a page need not wait for it.
        """
        if self._states:
            return
        code = _digest(self._root, _code(self._root), sys.version)
        facts = _digest(self._root, _files(self._root / _FACTS), code)
        self._states = {CODE: self._folder / code, FACTS: self._folder / facts}
        for state in self._states.values():
            state.mkdir(parents=True, exist_ok=True)
            state.touch()
        keep_newest(self._folder.iterdir(), _KEPT)

    def recall(
        self, question: str, answer: Callable[[], object], state: str = FACTS, keep: Callable[[], bool] = lambda: True
    ) -> object:
        """The answer, a value of JSON: as kept, or made now and kept, unless making it was warned about or `keep` says no."""
        kept = self._states[state] / f"{hashlib.sha256(question.encode()).hexdigest()}.json"
        if kept.exists():
            return json.loads(kept.read_text("utf-8"))
        with _Warnings() as warnings:
            made = answer()
        if warnings.heard and not warnings.count and keep():
            _write(kept, json.dumps(made))
        return made


def _code(root: Path) -> Iterable[Path]:
    facts = root / _FACTS
    for folder in _CODE:
        yield from (path for path in _files(root / folder) if facts not in path.parents)
    yield from (root / name for name in _SETTINGS if (root / name).is_file())


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc")


def _digest(root: Path, files: Iterable[Path], start: str) -> str:
    """The names and contents of files."""
    digest = hashlib.sha256(start.encode())
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)} ".encode() + content)
    return digest.hexdigest()[:32]


def _write(path: Path, text: str) -> None:
    """Write as a whole or not at all: two builds may run at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_suffix(f".{os.getpid()}.part")
    staged.write_text(text, "utf-8")
    staged.replace(path)


class _Warnings(logging.Handler):
    """Counts warnings: a code block that fails gives HTML all the same."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0
        self.heard = logging.getLogger("mkdocs").isEnabledFor(logging.WARNING)  # a quiet build warns nobody

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1

    def __enter__(self) -> "_Warnings":
        logging.getLogger("mkdocs").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("mkdocs").removeHandler(self)
