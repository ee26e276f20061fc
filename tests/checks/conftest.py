"""The checks with the facts of the site."""

from pathlib import Path

import pytest

from hooks.checks.engine import Checker


@pytest.fixture(scope="session")
def checker() -> Checker:
    """The checks with the facts of the site."""
    return Checker()


@pytest.fixture
def refused(checker):
    """Check a text as a page: its problems as 'line:column code'."""

    def check(text: str) -> list[str]:
        return [f"{found.line}:{found.column} {found.code}" for found in checker.page(Path("page.md"), text).problems]

    return check
