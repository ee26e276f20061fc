"""Runs the code blocks that draw tables, forms and charts once for each state of the calculators, not once for each build."""

import ast
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from hooks.site.remembered import Remembered


def remember(fences: list[dict[str, Any]], remembered: Remembered) -> None:
    """Let every executed fence give what it gave before, where nothing it depends on has changed."""
    for fence in fences:
        fence["format"] = _remembering(fence["format"], remembered)


def _remembering(formatter: Callable[..., str], remembered: Remembered) -> Callable[..., str]:
    def format(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **rest: Any) -> str:
        def run() -> str:
            return str(formatter(source, language, css_class, options, md, **rest))

        return Markup(remembered.recall(f"{language} {source}", run)) if _repeatable(source, options) else run()

    return format


def _repeatable(source: str, options: dict[str, Any]) -> bool:
    """Whether the output is HTML as it stands, and of calculators alone: nothing else is known to stay the same."""
    as_it_stands = options.get("html") and not options.get("source") and not options.get("session")
    return bool(as_it_stands) and all(name.split(".")[0] == "calculators" for name in _imported(source))


def _imported(source: str) -> set[str]:
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return {"?"}
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "?" for node in nodes if isinstance(node, ast.ImportFrom)}
