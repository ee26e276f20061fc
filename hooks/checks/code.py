"""Code blocks: what can run is run and its output compared, what can be parsed is parsed, what shows a page is checked as one.

    pycon             run as a doctest; all blocks of a page share one namespace
    python            run in that namespace; a block with exec= belongs to markdown-exec; ``` { .python .not-run } is parsed only:
                      it needs a GPU or a library that the checks do without, and the page says so
    console           `$ python -m calculators ...` and `$ python -m hooks.checks NAME`, NAME being the title of a markdown block
                      before; output that is shown is compared, a line `...` stands for any lines
    markdown          checked like a page; problem codes after the language say what must be found: ```markdown claim-drift
    toml, json, yaml  parsed
    bash, sh, html, text

A block whose first line is `# path/of/a/file` is an excerpt: its lines stand in that file, one after the other, gaps marked by a
line `# ...`. Blocks that are neither run nor excerpts hold no quantities.
"""

import ast
import contextlib
import doctest
import importlib
import io
import json
import os
import re
import shlex
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hooks.checks.codes import CODES
from hooks.checks.names import Names
from hooks.checks.numerals import quantities_in_code
from hooks.checks.page import CodeBlock
from hooks.checks.problem import Problem

ROOT = Path(__file__).resolve().parents[2]
_PARSERS: dict[str, Callable[[str], Any]] = {"toml": tomllib.loads, "json": json.loads, "yaml": yaml.safe_load}
_NOT_RUN = "not-run"
_PLAIN = ("bash", "sh", "html", "text")
_EXCERPT = re.compile(r"#\s*([\w.-]+(?:/[\w.-]+)+\.\w+)\s*$")


