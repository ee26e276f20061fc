"""The list of other people's software: each entry says where it was read, and each is used by a page."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from hooks.checks.library_names import LibraryNames
from hooks.checks.page import Page, read_page
from hooks.checks.shell import assigned, commands
from hooks.checks.software import SOFTWARE, Software, read_software

DOCS = Path(__file__).parents[2] / "docs"
TABLE = tomllib.loads(SOFTWARE.read_text("utf-8"))
ENTRIES = {f"{kind} {name}": entry for kind, entries in TABLE.items() for name, entry in entries.items()}


@pytest.fixture(scope="module")
def software() -> Software:
    return read_software()


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    return [read_page(path, path.read_text("utf-8")) for path in sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_says_where_its_names_were_read(name):
    entry = ENTRIES[name]
    assert len(entry["document"]) > 5
    assert entry.get("address", "https://").startswith("https://")
    for key in ("options", "absent", "keys"):
        assert entry.get(key, []) == sorted(set(entry.get(key, [])), key=lambda option: (option.startswith("--"), option))
    if "names" in entry:
        assert list(entry["names"]) == sorted(entry["names"]) and entry["address"]
    if isinstance(entry.get("names"), dict) or "keys" in entry:
        assert entry["version"]


def test_every_listed_option_is_used(software, pages):
    used: dict[tuple[str, ...], set[str]] = {words: set() for words in software.commands}
    alone: set[str] = set()
    for page in pages:
        shown = [block.text for block in page.blocks if block.language in ("bash", "sh")]
        for text in (*shown, *(span.text for span in page.spans)):
            alone |= {word.partition("=")[0] for word in text.split() if text.startswith("--") and word.startswith("--")}
            for _, words in commands(text) if text in shown or software.command(text.split()) else ():
                command = software.command(words)
                assert command, text
                used[command.words] |= {word.partition("=")[0] for word in words if word.startswith("-")}
                used[command.words].add("")
    for name, entry in TABLE["commands"].items():
        words = tuple(name.split())
        assert used[words], f"no page uses {name}"
        assert {*entry.get("options", ()), *entry.get("absent", ())} <= used[words] | alone, name


def test_every_listed_variable_is_used(software, pages):
    blocks = [block for page in pages for block in page.blocks if block.language in ("bash", "sh")]
    shown = {name for block in blocks for _, name in assigned(block.text)}
    shown |= {span.text.partition("=")[0] for page in pages for span in page.spans}
    assert software.variables <= shown


def test_every_listed_key_is_used(software, pages):
    blocks = [yaml.safe_load(block.text) for page in pages for block in page.blocks if block.language == "yaml"]
    empty = replace(software, configurations={"none": frozenset()})
    for name, keys in software.configurations.items():
        assert any(keys == {said.split("'")[1] for said in empty.unknown_keys(block)} for block in blocks), name


def test_every_listed_name_is_used(software, pages):
    used: dict[str, set[str]] = {}
    for page in pages:
        names = LibraryNames(software)
        for block in page.blocks:
            if "not-run" in block.words:
                for name, keywords in names.used(block.text):
                    used.setdefault(name, set()).update(keywords)
        for span in page.spans:
            for name, keywords in names.shown(span.text):
                used.setdefault(name, set()).update(keywords)
    for library in software.libraries.values():
        for name, keywords in library.names.items():
            assert used.get(f"{library.name}.{name}") == keywords, name
