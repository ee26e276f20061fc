"""The examples of what the checks refuse, each with what must be said about it."""

import re
from dataclasses import dataclass
from pathlib import Path

BAD = Path(__file__).parent / "bad"
_EXPECT = re.compile(r"^<!-- expect: (\d+):(\d+) ([\w-]+): ?(.*?) -->$", re.M)
_FIX = re.compile(r"^<!-- fix: (.*?) -->$", re.M)


@dataclass(frozen=True)
class Expected:
    """A problem that an example announces: where, which code, and a piece of its message."""

    line: int
    column: int
    code: str
    message: str


@dataclass(frozen=True)
class Example:
    """A page or file that must be refused, with what must be said about it."""

    path: Path
    text: str
    expected: tuple[Expected, ...]
    fixes: tuple[str, ...]


def read_example(path: Path) -> Example:
    """Read bad/<code>.md: the text, and the comments at its end that say what must be found in it."""
    text = path.read_text("utf-8")
    expected = tuple(Expected(int(line), int(column), code, message) for line, column, code, message in _EXPECT.findall(text))
    return Example(path, text, expected, tuple(_FIX.findall(text)))
