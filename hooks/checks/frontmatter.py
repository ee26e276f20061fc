"""The front matter of a page: where it ends, what a reader sees of it, the assumptions that the page declares, what it names.

given:
  price: {value: "2.50 USD/h", note: "one H100, on demand, a round figure"}
names: {"October 2026": 2}
"""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

SEEN_KEYS = ("title", "description", "subtitle", "summary")
_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)


@dataclass(frozen=True, slots=True)
class Given:
    """An assumption of a page, as written, and where."""

    name: str
    value: str
    note: str
    offset: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Front matter, read: its end in the file, the texts that readers see with their offsets, the assumptions."""

    end: int = 0
    problem: str = ""
    seen: tuple[tuple[int, str], ...] = ()
    givens: dict[str, Given] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)


def read_front_matter(text: str) -> FrontMatter:
    """Read the front matter at the head of a page, if there is one."""
    found = _BLOCK.match(text)
    if not found:
        return FrontMatter()
    raw = found.group(1)
    start = found.start(1)
    try:
        data = _loaded(raw) or {}
    except yaml.YAMLError as error:
        return FrontMatter(found.end(), str(error).replace("\n", " "))
    if not isinstance(data, dict):
        return FrontMatter(found.end(), "is not a map of names to values")
    seen = [(start + place, str(data[key])) for key in SEEN_KEYS if key in data for place in [_place(raw, key, str(data[key]))]]
    declared = data.get("given") or {}
    if not isinstance(declared, dict):
        return FrontMatter(found.end(), "given: is not a map of names to values", tuple(seen))
    givens = {str(name): _given(raw, start, str(name), entry) for name, entry in declared.items()}
    seen += [(start + raw.find(given.note), given.note) for given in givens.values() if given.note and given.note in raw]
    names = data.get("names") or {}
    if not isinstance(names, dict) or not all(isinstance(count, int) and count > 0 for count in names.values()):
        return FrontMatter(found.end(), "names: is not a map of names to the times each is said", tuple(seen), givens)
    return FrontMatter(found.end(), "", tuple(seen), givens, {str(name): count for name, count in names.items()})


def front_matter_map(text: str) -> dict[str, Any]:
    """The front matter of a page as a map; empty where it has none that can be read, which the checks report."""
    found = _BLOCK.match(text)
    try:
        data = _loaded(found.group(1)) if found else None
    except yaml.YAMLError:
        return {}
    return data if isinstance(data, dict) else {}


@cache  # each save of a preview asks for that of every page
def _loaded(raw: str) -> Any:
    return yaml.safe_load(raw)


def _place(raw: str, key: str, value: str) -> int:
    at = re.search(rf"^{re.escape(key)}[ \t]*:", raw, re.M)
    start = at.start() if at else 0
    inside = raw.find(value, start)
    return inside if inside >= 0 else start


def _given(raw: str, start: int, name: str, entry: Any) -> Given:
    at = re.search(rf"^[ \t]+['\"]?{re.escape(name)}['\"]?[ \t]*:", raw, re.M)
    offset = start + (at.end() - len(at.group().lstrip()) if at else 0)
    if not isinstance(entry, dict) or set(entry) != {"value", "note"}:
        return Given(name, "", "", offset, "needs exactly a value and a note")
    if isinstance(entry["value"], bool | dict | list | None):
        return Given(name, "", "", offset, f"has the value {entry['value']!r}, which is neither a quantity nor a name")
    if not str(entry["note"] or "").strip():
        return Given(name, str(entry["value"]), "", offset, "needs a note that says where it comes from")
    return Given(name, str(entry["value"]), str(entry["note"]), offset)
