"""The script of the theme, as it comes and as a hook changes it."""

from collections.abc import Callable
from pathlib import Path

import material
from mkdocs.structure.files import File, Files

SCRIPT = next((Path(material.__file__).parent / "templates" / "assets" / "javascripts").glob("bundle.*.min.js")).read_text(
    "utf-8"
)


def theme(script: str) -> Files:
    """The files of a theme whose script is this."""
    bundle = File("assets/javascripts/bundle.0a1b2c.min.js", None, "site", use_directory_urls=True)
    bundle.content_string = script
    return Files([bundle])


def changed(script: str, change: Callable[[Files], None]) -> str:
    """The script after a hook has changed it."""
    files = theme(script)
    change(files)
    return next(iter(files)).content_string
