"""Every formula of the package, found by looking, so that a new one is tested without being registered."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable

import calculators


def all_formulas() -> dict[str, Callable]:
    """'module.function' -> the function, for every function that carries a written formula."""
    found = {}
    for module in pkgutil.walk_packages(calculators.__path__, "calculators."):
        if module.ispkg or module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if inspect.isfunction(value) and hasattr(value, "formula") and value.__module__ == module.name:
                found[f"{module.name.removeprefix('calculators.')}.{name}"] = value
    return found
