"""The steps of the set-up: done once, and with the right program where several, or none, are to be had."""

import socket
from pathlib import Path

import prepare
import pytest


@pytest.fixture
def machine(tmp_path: Path, clean_environment: pytest.MonkeyPatch) -> "Machine":
    """A machine on which only the programs that a test puts there can be found."""
    clean_environment.setattr(prepare, "ROOT", tmp_path / "root")
    clean_environment.setattr(prepare, "CHROMIUM_ON_MAC", str(tmp_path / "no such browser"))
    clean_environment.setattr(prepare, "_playwright_chromium", lambda: None)
    clean_environment.setattr(prepare, "scripts", lambda: str(tmp_path / "venv"))
    clean_environment.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "root").mkdir()
    return Machine(tmp_path)


class Machine:
    def __init__(self, folder: Path):
        self.folder = folder

    def put(self, name: str, *, says: str = "", status: int = 0, where: str = "bin") -> str:
        """A program that prints a line and ends with a status."""
        path = self.folder / where / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
        path.chmod(0o755)
        return str(path)


class Counter:
    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1


def test_a_step_runs_again_only_when_its_input_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    stamp, action = tmp_path / "stamps" / "step", Counter()
    for content in (b"one", b"one", b"two", b"two", b"one"):
        prepare.once(stamp, content, "Stepping", action)
    assert action.calls == 3
    assert capsys.readouterr().out == "Stepping\n" * 3


def test_a_failed_step_is_tried_again(tmp_path: Path):
    def fail():
        raise prepare.SetupError("no network")

    with pytest.raises(prepare.SetupError):
        prepare.once(tmp_path / "stamp", b"one", "Stepping", fail)
    action = Counter()
    prepare.once(tmp_path / "stamp", b"one", "Stepping", action)
    assert action.calls == 1


def test_a_failing_command_is_a_message(machine: Machine):
    with pytest.raises(prepare.SetupError, match="status 3"):
        prepare.run([machine.put("fails", status=3)])
    with pytest.raises(prepare.SetupError, match="absent"):
        prepare.run(["absent"])


def test_node_of_the_machine(machine: Machine):
    machine.put("npm")
    node = machine.put("node", says="v20.1.0")
    assert prepare.find_node() == node


@pytest.mark.parametrize("version", ["v18.20.8", "v9.0.0", "", "no version"])
def test_node_that_is_too_old_is_not_used(machine: Machine, version: str):
    machine.put("npm")
    machine.put("node", says=version)
    assert prepare.find_node() is None


def test_node_without_npm_is_not_used(machine: Machine):
    machine.put("node", says="v22.0.0")
    assert prepare.find_node() is None


def test_node_that_was_installed_as_a_wheel_comes_first(machine: Machine):
    machine.put("npm")
    machine.put("node", says="v18.0.0")
    machine.put("npm", where="venv")
    node = machine.put("node", says="v24.0.0", where="venv")
    assert prepare.find_node() == node


