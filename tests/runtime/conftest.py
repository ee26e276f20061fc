"""A small project of the same shape, so that a test can edit it."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two modules and one fact, and this repository's settings and npm packages."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(root / name, folder)
    (folder / "node_modules").symlink_to(root / "node_modules", target_is_directory=True)
    files = {
        "__init__.py": "ANSWER = 42\n",
        "present/__init__.py": "",
        "data/gpus/one.toml": "value = 1\n",
    }
    for name, text in files.items():
        path = folder / "calculators" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
