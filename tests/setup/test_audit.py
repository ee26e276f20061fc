"""The audit of the pinned packages: what is known is named, and no answer is not taken for a good one."""

import json
from pathlib import Path

import audit
import prepare
import pytest

UNKNOWN = {"name": "new", "skip_reason": "Dependency not found and could not be audited: new (1.0)"}
SOUND = {"name": "sound", "version": "1.0", "vulns": []}
WEAK = {
    "name": "weak",
    "version": "1.0",
    "vulns": [{"id": "ID-1", "fix_versions": ["1.1", "2.0"]}, {"id": "ID-2", "fix_versions": []}],
}
NOTHING = json.dumps({"vulnerabilities": {}})
NPM_WEAK = json.dumps({"vulnerabilities": {"weak": {"range": "<1.1", "severity": "high"}}})


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts programs in the place of pip-audit and npm that print what they are given, and one lock file in the root."""

    def program(name: str, says: str, complains: str) -> str:
        (tmp_path / f"{name}.out").write_text(says)
        (tmp_path / f"{name}.err").write_text(complains)
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\ncat '{path}.out'\ncat '{path}.err' >&2\n")  # its status is not what counts
        path.chmod(0o755)
        return str(path)

    def put(pip_audit: str, npm: str = NOTHING, complains: str = "") -> None:
        python, npm = program("python", pip_audit, complains), program("npm", npm, complains)
        monkeypatch.setattr(prepare, "python_of", lambda name: Path(python))
        monkeypatch.setattr(prepare, "npm_call", lambda *arguments: ([npm, *arguments], None))

    (tmp_path / "requirements").mkdir()
    for name in ("one.in", "one.txt", "one-overrides.txt"):
        (tmp_path / "requirements" / name).touch()
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    return put


def dependencies(*packages: dict) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_nothing_known_is_said_of_every_list(answers, capsys: pytest.CaptureFixture[str]):
    answers(dependencies(SOUND))
    assert audit.main() == 0
    assert capsys.readouterr().out == "requirements/one.txt: nothing known\npackage-lock.json: nothing known\n"


def test_what_is_known_is_named(answers, capsys: pytest.CaptureFixture[str]):
    answers(dependencies(SOUND, WEAK), NPM_WEAK)
    assert audit.main() == 1
    assert capsys.readouterr().out.splitlines() == [
        "requirements/one.txt:",
        "  weak 1.0: ID-1, repaired in 1.1, 2.0",
        "  weak 1.0: ID-2",
        "package-lock.json:",
        "  weak <1.1: high",
    ]


@pytest.mark.parametrize(
    ("pip_audit", "npm", "named"),
    [
        (dependencies(SOUND, UNKNOWN), NOTHING, "not looked up: new"),
        (dependencies(*[UNKNOWN] * 7), NOTHING, "not looked up: new, new, new, new, new and 2 more"),
        ("", NOTHING, "not looked up: no network"),
        (dependencies(SOUND), "", "not looked up: no network"),
        (dependencies(SOUND), json.dumps({"message": "not allowed"}), "not looked up: not allowed"),
    ],
    ids=["a package", "many packages", "pip-audit stopped", "npm stopped", "npm was refused"],
)
def test_no_answer_is_a_failure(answers, capsys: pytest.CaptureFixture[str], pip_audit: str, npm: str, named: str):
    answers(pip_audit, npm, complains="a warning\nno network\n")
    assert audit.main() == 2
    printed = capsys.readouterr()
    assert f"  {named}\n" in printed.out
    assert "not complete" in printed.err
