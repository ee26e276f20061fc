"""Runs the code blocks that draw tables, forms and charts once for each state of the calculators, not once for each build."""

import ast
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from hooks.site.remembered import Remembered

# What shows facts and calculations alone. Other modules of hooks/site read pages.
_OF_FACTS = ("calculators.", "hooks.site.audit_pages.", "prove.partly.")


class Fences:
    """The executed fences of Markdown; `unrepeatable` says that one ran whose output may be another next time."""

    def __init__(self, remembered: Remembered) -> None:
        self._remembered = remembered
        self.unrepeatable = False

    def remember(self, fences: list[dict[str, Any]]) -> None:
        """Let every executed fence give what it gave before, where nothing it depends on has changed."""
        for fence in fences:
            fence["format"] = self._remembering(fence["format"])

    def _remembering(self, formatter: Callable[..., str]) -> Callable[..., str]:
        def format(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **rest: Any) -> str:
            def run() -> str:
                return str(formatter(source, language, css_class, options, md, **rest))

            if _repeatable(source, options):
                return Markup(self._remembered.recall(f"{language} {source}", run))
            self.unrepeatable = True
            return run()

        return format


def _repeatable(source: str, options: dict[str, Any]) -> bool:
    """Whether the output is HTML as it stands, and of facts and calculations alone: nothing else is known to stay the same."""
    as_it_stands = options.get("html") and not options.get("source") and not options.get("session")
    return bool(as_it_stands) and all(f"{name}.".startswith(_OF_FACTS) for name in imported(source))


def imported(source: str) -> set[str]:
    """The modules that a program names; of a package, what is taken from it. "?" where that cannot be told."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return {"?"}
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    taken = (
        f"{node.module}.{alias.name}" if node.module and not node.level else "?"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )
    return plain | set(taken)
