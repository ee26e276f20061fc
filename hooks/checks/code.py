"""Code blocks: what can run is run and its output compared, what can be parsed is parsed, what shows a page is checked as one.

    pycon             run as a doctest; all blocks of a page share one namespace
    python            run in that namespace; a block with exec= belongs to markdown-exec; ``` { .python .not-run } is not run:
                      it needs a GPU or a library that the checks do without
    console           `$ python -m calculators ...` and `$ python -m hooks.checks NAME`, NAME being the title of a markdown block
                      before; output that is shown is compared, a line `...` stands for any lines
    markdown          checked like a page; problem codes after the language say what must be found: ```markdown claim-drift
    bash, sh          not run
    toml, json, yaml  not run
    html, text        taken as they are

What is not run has to parse, to name only what software.toml lists, and to be announced as not run; see unrun.py.

A block whose first line is `# path/of/a/file` is an excerpt: its lines stand in that file, one after the other, gaps marked by a
line `# ...`. Blocks that are neither run nor excerpts hold no quantities.
"""

import contextlib
import doctest
import importlib
import io
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hooks.checks.codes import CODES
from hooks.checks.names import Names
from hooks.checks.numerals import quantities_in_code
from hooks.checks.page import CodeBlock, Page
from hooks.checks.printed import Runner, matches, output_of
from hooks.checks.problem import Problem
from hooks.checks.software import ROOT, read_software
from hooks.checks.unrun import DATA, SHELLS, Unrun

_NOT_RUN = "not-run"
_PLAIN = ("html", "text")
_EXCERPT = re.compile(r"#\s*([\w.-]+(?:/[\w.-]+)+\.\w+)\s*$")


@dataclass
class CodeCheck:
    """Checks the code blocks of one page. `check_text` checks a markdown block as a page of its own."""

    page: Page
    names: Names
    check_text: Callable[[Path, str], list[Problem]]
    namespace: dict[str, Any] = field(default_factory=lambda: {"__name__": "page"})
    shown: dict[str, str] = field(default_factory=dict)
    unrun: Unrun = field(init=False)

    def __post_init__(self) -> None:
        self.unrun = Unrun(self.page, read_software())

    def run(self) -> list[Problem]:
        """The problems of all blocks, and of code in the text."""
        found = [problem for block in self.page.blocks for problem in self._block(block)]
        for offset, *said in self.unrun.spans():
            found.append(Problem(self.page.path, *self.page.position(offset), *said))
        return found

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
        elif block.language in (*SHELLS, *DATA):
            yield from self._not_run(block)
        elif block.language in _PLAIN:
            yield from self._quantities(block)
        else:
            known = ", ".join(sorted((*languages, *SHELLS, *DATA, *_PLAIN)))
            what = f"nothing checks {block.language!r}" if block.language else "the block names no language"
            yield self._problem(block, 0, "code-language", what, f"one of {known}")

    def _problem(self, block: CodeBlock, line: int, code: str, message: str, fix: str = "", column: int = 1) -> Problem:
        """A problem at a line of the block, counted from its fence."""
        return Problem(self.page.path, block.line + line, block.indent + column, code, message, fix)

    def _quantities(self, block: CodeBlock, text: str = "") -> Iterator[Problem]:
        fix = "show an excerpt of a file, output of a command, or no number with a unit"
        for number, line in enumerate((text or block.text).split("\n"), 1):
            for found in quantities_in_code(line, self.names):
                yield self._problem(block, number, "quantity-in-code", f"nothing checks {found.text!r}", fix, found.offset + 1)

    def _not_run(self, block: CodeBlock) -> Iterator[Problem]:
        yield from (self._problem(block, *found) for found in self.unrun.block(block))
        yield from self._quantities(block)

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
        test = doctest.DocTest(examples, self.namespace, self.page.path.name, None, 0, block.text)
        test.globs = self.namespace
        runner = Runner()
        runner.run(test, out=io.StringIO().write, clear_globs=False)
        for example, code, message in runner.found:
            yield self._problem(block, example.lineno + 1, code, message, "correct the page or what it runs")
        yield from self._comments(block)

    def _python(self, block: CodeBlock) -> Iterator[Problem]:
        if _NOT_RUN in block.words:
            yield from self._not_run(block)
            return
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(block.text, self.page.path.name, "exec"), self.namespace)
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
            status, output = output_of(importlib.import_module("calculators.__main__").main, arguments[3:])
        elif arguments[:3] == ["python", "-m", "hooks.checks"] and arguments[3:] and set(arguments[3:]) <= self.shown.keys():
            status, output = 0, self._checked(arguments[3:])
        else:
            fix = "use a bash block without output, or a markdown block with title= before `python -m hooks.checks <title>`"
            yield self._problem(block, line, "code-language", f"nothing can check what `{command}` prints", fix)
            return
        if not expected.strip() and status:
            yield self._problem(block, line, "code-failed", f"ends with status {status}: {output.strip()}")
        elif expected.strip() and not matches(expected, output):
            yield self._problem(
                block, line, "code-output-drift", f"`{command}` prints otherwise", f"the output is now:\n{output.rstrip()}"
            )

    def _checked(self, names: list[str]) -> str:
        found = [problem for name in names for problem in self.check_text(Path(name), self.shown[name])]
        return "\n".join(str(problem) for problem in sorted(found))

    def _markdown(self, block: CodeBlock) -> Iterator[Problem]:
        if block.title:
            self.shown[block.title] = block.text
        wanted = {word for word in block.words if word in CODES}
        found = self.check_text(Path(block.title or self.page.path.name), block.text)
        if wanted:
            codes = {problem.code for problem in found}
            if codes != wanted:
                message = f"shows {', '.join(sorted(codes)) or 'no problem'}, not {', '.join(sorted(wanted))}"
                yield self._problem(block, 0, "code-failed", message)
            return
        for problem in found:
            yield self._problem(block, problem.line, problem.code, problem.message, problem.fix, problem.column)
