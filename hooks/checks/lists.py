"""Numbered lists: each item has the number that a reader sees, one more than the item before it."""

import re
from collections.abc import Iterator

from hooks.checks.page import MASK

_ITEM = re.compile(r"(?P<indent>[ \t>]*)(?P<number>\d{1,3})[.)](?=[ \t])")


def out_of_order(text: str) -> Iterator[tuple[int, str, int]]:
    """Items with another number than the list has come to: where, the number written, the number expected."""
    last: dict[str, int] = {}
    offset = 0
    for line in text.split("\n"):
        found = _ITEM.match(line)
        if found:
            indent, expected = found["indent"], last.get(found["indent"], 0) + 1
            if int(found["number"]) != expected:
                yield offset + found.start("number"), found["number"], expected
            last = {other: number for other, number in last.items() if len(other) <= len(indent)} | {indent: expected}
        elif line.strip(f" \t>{MASK}") and line[0] not in " \t":
            last = {}
        offset += len(line) + 1
