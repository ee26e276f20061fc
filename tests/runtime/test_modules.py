"""The scripts of a calculator's page: which there are is written down where a page asks for them before they are needed."""

import re
from pathlib import Path

SCRIPTS = Path("docs/assets/calculators")
IMPORTED = re.compile(r"""^import\b.*?from "\./(\w+)\.js";|await import\("\./(\w+)\.js"\)""", re.M)


def needed(root: Path, *names: str) -> set[str]:
    """The modules that these import, themselves included."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [first or second for first, second in IMPORTED.findall((root / SCRIPTS / f"{name}.js").read_text("utf-8"))]
    return found


def test_a_page_asks_early_for_all_modules_that_it_runs(root: Path):
    template = (root / "hooks/site/theme/main.html").read_text("utf-8")
    listed = re.search(r"for name in \(([^)]*)\)", template)[1]
    assert set(re.findall(r"\w+", listed)) == needed(root, "main", "early") - {"early"}


def test_what_works_without_a_network_includes_all_modules_of_the_worker(root: Path):
    script = (root / SCRIPTS / "offline.js").read_text("utf-8")
    listed = re.search(r"const NAMES = \[([^]]*)\]", script)[1]
    assert set(re.findall(r"(\w+)\.js", listed)) == needed(root, "worker")