@dataclass
class CodeCheck:
    """Checks the code blocks of one page. `check_text` checks a markdown block as a page of its own."""

    path: Path
    names: Names
    check_text: Callable[[Path, str], list[Problem]]
    namespace: dict[str, Any] = field(default_factory=lambda: {"__name__": "page"})
    shown: dict[str, str] = field(default_factory=dict)

    def run(self, blocks: list[CodeBlock]) -> list[Problem]:
        """The problems of all blocks, in order."""
        return [problem for block in blocks for problem in self._block(block)]

    def _block(self, block: CodeBlock) -> Iterator[Problem]:
        if re.search(r"\bexec\s*=", block.info):
            return
        first = block.text.split("\n", 1)[0]
        if found := _EXCERPT.match(first):
            yield from self._excerpt(block, found.group(1))
            return
        languages = {"pycon": self._pycon, "python": self._python, "console": self._console, "markdown": self._markdown}
        if block.language in languages:
            yield from languages[block.language](block)
        elif block.language in _PARSERS:
            yield from self._parsed(block)
            yield from self._quantities(block)
        elif block.language in _PLAIN:
            yield from self._quantities(block)
        else:
            known = ", ".join(sorted((*languages, *_PARSERS, *_PLAIN)))
            what = f"nothing checks {block.language!r}" if block.language else "the block names no language"
            yield self._problem(block, 0, "code-language", what, f"one of {known}")

    def _problem(self, block: CodeBlock, line: int, code: str, message: str, fix: str = "", column: int = 1) -> Problem:
        """A problem at a line of the block, counted from its fence."""
        return Problem(self.path, block.line + line, block.indent + column, code, message, fix)

    def _quantities(self, block: CodeBlock, text: str = "") -> Iterator[Problem]:
        fix = "show an excerpt of a file, output of a command, or no number with a unit"
        for number, line in enumerate((text or block.text).split("\n"), 1):
            for found in quantities_in_code(line, self.names):
                yield self._problem(block, number, "quantity-in-code", f"nothing checks {found.text!r}", fix, found.offset + 1)

    def _parsed(self, block: CodeBlock) -> Iterator[Problem]:
        try:
            _PARSERS[block.language](block.text)
        except (ValueError, yaml.YAMLError) as error:
            yield self._problem(block, 0, "code-failed", f"this is not {block.language}: {' '.join(str(error).split())}")

    def _excerpt(self, block: CodeBlock, name: str) -> Iterator[Problem]:
        file = ROOT / name
        if not file.is_file():
            yield self._problem(block, 1, "code-failed", f"there is no file {name}")
            return
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
        place = 0
        gap = True
        for number, line in enumerate(block.text.splitlines()[1:], 2):
            wanted = line.strip()
            if wanted in ("# ...", "...", ""):
                gap = gap or bool(wanted)
                continue
            while place < len(lines) and not lines[place]:
                place += 1
            following = lines[place:] if gap else lines[place : place + 1]
            if wanted not in following:
                yield self._problem(
                    block, number, "code-output-drift", f"{name} does not hold {wanted!r} here", f"copy the lines from {name}"
                )
                return
            place, gap = place + following.index(wanted) + 1, False

    def _pycon(self, block: CodeBlock) -> Iterator[Problem]:
        try:
            examples = doctest.DocTestParser().get_examples(block.text)
        except ValueError as error:
            yield self._problem(block, 0, "code-failed", str(error))
            return
        test = doctest.DocTest(examples, self.namespace, self.path.name, None, 0, block.text)
        test.globs = self.namespace
        runner = _Runner()
        runner.run(test, out=io.StringIO().write, clear_globs=False)
        for example, code, message in runner.found:
            yield self._problem(block, example.lineno + 1, code, message, "correct the page or what it runs")
        yield from self._comments(block)

    def _python(self, block: CodeBlock) -> Iterator[Problem]:
        if _NOT_RUN in block.words:
            try:
                ast.parse(block.text)
            except SyntaxError as error:
                yield self._problem(block, 0, "code-failed", f"{type(error).__name__}: {error}")
            yield from self._quantities(block)
            return
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(block.text, self.path.name, "exec"), self.namespace)
        except Exception as error:
            yield self._problem(block, 0, "code-failed", f"{type(error).__name__}: {error}")
        yield from self._comments(block)

    def _comments(self, block: CodeBlock) -> Iterator[Problem]:
        """Comments are prose: nothing that runs checks a quantity in them."""
        comments = [line[line.find("#") :].rjust(len(line)) if "#" in line else "" for line in block.text.split("\n")]
        yield from self._quantities(block, "\n".join(comments))

    def _console(self, block: CodeBlock) -> Iterator[Problem]:
        runs = re.split(r"^\$ ", block.text, flags=re.M)
        line = 1 + runs[0].count("\n")
        for run in runs[1:]:
            command, _, expected = run.partition("\n")
            yield from self._command(block, line, command.strip(), expected.rstrip("\n"))
            line += run.count("\n")

    def _command(self, block: CodeBlock, line: int, command: str, expected: str) -> Iterator[Problem]:
        arguments = shlex.split(command, comments=True)
        if arguments[:3] == ["python", "-m", "calculators"]:
            status, printed = _printed(importlib.import_module("calculators.__main__").main, arguments[3:])
        elif arguments[:3] == ["python", "-m", "hooks.checks"] and arguments[3:] and set(arguments[3:]) <= self.shown.keys():
            status, printed = 0, self._checked(arguments[3:])
        else:
            fix = "use a bash block without output, or a markdown block with title= before `python -m hooks.checks <title>`"
            yield self._problem(block, line, "code-language", f"nothing can check what `{command}` prints", fix)
            return
        if not expected.strip() and status:
            yield self._problem(block, line, "code-failed", f"ends with status {status}: {printed.strip()}")
        elif expected.strip() and not _matches(expected, printed):
            yield self._problem(
                block, line, "code-output-drift", f"`{command}` prints otherwise", f"the output is now:\n{printed.rstrip()}"
            )

    def _checked(self, names: list[str]) -> str:
        found = [problem for name in names for problem in self.check_text(Path(name), self.shown[name])]
        return "\n".join(str(problem) for problem in sorted(found))

    def _markdown(self, block: CodeBlock) -> Iterator[Problem]:
        if block.title:
            self.shown[block.title] = block.text
        wanted = {word for word in block.words if word in CODES}
        found = self.check_text(Path(block.title or self.path.name), block.text)
        if wanted:
            codes = {problem.code for problem in found}
            if codes != wanted:
                message = f"shows {', '.join(sorted(codes)) or 'no problem'}, not {', '.join(sorted(wanted))}"
                yield self._problem(block, 0, "code-failed", message)
            return
        for problem in found:
            yield self._problem(block, problem.line, problem.code, problem.message, problem.fix, problem.column)


class _Runner(doctest.DocTestRunner):
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


def _printed(main: Callable[[list[str]], int], arguments: list[str]) -> tuple[int, str]:
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


def _matches(expected: str, printed: str) -> bool:
    """Whether output is what a page shows, where a line `...` stands for any lines."""
    lines = [
        r"(?:.*\n)*" if line.strip() == "..." else re.escape(line.rstrip()) + r"\n" for line in expected.rstrip().split("\n")
    ]
    output = "".join(f"{line.rstrip()}\n" for line in printed.rstrip().split("\n"))
    return re.fullmatch("".join(lines), output) is not None
