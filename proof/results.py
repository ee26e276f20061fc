"""Recorded results: documents of TOML, parsed once for the same content, as each save of a preview asks for them."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """The document at a path. It is shared: whoever changes it takes a copy."""
    return _parsed(path.read_text("utf-8"))


@cache
def _parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text)
