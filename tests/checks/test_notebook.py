"""Notebooks state numbers by running cells only."""

from pathlib import Path

import pytest

from hooks.checks import notebook

HEAD = "# ---\n# jupyter: 3\n# ---\n\n"


def problems(checker, text: str) -> list[str]:
    return [f"{found.line}:{found.column}" for found in notebook.problems(Path("a.py"), HEAD + text, checker.names)]


def test_cells_of_code_and_names_are_free(checker):
    text = "# %% [markdown]\n# # The H100\n#\n# See [the calculator](../calculators/decode.md).\n\n# %%\nx = 80  # 80 GB\n"
    assert problems(checker, text) == []


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("# %% [markdown]\n# It holds 80 GB.\n", "6:12"),
        ('# %% [markdown]\n"""\nIt holds 80 GB.\n"""\n', "7:10"),
        ('# %% [markdown] tags=["a"]\n#\n# - 80 GB\n', "7:5"),
        ("# %%\nx = 1\n\n# %% [markdown]\n# `x` is 2\n", "9:10"),
    ],
)
def test_text_is_not(checker, cell, at):
    assert problems(checker, cell) == [at]
