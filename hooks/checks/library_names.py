"""Python of pages that is not run: what it takes from libraries, and whether the list of software has it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from calculators.problems import nearest
from hooks.checks.software import Software


@dataclass
class LibraryNames:
    """What a page uses of the listed libraries; `aliases` are the names that its blocks import, each with what it stands for."""

    software: Software
    aliases: dict[str, str] = field(default_factory=dict)

    def unknown(self, code: str) -> Iterator[tuple[int, str]]:
        """Names and keywords that are not listed: the line of each, counted from one, and what is wrong."""
        tree = ast.parse(code)
        self._import(tree)
        for line, name, keywords in sorted(self._used(tree), key=lambda use: use[0]):
            for said in self._unlisted(name, keywords):
                yield line, said

    def used(self, code: str) -> Iterator[tuple[str, set[str]]]:
        """The names that code takes from libraries, written in full, each with the keywords it is called with."""
        tree = ast.parse(code)
        self._import(tree)
        return ((name, keywords) for _, name, keywords in self._used(tree))

    def mentioned(self, code: str) -> Iterator[str]:
        """What is wrong with an expression that text shows, such as `torch.compile`."""
        for name, keywords in self.shown(code):
            yield from self._unlisted(name, keywords)

    def shown(self, code: str) -> Iterator[tuple[str, set[str]]]:
        """The names that such an expression takes from listed libraries, each with the keywords it is called with."""
        try:
            tree = ast.parse(code, mode="eval")
        except SyntaxError:
            return
        roots = {name: name for name in self.software.libraries} | self.aliases
        yield from ((name, keywords) for _, name, keywords in _uses(tree, roots))

    def _import(self, tree: ast.AST) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    self.aliases[bound] = alias.name if alias.asname else bound
            elif isinstance(node, ast.ImportFrom):
                self.aliases |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}

    def _used(self, tree: ast.AST) -> Iterator[tuple[int, str, set[str]]]:
        """Uses of imported names, and names that are imported and used no further."""
        found = list(_uses(tree, self.aliases))
        yield from found
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    name = f"{node.module}.{alias.name}"
                    if not any(used == name or used.startswith(f"{name}.") for _, used, _ in found):
                        yield node.lineno, name, set()
            elif isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name, set()) for alias in node.names)

    def _unlisted(self, name: str, keywords: set[str]) -> Iterator[str]:
        root, _, rest = name.partition(".")
        library = self.software.libraries.get(root)
        if library is None:
            yield f"nothing is known of the library {root!r}"
        elif rest in library.names:
            for keyword in sorted(keywords - library.names[rest]):
                yield f"nothing is known of the argument {keyword!r} of {name}{nearest(keyword, library.names[rest])}"
        elif rest and not any(listed.startswith(f"{rest}.") for listed in library.names):
            yield f"nothing is known of {name!r}{nearest(rest, library.names)}"


def _uses(tree: ast.AST, roots: dict[str, str]) -> Iterator[tuple[int, str, set[str]]]:
    """The longest dotted names that start from a root, each with its line and the keywords of its call."""
    called = {
        id(node.func): {each.arg for each in node.keywords if each.arg} for node in ast.walk(tree) if isinstance(node, ast.Call)
    }
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner:
            root, _, rest = ast.unparse(node).partition(".")
            if root in roots and root.isidentifier() and all(part.isidentifier() for part in rest.split(".") if rest):
                yield node.lineno, ".".join(filter(None, (roots[root], rest))), called.get(id(node), set())
