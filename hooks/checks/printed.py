"""What code of a page prints: examples run as doctests, commands run in this process, and the comparison with what is shown."""

import contextlib
import doctest
import io
import os
import re
import sys
from collections.abc import Callable


class Runner(doctest.DocTestRunner):
    """Collects what fails instead of printing it."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.found: list[tuple[doctest.Example, str, str]] = []

    def report_start(self, out, test, example) -> None:
        """Nothing is reported while it runs."""

    def report_failure(self, out, test, example, got) -> None:
        """Keep what was shown and what was printed."""
        self.found.append((example, "code-output-drift", f"shows {example.want.strip()!r}, prints {got.strip()!r}"))

    def report_unexpected_exception(self, out, test, example, exc_info) -> None:
        """Keep the exception."""
        self.found.append((example, "code-failed", f"{exc_info[0].__name__}: {exc_info[1]}"))


def output_of(main: Callable[[list[str]], int], arguments: list[str]) -> tuple[int, str]:
    """Exit status and output of a command line, run in this process."""
    output = io.StringIO()
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            status = main(arguments)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)
    sys.stdout.flush()
    return status or 0, output.getvalue()


def matches(expected: str, printed: str) -> bool:
    """Whether output is what a page shows, where a line `...` stands for any lines."""
    lines = [
        r"(?:.*\n)*" if line.strip() == "..." else re.escape(line.rstrip()) + r"\n" for line in expected.rstrip().split("\n")
    ]
    output = "".join(f"{line.rstrip()}\n" for line in printed.rstrip().split("\n"))
    return re.fullmatch("".join(lines), output) is not None
