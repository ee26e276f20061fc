"""No file is published that nobody can account for: each is one of MkDocs' collection, or one of the few named here."""

import json
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files

from hooks.runtime import assembly, served

# What the build writes besides its collection of files, sorted.
WRITTEN = (
    "404.html",  # a template of the theme: what a host shows where no page is
    "_headers",  # hooks/site/policy.py
    "search/search_index.json",  # the search plugin, once every page is read
    "sitemap.xml",  # a template of MkDocs
    "sitemap.xml.gz",  # the same, packed by MkDocs
    "sw.js",  # hooks/runtime/service_worker.py
    "tags.json",  # the tags plugin: which page has which tag
)


def check(site: Path, files: Files) -> None:
    """Raises PluginError naming every file that is too many, too few, or not what the runtime's index says."""
    expected = {file.dest_uri for file in files if file.inclusion.is_included()} | set(WRITTEN)
    present = {path.relative_to(site).as_posix() for path in site.rglob("*") if not path.is_dir()}
    problems = [f"{name}: nothing accounts for it" for name in sorted(present - expected)]
    problems += [f"{name}: missing" for name in sorted(expected - present)]
    problems += _changed(site / "runtime")
    if problems:
        raise PluginError("\n".join(["the files of the site are not those that it is made of:", *problems]))


def _changed(runtime: Path) -> list[str]:
    """Files of the runtime with another hash than its index, or for those of Pyodide the committed list, has of them."""
    index = runtime / assembly.INDEX
    if not index.is_file():
        return []  # named as missing already
    hashes = json.loads(index.read_text("utf-8"))["files"]
    listed = served.listed()
    hashes |= {name: listed[name] for name in assembly.PYODIDE_FILES}
    return [
        f"runtime/{name}: its SHA-256 is not the one that is listed"
        for name, wanted in hashes.items()
        if (runtime / name).is_file() and served.sha256(runtime / name) != wanted
    ]
