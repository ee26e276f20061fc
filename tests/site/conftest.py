"""A small site of the real hooks, calculators and facts: what an edit does shows in seconds."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

PAGES = {
    "index.md": "# Home\n\nRead [the guide](guides/choose.md).\n",
    "guides/index.md": """
        ---
        title: Guides
        subjects: [Choosing]
        ---

        # Guides

        ```python exec="1" html="1"
        from hooks.site import listing
        print(listing.pages("guides"))
        ```
        """,
    "guides/choose.md": """
        ---
        title: Choose a card
        description: A guide of one sentence.
        subject: Choosing
        ---

        # Choose a card

        An L4 draws [72 W](fact:l4/power.tdp) and holds [24 GB](fact:l4/memory.capacity).
        """,
    "guides/table.md": """
        ---
        title: A table
        description: A guide that runs code.
        subject: Choosing
        ---

        # A table

        Below stands what code prints.

        ```python exec="1" html="1"
        from calculators.present.html import tag
        print(tag("p", "printed by code", data_generated=True))
        ```
        """,
    "gpus/index.md": "# GPUs\n\nOne of them.\n",
    "gpus/l4.md": "---\ntitle: L4\n---\n\n# NVIDIA L4\n\nIt draws [72 W](fact:l4/power.tdp).\n",
    "calculators/index.md": "# Calculators\n\nOne of them.\n",
    "calculators/weights.md": """
        # Weights

        How much memory weights take.

        ```python exec="1" html="1"
        from calculators.present import page
        print(page.calculator("weights", "../../runtime/"))
        ```
        """,
    "notebooks/sums.py": """
        # ---
        # jupyter:
        #   kernelspec:
        #     display_name: Python 3
        #     language: python
        #     name: python3
        # ---

        # %% [markdown]
        # # Sums

        # %%
        print("a sum")
        """,
}
NAV = """nav:
  - Home: index.md
  - Guides: [guides/, notebooks/]
  - Calculators: [calculators/]
  - GPUs: [gpus/]

"""


def text_of(page: str) -> str:
    """A page of the small site, as it is written."""
    lines = page.lstrip("\n").splitlines(keepends=True)
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    return "".join(line[indent:] if line.strip() else "\n" for line in lines).rstrip(" ")


@pytest.fixture(scope="session")
def copied(root: Path, runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes copies of the repository with a few pages of their own, which may be spoiled."""

    def copy() -> Path:
        folder = tmp_path_factory.mktemp("project")
        for name in ("hooks", "calculators", "proof", "requirements", "docs/assets"):
            shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "LICENSE", "package.json"):
            shutil.copy(root / name, folder)
        settings = (root / "mkdocs.yml").read_text("utf-8")
        (folder / "mkdocs.yml").write_text(re.sub(r"nav:.*?\n\n", NAV, settings, count=1, flags=re.S), "utf-8")
        (folder / "hooks/checks/names.toml").write_text("names = []\nversions = []\n", "utf-8")  # those that pages use
        shutil.copytree(runtime, folder / ".cache/runtime" / runtime.name)
        (folder / "node_modules").symlink_to(root / "node_modules", target_is_directory=True)
        for name, page in PAGES.items():
            path = folder / "docs" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text_of(page), "utf-8")
        return folder

    return copy
