"""The statements of a module that are changed."""

import ast
import re
from collections.abc import Iterator

from proof.formulas.settings import SETTINGS

_DRAWING = re.compile(rf"\b({'|'.join(SETTINGS['drawing'])})\b")


def statements(code: str) -> Iterator[tuple[int, int]]:
    """First and last line of each statement of a module: changed by themselves, they need not all be parsed for each change.

    What draws is left out, as are the tests of how results look.
    """
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.FunctionDef) and statement.returns and _DRAWING.search(ast.unparse(statement.returns)):
            continue
        decorators = getattr(statement, "decorator_list", [])
        yield min([statement.lineno, *(decorator.lineno for decorator in decorators)]), statement.end_lineno
