"""Which modules of this repository import which, so that everything else can stay loaded while one is changed."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from proof import ROOT

_PACKAGES = ("calculators", "hooks")


@cache
def _imports() -> dict[str, set[str]]:
    """Each module, and what importing it imports by itself: its parents, and what it names."""
    paths = {_name(path): path for package in _PACKAGES for path in (ROOT / package).rglob("*.py")}
    found: dict[str, set[str]] = {}
    for name, path in paths.items():
        named = {name.rpartition(".")[0]}
        for node in _at_import(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                named |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
        found[name] = (named & paths.keys()) - {name}
    return found


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when the module is imported: what a function imports, it finds anew when it is called."""
    for child in ast.iter_child_nodes(node):
        for_types = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        if not for_types and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _at_import(child)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def independent(module: str) -> list[str]:
    """The modules whose import never imports `module`."""
    dependents, before = {module}, 0
    while len(dependents) > before:
        before = len(dependents)
        dependents |= {name for name, imported in _imports().items() if imported & dependents}
    return sorted(name for name in _imports() if name not in dependents and not name.endswith("__main__"))
