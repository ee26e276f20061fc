"""Files that the site serves besides its pages: the browser's runtime, and the facts as JSON and CSV."""

import importlib
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File


def runtime_files(config: MkDocsConfig, runtime: Path) -> list[File]:
    """`runtime/...` as assembled: the interpreter, its library and the calculators."""
    return [
        File.generated(config, f"runtime/{path.relative_to(runtime).as_posix()}", abs_src_path=str(path))
        for path in sorted(runtime.rglob("*"))
        if path.is_file()
    ]


def fact_files(config: MkDocsConfig) -> list[File]:
    """`data/...`: the fact base as readers can download it."""
    export = importlib.import_module("hooks.site.export")  # imported late, so that an edit of the facts is seen while serving
    return [File.generated(config, f"data/{name}", content=content) for name, content in export.files().items()]
