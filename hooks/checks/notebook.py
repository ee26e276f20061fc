"""Notebooks (docs/notebooks/*.py, percent format): their text holds no number at all, they state numbers by running cells."""

import re
from pathlib import Path

from hooks.checks.names import Names
from hooks.checks.numerals import numerals
from hooks.checks.page import MASK, SCHEMES, read_page
from hooks.checks.problem import Problem

_CELL = re.compile(r"^# %%(?P<head>[^\n]*)\n(?P<body>.*?)(?=^# %%|\Z)", re.M | re.S)
_FIX = "let a cell print it: calculators.run(...), or leave it out"


def problems(path: Path, source: str, names: Names) -> list[Problem]:
    """A problem for every number in a Markdown cell, bound or not: the site renders notebooks without binding links."""
    text = _markdown_only(source)
    page = read_page(path, text)
    found = [
        Problem(
            path, *page.position(numeral.offset), "number-in-notebook", f"{numeral.text!r} stands in the text of a notebook", _FIX
        )
        for numeral in numerals(page.visible, names)
    ]
    for link in page.links:
        if link.scheme in SCHEMES:
            message = f"[{link.text}]({link.destination}) is not bound in a notebook"
            found.append(Problem(path, *page.position(link.offset), "number-in-notebook", message, _FIX))
    return sorted(found)


def _markdown_only(source: str) -> str:
    """The source with everything masked but the text of Markdown cells, so that offsets stay."""
    kept = [MASK if character != "\n" else "\n" for character in source]
    for cell in _CELL.finditer(source):
        if "[markdown]" not in cell["head"]:
            continue
        offset = cell.start("body")
        for line in cell["body"].splitlines(keepends=True):
            prefix = len(re.match(r'# ?|"""|', line).group())
            kept[offset + prefix : offset + len(line)] = line[prefix:]
            offset += len(line)
    return "".join(kept)
