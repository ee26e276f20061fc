"""Known names that hold digits: those of the fact base, and the closed list in names.toml."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from calculators import formats
from calculators.records import FactBase, Record
from calculators.schema import FORMATS
from hooks.checks.problem import Problem

NAMES = Path(__file__).parent / "names.toml"
_NAMING_FACTS = (
    "identity.architecture",
    "identity.chip",
    "identity.form_factor",
    "identity.process",
    "identity.family",
    "memory.type",
)


@dataclass
class Names:
    """The vocabulary of names; `used` collects the entries of names.toml that pages needed."""

    known: dict[str, tuple[str, ...]] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    path: Path = NAMES
    used: set[str] = field(default_factory=set)
    _near: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any known name, longest first, as a word of its own: not within 'H1000', not before '.5'."""
        return _any_of({*self.known, *(name for name in self.listed if re.search(r"\d", name))}, r"(?:'s|s)?(?!\w|[.,:]\d)")

    @cached_property
    def version_pattern(self) -> re.Pattern[str] | None:
        """A word of the list of versioned products, before its version."""
        return _any_of(set(self.versions), r"(?!\w)") if self.versions else None

    def records_in(self, text: str) -> Iterator[str]:
        """The slugs of the records that a text names, in the order of the text."""
        for found in self.pattern.finditer(text):
            yield from self.known.get(_key(found.group(1)), ())

    def records_of(self, name: str) -> tuple[str, ...]:
        """The slugs of the records that go by a name, as the pattern finds it: with an s or 's."""
        found = self.pattern.fullmatch(name)
        return self.known.get(_key(found.group(1)), ()) if found else ()

    def near(self, name: str) -> frozenset[str]:
        """The records with a name one slip away, in a digit or a zero; an empty slug for a name that no record has."""
        if name not in self._near:
            own = self.records_of(name)
            found = [(text, self.pattern.match(text)) for text in _slips(name)]
            whole = [each.group() for text, each in found if each and not re.search(r"\d", text[each.end() :])]
            others = {self.records_of(text) or ("",) for text in whole}
            self._near[name] = frozenset(slug for slugs in others if not own or slugs != own for slug in slugs)
        return self._near[name]

    def note_use(self, written: str) -> None:
        self.used.add(_key(written))

    def problems(self, whole_site: bool) -> list[Problem]:
        """Entries out of order or superfluous; entries that no page uses, once all pages were read."""
        lines = self.path.read_text("utf-8").splitlines()
        found = []
        for entries in (self.listed, self.versions):
            for before, entry in zip(("", *entries), entries, strict=False):
                at = _place(lines, entry)
                if before and before.lower() >= entry.lower():
                    found.append(
                        Problem(
                            self.path, *at, "name-order", f"{entry!r} stands after {before!r}", "sort the list; each entry once"
                        )
                    )
                elif entries is self.listed and _key(entry) in self.known:
                    found.append(
                        Problem(self.path, *at, "name-order", f"{entry!r} is known from the fact base", "remove the line")
                    )
                elif whole_site and _key(entry) not in self.used:
                    found.append(Problem(self.path, *at, "name-unused", f"no page uses {entry!r}", "remove the line"))
        return found


def _slips(name: str) -> Iterator[str]:
    for found in re.finditer(r"\d", name):
        before, digit, after = name[: found.start()], int(found.group()), name[found.end() :]
        yield from (f"{before}{other % 10}{after}" for other in (digit - 1, digit + 1))
        yield f"{before}{digit}0{after}"
        if not digit:
            yield before + after


def _place(lines: list[str], entry: str) -> tuple[int, int]:
    for number, line in enumerate(lines, 1):
        if f'"{entry}"' in line:
            return number, line.index(f'"{entry}"') + 1
    return 1, 1


def read_names(base: FactBase, path: Path = NAMES) -> Names:
    """The names of a fact base together with the closed list at `path`."""
    table = tomllib.loads(path.read_text("utf-8"))
    stored = (kind.name for kind in formats.WEIGHTS.values())
    known: dict[str, tuple[str, ...]] = {_key(name): () for name in (*FORMATS.values(), *stored)}
    versioned = tuple(table.get("versions", ()))
    for record in base.records.values():
        for name in _names_of(record):
            if name.startswith(versioned):  # "PCIe 5.0" is a version, and a list of them is read as one
                continue
            known[_key(name)] = (*known.get(_key(name), ()), record.slug)
        known |= {_key(profile): () for profile in record.mig}
    return Names(known, tuple(table.get("names", ())), versioned, path)


def _names_of(record: Record) -> Iterable[str]:
    names = {record.name, record.short, *record.aliases, record.name.removeprefix(record.vendor).strip()}
    names |= {record.size_class} if record.size_class else set()
    spoken = names if record.folder in ("gpus", "models") else ()  # parts of their names are used alone
    words = {word for name in spoken for word in re.findall(r"(?<![\w-])[A-Za-z]+\d\w*(?![\w-])", name)}
    texts = {str(record.facts[key]) for key in _NAMING_FACTS if key in record.facts}
    return {name for name in names | words | texts if re.search(r"\d", name)}


def _key(name: str) -> str:
    return re.sub(r"[\s-]+", " ", name)


def _any_of(names: set[str], after: str) -> re.Pattern[str]:
    written = sorted({_key(name) for name in names}, key=len, reverse=True)
    words = "|".join(re.escape(name).replace(r"\ ", r"[\s-]") for name in written)
    return re.compile(rf"(?<![\w.])({words or '(?!)'}){after}")
