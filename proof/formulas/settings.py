"""What is mutated, by what, and judged by which tests: the section `tool.mutate` of pyproject.toml."""

import re
import tomllib
from pathlib import Path

from proof import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutate"]
EXCLUDED = re.compile("|".join(SETTINGS["excluded_operators"]))
CACHE = ROOT / ".cache" / "mutate"


def path_of(module: str) -> Path:
    """The file of a module of the calculators, named without the package: 'kv_cache', 'operations.layer'."""
    return ROOT / "calculators" / Path(*module.split(".")).with_suffix(".py")
