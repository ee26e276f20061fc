"""Generated HTML, kept between builds for as long as the calculators and facts that it is made of stay the same."""

import hashlib
import json
import logging
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

_KEPT = 3  # states of the calculators: the last few, so that an edit taken back costs nothing


class Remembered:
    """HTML by the question it answers, in a folder named after the bytes of the whole package `calculators`."""

    def __init__(self, root: Path) -> None:
        self._package = root / "calculators"
        self._folder = root / ".cache" / "generated"
        self._state = self._folder

    def begin(self) -> None:
        """Look at the package as it is now, and forget what older states of it gave."""
        self._state = self._folder / _digest(self._package)
        self._state.mkdir(parents=True, exist_ok=True)
        self._state.touch()
        by_age = sorted(self._folder.iterdir(), key=lambda state: state.stat().st_mtime_ns, reverse=True)
        for outdated in by_age[_KEPT:]:
            shutil.rmtree(outdated, ignore_errors=True)

    def recall(self, question: str, answer: Callable[[], object]) -> object:
        """The answer, a value of JSON: as kept, or else made now and kept, unless making it was warned about."""
        kept = self._state / f"{hashlib.sha256(question.encode()).hexdigest()}.json"
        if kept.exists():
            return json.loads(kept.read_text("utf-8"))
        with _Warnings() as warnings:
            made = answer()
        if not warnings.count:
            _write(kept, json.dumps(made))
        return made


def _digest(package: Path) -> str:
    """The content of every file of the package, and the Python that runs it."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            content = path.read_bytes()
            digest.update(f"{path.relative_to(package).as_posix()} {len(content)} ".encode() + content)
    return digest.hexdigest()[:32]


def _write(path: Path, text: str) -> None:
    """Write as a whole or not at all: two builds may run at once."""
    staged = path.with_suffix(f".{id(text)}.part")
    staged.write_text(text, "utf-8")
    staged.replace(path)


class _Warnings(logging.Handler):
    """Counts warnings: a code block that fails gives HTML all the same."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1

    def __enter__(self) -> "_Warnings":
        logging.getLogger("mkdocs").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("mkdocs").removeHandler(self)
