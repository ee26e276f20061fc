"""setup.sh: which Python it takes, and what it says when there is none."""

import shutil
import subprocess
from pathlib import Path

import pytest

# Answers `-c CODE` with the status it was made for, `--version`, and `-m venv FOLDER` by making a .venv of itself.
PYTHON = """#!/bin/sh
case $1 in
-c) exit {status} ;;
--version) echo "Python from {name}" ;;
-m) [ {makes_venv} = yes ] || exit 1; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
*) echo "{name} runs $*" ;;
esac
"""


class Clone:
    """A copy of the scripts in a folder with a space in its name, and a PATH that holds what a test puts there."""

    def __init__(self, folder: Path, root: Path):
        self.root, self.bin, self.home = folder / "a clone", folder / "bin", folder / "home"
        self.bin.mkdir()
        shutil.copytree(root / ".ci", self.root / ".ci")
        shutil.copy(root / ".python-version", self.root)
        for tool in ("sh", "cat", "cp", "dirname", "mkdir", "rm"):
            (self.bin / tool).symlink_to(shutil.which(tool))

    def python(self, name: str, *, supported: bool = True, makes_venv: bool = True, folder: Path | None = None) -> Path:
        path = (folder or self.bin) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = PYTHON.format(status=int(not supported), name=name, makes_venv="yes" if makes_venv else "no")
        path.write_text(text)
        path.chmod(0o755)
        return path

    def set_up(self, **environment: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin), "HOME": str(self.home)} | environment
        return subprocess.run(
            ["sh", str(self.root / ".ci" / "setup.sh"), "site"], env=environment, capture_output=True, text=True
        )


@pytest.fixture
def clone(tmp_path: Path, root: Path) -> Clone:
    return Clone(tmp_path, root)


def test_hands_over_to_prepare(clone: Clone):
    clone.python("python3")
    finished = clone.set_up()
    assert finished.stdout == "Making .venv with Python from python3\npython3 runs .ci/prepare.py site\n"
    assert finished.returncode == 0


def test_existing_environment_is_kept(clone: Clone):
    clone.python("python3")
    clone.set_up()
    assert clone.set_up().stdout == "python3 runs .ci/prepare.py site\n"


def test_environment_of_a_python_that_is_gone_is_made_again(clone: Clone):
    clone.python("python3")
    clone.set_up()
    clone.python("python", supported=False, folder=clone.root / ".venv" / "bin")
    assert clone.set_up().stdout.startswith("Making .venv with")


def test_version_in_the_file_is_preferred(clone: Clone, root: Path):
    wanted = "python" + (root / ".python-version").read_text().strip()
    clone.python("python3")
    clone.python(wanted)
    assert f"Python from {wanted}" in clone.set_up().stdout


def test_old_python3_is_passed_over(clone: Clone):
    clone.python("python3", supported=False)
    clone.python("python3.12")
    assert "Python from python3.12" in clone.set_up().stdout


def test_python_that_only_pyenv_has_is_found(clone: Clone):
    clone.python("python3", supported=False)
    clone.python("python3", folder=clone.home / ".pyenv" / "versions" / "3.12.1" / "bin")
    assert clone.set_up().returncode == 0


def test_no_python_is_a_message(clone: Clone):
    clone.python("python3", supported=False)
    finished = clone.set_up()
    assert finished.returncode == 1
    assert "Python 3.12 or newer" in finished.stderr
    assert not (clone.root / ".venv").exists()


def test_named_python_is_taken_or_refused(clone: Clone):
    clone.python("python3")
    named = clone.python("mine", folder=clone.home)
    assert "Python from mine" in clone.set_up(PYTHON=str(named)).stdout
    shutil.rmtree(clone.root / ".venv")
    clone.python("mine", supported=False, folder=clone.home)
    finished = clone.set_up(PYTHON=str(named))
    assert finished.returncode == 1
    assert f"{named} is not Python 3.12 or newer" in finished.stderr


def test_python_without_venv_is_a_message(clone: Clone):
    clone.python("python3", makes_venv=False)
    finished = clone.set_up()
    assert finished.returncode == 1
    assert "python3-venv" in finished.stderr
    assert not (clone.root / ".venv").exists()
