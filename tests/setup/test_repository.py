"""What is committed: exact versions, hashes, no address of a package registry, no leftover of a machine."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

LISTS = ["site", "test", "mutate", "compare", "node", "lock", "audit"]


def requirements(text: str) -> dict[str, str]:
    """Name -> version of every requirement line."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==([^\s;\\]+)", text, re.MULTILINE))


def read(root: Path, name: str) -> str:
    return (root / "requirements" / name).read_text()


@pytest.mark.parametrize("name", LISTS)
def test_every_requirement_is_exact_justified_and_locked(root: Path, name: str):
    locked = requirements(read(root, f"{name}.txt"))
    lines = [line for line in read(root, f"{name}.in").splitlines() if line and not line.startswith(("#", "-c "))]
    assert lines
    for line in lines:
        written = requirements(line)
        assert written, f"{line}: no exact version"
        assert re.search(r"  # \S.{10,}", line), f"{line}: no reason"
        assert written.items() <= locked.items(), f"{line}: run `make lock`"


@pytest.mark.parametrize("name", LISTS)
def test_every_locked_package_has_hashes(root: Path, name: str):
    blocks = re.split(r"\n(?=[a-z0-9])", read(root, f"{name}.txt"))
    assert blocks
    assert [block for block in blocks[1:] if "--hash=sha256:" not in block] == []


def test_lists_agree_on_versions(root: Path):
    site, *others = (requirements(read(root, f"{name}.txt")) for name in ("site", "test", "mutate"))
    for other in others:
        assert {name: version for name, version in other.items() if site.get(name, version) != version} == {}


def test_npm_versions_are_exact_and_have_hashes(root: Path):
    wanted = json.loads((root / "package.json").read_text())["dependencies"]
    lock = json.loads((root / "package-lock.json").read_text())
    packages = {name.removeprefix("node_modules/"): entry for name, entry in lock["packages"].items() if name}
    assert {name: packages[name]["version"] for name in wanted} == wanted
    assert [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")] == []


def test_lock_files_hold_no_address(root: Path):
    files = [root / "package-lock.json", *(root / "requirements").iterdir()]
    assert len(files) == 2 + 2 * len(LISTS)  # and the limits that compare.in lifts
    found = [path.name for path in files if re.search(r"\w+://|\"resolved\"|--index|--find-links", path.read_text())]
    assert found == []


def test_python_version_is_one_that_the_package_allows(root: Path):
    wanted = (root / ".python-version").read_text().strip()
    assert wanted in {"3.12", "3.13", "3.14"}
    matrix = (root / ".github" / "workflows" / "publish.yml").read_text()
    assert f'"{wanted}"' in matrix


def test_calculators_need_nothing_installed(root: Path):
    code = "import pkgutil, importlib, calculators\nfor module in pkgutil.walk_packages(calculators.__path__, 'calculators.'): \
importlib.import_module(module.name) if not module.name.endswith('__main__') else None"
    # -I -S: no site-packages, so that only the standard library can be imported
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{code}"]
    finished = subprocess.run(command, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr


def test_code_style(root: Path):
    finished = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "--quiet"], cwd=root, capture_output=True)
    assert finished.returncode == 0, finished.stdout.decode()
