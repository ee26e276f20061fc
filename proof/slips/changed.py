"""A fact, price, measurement or audit entry with one field changed, in place, and all that was computed with it forgotten."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

# What these keep does not depend on a fact.
_CONSTANT = ("calculators.units", "calculators.call", "calculators.facts", "calculators.quantize", "calculators.present")


@cache
def _caches() -> tuple[Any, ...]:
    """Everything in the calculators that remembers a result."""
    modules = [
        module for name, module in sys.modules.items() if name.startswith("calculators.") and not name.startswith(_CONSTANT)
    ]
    found = {id(value): value for module in modules for value in vars(module).values() if hasattr(value, "cache_clear")}
    return tuple(found.values())


def forget() -> None:
    """Forget every remembered result of the calculators."""
    for kept in _caches():
        kept.cache_clear()


@contextmanager
def changed(entry: Any, **fields: Any) -> Iterator[None]:
    """The entry with these fields. Entries are frozen for everybody else; this is the one place that must not respect it.

    A changed copy would have to be put into every record and every list that holds the entry.
    """
    before = {name: getattr(entry, name) for name in fields}
    try:
        for name, value in fields.items():
            object.__setattr__(entry, name, value)
        forget()
        yield
    finally:
        for name, value in before.items():
            object.__setattr__(entry, name, value)
        forget()
