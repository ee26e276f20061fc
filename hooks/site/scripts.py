"""The scripts of the site: each that a page or a worker names is served as one small file, with all that it imports.

Every file that is asked for costs a round trip, and a service worker has to pass it on; a worker asks for what it imports one
level after the other.
"""

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from calculators import call

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "node_modules" / "@esbuild"  # that of this kind of machine
FOLDERS = ("assets/calculators/", "assets/tables/", "assets/print/")
NAMED = (  # by pages, or by other scripts as the script of a worker
    "assets/calculators/early.js",
    "assets/calculators/main.js",
    "assets/calculators/worker.js",
    "assets/print/address.js",
    "assets/tables/table.js",
)
_CALCULATOR = re.compile(r'class="rp-calculator"[^>]*data-calculator="(\w+)"')


def inputs(html: str) -> list[str]:
    """What the address of a page may give its calculator, which early.js looks for; nothing where there is none."""
    found = _CALCULATOR.search(html)
    return list(call.get(found.group(1)).input_specs) if found else []


def bundle(files: Files, config: MkDocsConfig) -> None:
    """Put the bundles in the place of the scripts that they were made of. Raises PluginError where one cannot be read."""
    made = _bundles(Path(config.docs_dir))
    for file in [file for file in files if file.src_uri.startswith(FOLDERS) and file.src_uri.endswith(".js")]:
        files.remove(file)
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))


def esbuild(what: str, *arguments: str, docs: Path, given: bytes = b"") -> bytes:
    """Have esbuild make one file of several; returns what it prints. Raises PluginError where one of `what` cannot be read."""
    program = next(PROGRAMS.glob("*/bin/esbuild"), None)
    if program is None:
        raise PluginError(f"{PROGRAMS} has no esbuild: run `make setup`")
    command = [str(program), "--bundle", "--minify", "--log-level=warning", *arguments]
    done = subprocess.run(command, input=given, cwd=docs, capture_output=True, check=False)
    if done.returncode:
        raise PluginError(f"the {what} of the site cannot be read:\n{done.stderr.decode().strip()}")
    return done.stdout


def _bundles(docs: Path) -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        options = ["--format=esm", f"--outbase={docs}", f"--outdir={folder}"]
        esbuild("scripts", *(str(docs / name) for name in NAMED), *options, docs=docs)
        return {name: (Path(folder) / name).read_bytes() for name in NAMED}
