"""Fill .venv and node_modules, and find the programs that the tests drive.

python .ci/prepare.py site|test|mutate|compare|audit|lock|port NUMBER

Each step leaves a stamp with a hash of its input, so that a second run does nothing and downloads nothing. Only the
standard library is used, because nothing else is installed when this starts.
"""

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST_NODE = 20
SOURCE_ONLY = {"mutate": "yattag"}  # what comes along without a wheel: cosmic-ray needs it
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ON_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


class SetupError(Exception):
    """Something that the person at the keyboard has to settle; the message says what."""


def once(stamp: Path, content: bytes, announcement: str, action: Callable[[], None]) -> None:
    """Run `action` unless `stamp` says that it succeeded with this same `content`."""
    wanted = hashlib.sha256(content).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(announcement, flush=True)
    action()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def run(command: Sequence[str | Path], **options) -> None:
    """Run a command in the root; its failure ends the set-up with a message rather than a traceback."""
    try:
        subprocess.run([str(part) for part in command], cwd=ROOT, check=True, **options)
    except (OSError, subprocess.CalledProcessError) as failure:
        raise SetupError(f"Set-up stopped: {failure}") from failure


def install_python_packages(name: str) -> None:
    """Install requirements/<name>.txt into the environment that runs this."""
    lock_file = ROOT / "requirements" / f"{name}.txt"
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--only-binary", ":all:"]
    if name in SOURCE_ONLY:
        pip += ["--no-binary", SOURCE_ONLY[name]]
    once(
        Path(sys.prefix) / ".stamps" / name,
        lock_file.read_bytes(),
        f"Installing Python packages (requirements/{name}.txt)",
        lambda: run([*pip, "--require-hashes", "-r", lock_file]),
    )


def scripts() -> str:
    """The folder of .venv that holds programs; Node.js is there when it was installed as a wheel."""
    return str(Path(sys.executable).parent)


def search_path() -> str:
    """Where programs are looked for: in .venv, then on the PATH."""
    return os.pathsep.join([scripts(), os.environ.get("PATH", "")])


def find_node() -> str | None:
    """A Node.js that is new enough and has npm beside it on the search path, or None."""
    for folder in search_path().split(os.pathsep):
        node = shutil.which("node", path=folder)
        if node and shutil.which("npm", path=search_path()) and _node_version(node) >= OLDEST_NODE:
            return node
    return None


def _node_version(node: str) -> int:
    found = re.match(r"v(\d+)", _output([node, "--version"]) or "")
    return int(found[1]) if found else 0


def _output(command: list[str]) -> str | None:
    """What the command prints, or None when it fails or does not answer."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        return None


def require_node() -> str:
    """A Node.js, installed into .venv from its wheel when the machine has none."""
    node = find_node()
    if node is None:
        install_python_packages("node")
        node = find_node()
    if node is None:
        raise SetupError(f"Node.js {OLDEST_NODE} or newer was not found, and its wheel does not run here")
    return node


def npm_call(*arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command that runs npm with the Node.js that was found, and its environment."""
    path = os.pathsep.join([str(Path(require_node()).parent), search_path()])
    return [shutil.which("npm", path=path), "--loglevel=error", *arguments], {**os.environ, "PATH": path}


def npm(*arguments: str) -> None:
    """Run npm with the Node.js that was found."""
    command, environment = npm_call(*arguments)
    run(command, env=environment)


def install_npm_packages() -> None:
    """Install what package-lock.json names into node_modules."""
    once(
        ROOT / "node_modules" / ".stamp",
        (ROOT / "package-lock.json").read_bytes() + (ROOT / "package.json").read_bytes(),
        "Installing npm packages (package-lock.json)",
        lambda: npm("ci"),
    )


