"""Other people's software that pages show without running it: software.toml, which says where each name was read."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from calculators import call
from calculators.problems import nearest

ROOT = Path(__file__).resolve().parents[2]
SOFTWARE = Path(__file__).parent / "software.toml"


@dataclass(frozen=True, slots=True)
class Command:
    """A command, such as `nvidia-smi mig`, with its options and those that it is said to have and has not."""

    words: tuple[str, ...]
    listed: frozenset[str]
    absent: frozenset[str]
    has_inputs: bool = False

    @property
    def options(self) -> frozenset[str]:
        """Its options. Those of our own command line are looked up only where a page shows it: that loads all calculators."""
        return self.listed | (_inputs() if self.has_inputs else frozenset())


@dataclass(frozen=True, slots=True)
class Library:
    """A library by the name it is imported by. `names` are the ones in use, without that first part, each with its keywords."""

    name: str
    version: str
    names: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Software:
    """All that is listed. `configurations` are the keys of each kind of file, from the top, with dots between them."""

    commands: dict[tuple[str, ...], Command]
    libraries: dict[str, Library]
    variables: frozenset[str]
    configurations: dict[str, frozenset[str]]

    @property
    def options(self) -> frozenset[str]:
        """The options of all commands, as text names them by themselves; also those it says do not exist."""
        return frozenset().union(*(command.options | command.absent for command in self.commands.values()))

    def command(self, words: list[str]) -> Command | None:
        """The command that a line starts with: the longest listed one."""
        sizes = range(min(len(words), 3), 0, -1)
        return next((self.commands[tuple(words[:size])] for size in sizes if tuple(words[:size]) in self.commands), None)

    def unknown_variable(self, name: str) -> Iterator[str]:
        """What is wrong with a variable that is not listed."""
        if name not in self.variables:
            yield f"nothing is known of the variable {name!r}{nearest(name, self.variables)}"

    def unknown_keys(self, content: object) -> Iterator[str]:
        """What is wrong with the keys of a configuration: those that the kind of file it is nearest to has not."""
        used = set(_keys(content))
        kind = max(self.configurations, key=lambda name: len(used & self.configurations[name]))
        for key in sorted(used - self.configurations[kind]):
            yield f"nothing is known of the key {key!r}{nearest(key, self.configurations[kind])}"


@cache
def read_software(path: Path = SOFTWARE) -> Software:
    """Read the list."""
    table = tomllib.loads(path.read_text("utf-8"))
    commands = {}
    for name, entry in table["commands"].items():
        listed = {*entry.get("options", ()), *(_defined_in(ROOT / entry["file"]) if "file" in entry else ())}
        words = tuple(name.split())
        commands[words] = Command(words, frozenset(listed), frozenset(entry.get("absent", ())), entry.get("inputs", False))
    libraries = {
        name: Library(name, entry["version"], {used: frozenset(keywords) for used, keywords in entry["names"].items()})
        for name, entry in table["libraries"].items()
    }
    variables = {name for entry in table["variables"].values() for name in (*entry.get("names", ()), *_read_by(entry))}
    configurations = {name: frozenset(entry["keys"]) for name, entry in table["configurations"].items()}
    return Software(commands, libraries, frozenset(variables), configurations)


def _defined_in(file: Path) -> list[str]:
    """The options that a script of ours defines."""
    return list(re.findall(r"""add_argument\(\s*["'](--[a-z-]+)""", file.read_text("utf-8")))


def _read_by(entry: dict[str, str]) -> list[str]:
    """The variables that our configuration reads."""
    return re.findall(r"!ENV \[?(\w+)", (ROOT / entry["file"]).read_text("utf-8")) if "file" in entry else []


def _keys(content: object, above: str = "") -> Iterator[str]:
    """The keys of a configuration, each with those above it."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield f"{above}{key}"
            yield from _keys(value, f"{above}{key}.")
    elif isinstance(content, list):
        for item in content:
            yield from _keys(item, above)


@cache
def _inputs() -> frozenset[str]:
    """The options by which our command line takes the inputs of calculators."""
    return frozenset(f"--{field}" for name in call.names() for field in call.get(name).input_specs)
