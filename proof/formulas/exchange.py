"""Changes functions where they are loaded: the code of a function is exchanged, and everything that refers to it finds the new.

That is the same as loading the changed module, but far quicker, for functions that nothing has called yet but tests
that are left out.
"""

import functools
import gc
import sys
from collections import defaultdict
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

_CLASS_BODY = 0x2  # co_flags: CO_NEWLOCALS is set in functions, and not in the bodies of modules and classes
CACHE = type(functools.cache(lambda: None))
LOADING = "loading"
Pair = tuple[CodeType, CodeType]


class Called:
    """Notes which functions below a folder are called, and by what: until `by` is first set, by loading modules."""

    def __init__(self, folder: str) -> None:
        self.folder, self.by, self.codes = folder, LOADING, defaultdict(set)
        sys.monitoring.use_tool_id(sys.monitoring.COVERAGE_ID, "called")
        sys.monitoring.register_callback(sys.monitoring.COVERAGE_ID, sys.monitoring.events.PY_START, self._start)
        sys.monitoring.set_events(sys.monitoring.COVERAGE_ID, sys.monitoring.events.PY_START)

    def _start(self, code: CodeType, offset: int) -> object:
        if code.co_filename.startswith(self.folder):
            self.codes[code.co_filename, code.co_qualname, code.co_firstlineno].add(self.by)
        return sys.monitoring.DISABLE

    def next(self, by: str) -> None:
        """From now on, note what this calls."""
        self.by = by
        sys.monitoring.restart_events()

    def stop(self) -> None:
        """From now on nothing is noted."""
        sys.monitoring.set_events(sys.monitoring.COVERAGE_ID, 0)
        sys.monitoring.free_tool_id(sys.monitoring.COVERAGE_ID)

    def callers(self, code: CodeType) -> set[str]:
        """What called the function of this code."""
        return self.codes.get((code.co_filename, code.co_qualname, code.co_firstlineno), set())


class Caches:
    """The results that functions remember, beyond those that they remember at first."""

    def __init__(self) -> None:
        self.found = self._all()
        self.before = {id(each): each.cache_info().currsize for each in self.found}

    def clear(self, *, anew: bool = True) -> None:
        """Forget them; looking for functions `anew` takes long, and is needed only where some were loaded since."""
        for each in self._all() if anew else self.found:
            if each.cache_info().currsize != self.before.get(id(each), 0):
                each.cache_clear()

    @staticmethod
    def _all() -> list[Any]:
        return [each for each in gc.get_objects() if isinstance(each, CACHE)]


def functions(folder: str) -> dict[str, list[FunctionType]]:
    """All functions that are loaded from files below a folder, by file."""
    found: dict[str, list[FunctionType]] = {}
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(folder):
            found.setdefault(each.__code__.co_filename, []).append(each)
    return found


def pairs(before: CodeType, after: CodeType, whole: bool = True) -> list[Pair] | None:
    """The functions that differ, each as it was and as it is; None if something outside of all functions differs.

    If that is not `whole` of what is wanted, what differs outside is left.
    """
    nested = [_nested(code) for code in (before, after)]
    if len(nested[0]) != len(nested[1]):
        return None
    if whole and not _is_function(before) and _shell(before) != _shell(after):
        return None
    found = [(before, after)] if _is_function(before) and before != after else []
    for one, other in zip(*nested, strict=True):
        if one.co_qualname != other.co_qualname or _is_function(one) != _is_function(other):
            return None
        inner = pairs(one, other, whole)
        if inner is None:
            return None
        found += inner
    return found


def exchange(found: list[Pair], loaded: list[FunctionType]) -> None:
    """Give every loaded function that has the code of one of these pairs its other code."""
    for function in loaded:
        for before, after in found:
            if function.__code__ == before:
                function.__code__ = after
                break


def fits(found: list[Pair], loaded: list[FunctionType]) -> bool:
    """Whether all these functions are loaded, and can be given the other code."""
    free = {before: after.co_freevars == before.co_freevars for before, after in found}
    outermost = [code for code in free if not any(code in _within(other) for other in free if other is not code)]
    return all(free.values()) and all(any(each.__code__ == code for each in loaded) for code in outermost)


def _within(code: CodeType) -> Iterator[CodeType]:
    for each in _nested(code):
        yield each
        yield from _within(each)


def _nested(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & _CLASS_BODY)


def _shell(code: CodeType) -> tuple:
    constants = [(type(each), each) for each in code.co_consts if not isinstance(each, CodeType)]
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_exceptiontable