def find_chromium() -> str | None:
    """A Chromium that runs: $CHROMIUM, the one that the set-up found, one on the PATH or Playwright's own; or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not _runs(named):
            raise SetupError(f"CHROMIUM={named} does not run")
        return shutil.which(named)
    remembered = ROOT / ".cache" / "chromium"
    if remembered.exists() and os.access(remembered.read_text(), os.X_OK):
        return remembered.read_text()
    on_path = [shutil.which(name) for name in CHROMIUM_NAMES]
    found = next((path for path in [*on_path, CHROMIUM_ON_MAC, _playwright_chromium()] if path and _runs(path)), None)
    if found:
        remembered.parent.mkdir(exist_ok=True)
        remembered.write_text(found)
    return found


def _runs(program: str) -> bool:
    # Some distributions install a `chromium-browser` that only says how to get the real one.
    return bool(re.search(r"Chrom(e|ium)\D+\d", _output([program, "--version"]) or ""))


def _playwright_chromium() -> str | None:
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    path = (_output([sys.executable, "-c", code]) or "").strip()
    return path if path and Path(path).exists() else None


def require_chromium() -> None:
    """Find a Chromium, or install one: from the distribution where that is possible, else Playwright's."""
    if find_chromium():
        return
    print("Installing Chromium", flush=True)
    ways = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        ways.insert(0, [["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "chromium"]])
    for commands in ways:
        try:
            for command in commands:
                run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        except SetupError as problem:
            print(problem, file=sys.stderr)
        if find_chromium():
            return
    raise SetupError("No Chromium runs here. Install one, or name it: make CHROMIUM=/path/to/chrome test")


def prepare_site() -> None:
    """What serving, building and checking need."""
    install_python_packages("site")
    install_npm_packages()


def prepare_test() -> None:
    """What the tests need on top."""
    prepare_site()
    install_python_packages("test")
    require_node()
    require_chromium()


def prepare_mutate() -> None:
    """What changing the code of the formulas needs on top of the tests."""
    prepare_test()
    install_python_packages("mutate")


def python_of(name: str) -> Path:
    """The Python of an environment of its own in .cache."""
    return ROOT / ".cache" / name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment(name: str) -> None:
    """Install requirements/<name>.txt, and nothing of ours, into an environment of its own in .cache."""
    folder, lock_file = ROOT / ".cache" / name, ROOT / "requirements" / f"{name}.txt"
    install = [python_of(name), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--only-binary", ":all:"]

    def fill() -> None:
        run([sys.executable, "-m", "venv", "--clear", folder])
        run([*install, "--require-hashes", "--no-deps", "-r", lock_file])  # the list is whole, and may override a limit

    announcement = f"Installing Python packages (requirements/{name}.txt) in .cache/{name}"
    once(folder / ".stamp", lock_file.read_bytes(), announcement, fill)


def prepare_compare() -> None:
    """What is compared with is large and none of ours."""
    make_environment("compare")


def prepare_audit() -> None:
    """What looks up the pinned packages is none of them: what it needs must not decide what the site is built with."""
    make_environment("audit")
    require_node()


def write_lock_files() -> None:
    """Resolve requirements/*.in and package.json anew; versions in the present lock files are kept where they fit."""
    install_python_packages("lock")
    options = "--universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet"
    compiler = [sys.executable, "-m", "uv", "pip", "compile", *options.split(), "--custom-compile-command", "make lock"]
    for name in ("site", "test", "mutate", "node", "lock", "compare", "audit"):  # test.in is constrained by site.txt, and so on
        overrides = ROOT / "requirements" / f"{name}-overrides.txt"
        more = ["--override", f"requirements/{overrides.name}"] if overrides.exists() else []
        run([*compiler, *more, f"requirements/{name}.in", "-o", f"requirements/{name}.txt"])
    npm("install", "--package-lock-only")


def require_port(number: str) -> None:
    """Say so before the site is built, not after, when another program already answers at this port."""
    if not number.isdecimal() or not 0 < int(number) < 2**16:
        raise SetupError(f"PORT={number} is not a port number")
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", int(number)))
        except OSError as failure:
            raise SetupError(f"Port {number}: {failure.strerror}. Choose another: make serve PORT=8080") from failure


def main(arguments: list[str]) -> int:
    """Run the part of the set-up that is named."""
    parts = {"site": prepare_site, "test": prepare_test, "mutate": prepare_mutate, "compare": prepare_compare}
    parts |= {"audit": prepare_audit, "lock": write_lock_files, "port": require_port}
    match arguments:
        case ["site" | "test" | "mutate" | "compare" | "audit" | "lock" as part] | ["port" as part, _]:
            pass
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    try:
        parts[part](*arguments[1:])
    except SetupError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
