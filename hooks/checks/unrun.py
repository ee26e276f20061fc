"""Code of pages that is not run: it parses, what it takes from others is listed, and the text before it says so."""

import ast
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from hooks.checks import shell
from hooks.checks.library_names import LibraryNames
from hooks.checks.page import CodeBlock, Page
from hooks.checks.software import Software

DATA: dict[str, Callable[[str], Any]] = {"toml": tomllib.loads, "json": json.loads, "yaml": yaml.safe_load}
SHELLS = ("bash", "sh")

_VARIABLE = re.compile(r"([A-Z]{2}[A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=\S*)?")
_SAID = re.compile(r"\bneeds?\b[^.]*\bGPUs?\b|\bnot (?:be )?run\b", re.I)
_ADD = "correct it, or read its documentation and add it to hooks/checks/software.toml"
type Found = tuple[int, str, str, str]
"""The line, counted from the fence, the problem code, what is wrong, and what to do."""


@dataclass
class Unrun:
    """Checks the blocks of a page that nothing runs; the names that one block imports hold for the following ones."""

    page: Page
    software: Software
    names: LibraryNames = field(init=False)

    def __post_init__(self) -> None:
        self.names = LibraryNames(self.software)

    def block(self, block: CodeBlock) -> Iterator[Found]:
        """The problems of one block."""
        if not self._said(block):
            fix = 'write in the text before it that it is not run, or that it "needs a GPU"'
            yield 0, "code-unsaid", "nothing runs this, and its section does not say so", fix
        wrong = self._parse(block)
        if wrong:
            yield 0, "code-failed", wrong, ""
            return
        if block.language in SHELLS:
            yield from ((line, "code-unlisted", said, _ADD) for line, said in shell.unknown(block.text, self.software))
        elif block.language == "python":
            yield from ((line, "code-unlisted", said, _ADD) for line, said in self.names.unknown(block.text))
        elif block.language == "yaml":
            yield from ((0, "code-unlisted", said, _ADD) for said in self.software.unknown_keys(yaml.safe_load(block.text)))

    def spans(self) -> Iterator[Found]:
        """What the text names of others and is not listed; with the offset in place of the line."""
        for span in self.page.spans:
            for said in self._span(span.text):
                yield span.offset, "code-unlisted", said, _ADD

    def _span(self, text: str) -> Iterator[str]:
        words = text.split()
        if words and words[0].startswith("--"):
            yield from (f"nothing is known of the option {word!r}" for word in words if self._unknown_option(word))
        elif self.software.command(words):
            yield from (said for _, said in shell.unknown(text, self.software))
        elif found := _VARIABLE.fullmatch(text):
            yield from self.software.unknown_variable(found.group(1))
        else:
            yield from self.names.mentioned(text)

    def _unknown_option(self, word: str) -> bool:
        return word.startswith("--") and word.partition("=")[0] not in self.software.options

    def _parse(self, block: CodeBlock) -> str:
        """What is wrong if a block cannot be parsed."""
        try:
            if block.language in SHELLS:
                return shell.syntax(block.language, block.text)
            parse = ast.parse if block.language == "python" else DATA[block.language]
            parse(block.text)
        except SyntaxError as error:
            return f"{type(error).__name__}: {error}"
        except (ValueError, yaml.YAMLError) as error:
            return f"this is not {block.language}: {' '.join(str(error).split())}"
        return ""

    def _said(self, block: CodeBlock) -> bool:
        """Whether the section of a block, its heading included, says before the block that it is not run."""
        before = self.page.visible.split("\n")[: block.line - 1]
        heading = max((number for number, line in enumerate(before) if line.startswith("#")), default=0)
        return _SAID.search(" ".join(before[heading:])) is not None