def test_node_is_installed_where_there_is_none(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    installed = []

    def install(name: str) -> None:
        installed.append(name)
        machine.put("npm", where="venv")
        machine.put("node", says="v24.0.0", where="venv")

    monkeypatch.setattr(prepare, "install_python_packages", install)
    assert prepare.require_node() == str(machine.folder / "venv" / "node")
    assert prepare.require_node() == str(machine.folder / "venv" / "node")
    assert installed == ["node"]


def test_node_that_cannot_be_had_is_a_message(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prepare, "install_python_packages", lambda name: None)
    with pytest.raises(prepare.SetupError, match="Node"):
        prepare.require_node()


def test_chromium_names_are_tried_in_order_and_must_run(machine: Machine):
    machine.put("chromium", says="install the snap instead", status=1)
    machine.put("google-chrome", says="Google Chrome 150.0.1.2")
    second = machine.put("chromium-browser", says="Chromium 156.0.7880.0")
    assert prepare.find_chromium() == second


def test_chromium_is_looked_for_once(machine: Machine):
    found = machine.put("chromium", says="Chromium 156.0.7880.0")
    assert prepare.find_chromium() == found
    machine.put("chromium", status=1)  # would be refused if it were asked again
    assert prepare.find_chromium() == found
    Path(found).unlink()
    assert prepare.find_chromium() is None


def test_named_chromium_comes_first(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    machine.put("chromium", says="Chromium 156.0.7880.0")
    named = machine.put("mine", says="Chromium 157.0.0.0")
    monkeypatch.setenv("CHROMIUM", named)
    assert prepare.find_chromium() == named


def test_named_chromium_that_does_not_run_is_a_message(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    machine.put("chromium", says="Chromium 156.0.7880.0")
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(prepare.SetupError, match="/no/such/browser"):
        prepare.find_chromium()


def commands(machine: Machine, monkeypatch: pytest.MonkeyPatch, *, appears_after: str) -> list[list[str]]:
    """What require_chromium runs, when a command that holds the words `appears_after` brings a Chromium."""
    ran = []

    def run(command, **_):
        ran.append([str(part) for part in command])
        if appears_after in " ".join(ran[-1]):
            machine.put("chromium", says="Chromium 156.0.7880.0")

    monkeypatch.setattr(prepare, "run", run)
    prepare.require_chromium()
    return ran


def test_chromium_comes_from_the_distribution_for_root(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    machine.put("apt-get")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    ran = commands(machine, monkeypatch, appears_after="apt-get install")
    assert [command[:2] for command in ran] == [["apt-get", "update"], ["apt-get", "install"]]


@pytest.mark.parametrize("has_apt, user", [(True, 1000), (False, 0)])
def test_chromium_comes_from_playwright_otherwise(machine: Machine, monkeypatch: pytest.MonkeyPatch, has_apt: bool, user: int):
    if has_apt:
        machine.put("apt-get")
    monkeypatch.setattr("os.geteuid", lambda: user)
    (command,) = commands(machine, monkeypatch, appears_after="playwright install")
    assert command[1:] == ["-m", "playwright", "install", "chromium"]


def test_chromium_comes_from_playwright_when_the_distribution_fails(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    machine.put("apt-get", status=100)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    run = prepare.run

    def run_or_download(command, **options):
        if "playwright" in command:
            machine.put("chromium", says="Chromium 159.0.0.0")
        else:
            run(command, **options)

    monkeypatch.setattr(prepare, "run", run_or_download)
    prepare.require_chromium()
    assert prepare.find_chromium() == str(machine.folder / "bin" / "chromium")


def test_chromium_that_cannot_be_had_is_a_message(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(prepare.SetupError, match="CHROMIUM="):
        commands(machine, monkeypatch, appears_after="never")


def test_port_in_use_is_a_message(capsys: pytest.CaptureFixture[str]):
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = str(other.getsockname()[1])
        assert prepare.main(["port", number]) == 1
    assert f"Port {number}: " in capsys.readouterr().err
    assert prepare.main(["port", number]) == 0


@pytest.mark.parametrize("number", ["0", "65536", "-1", "http"])
def test_port_that_is_none_is_a_message(number: str, capsys: pytest.CaptureFixture[str]):
    assert prepare.main(["port", number]) == 1
    assert f"PORT={number}" in capsys.readouterr().err


@pytest.mark.parametrize("part", ["compare", "audit"])
def test_an_environment_of_its_own_is_filled_once_for_a_list(machine: Machine, monkeypatch: pytest.MonkeyPatch, part: str):
    requirements = machine.folder / "root" / "requirements"
    requirements.mkdir()
    ran = []
    monkeypatch.setattr(prepare, "run", lambda command: ran.append([str(word) for word in command]))
    monkeypatch.setattr(prepare, "require_node", lambda: "node")
    for content in ("one==1\n", "one==1\n", "one==2\n"):
        (requirements / f"{part}.txt").write_text(content)
        assert prepare.main([part]) == 0
    folder = machine.folder / "root" / ".cache" / part
    assert [command[-1] for command in ran] == [str(folder), str(requirements / f"{part}.txt")] * 2
    assert {command[0] for command in ran[1::2]} == {str(prepare.python_of(part))}
    assert all("--require-hashes" in command for command in ran[1::2])


@pytest.mark.parametrize("arguments", [["everything"], [], ["port"], ["site", "test"]])
def test_what_is_not_understood_explains_itself(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert prepare.main(arguments) == 2
    assert "site|test|mutate|compare|audit|lock" in capsys.readouterr().err
