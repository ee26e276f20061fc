"""The service worker of a built site, with the names of what it may keep."""

import hashlib
import json
from pathlib import Path

from hooks.runtime.assembly import INDEX

SOURCE = Path(__file__).with_name("service_worker.js")
NAME = "sw.js"
DATED = ("sitemap.xml", "sitemap.xml.gz")  # say when they were built; the same content is the same build


def write(site: Path, *, preview: bool = False) -> None:
    """Put it into the root of the site, which it then answers for. That of a preview keeps nothing, and removes itself."""
    script = SOURCE.read_text(encoding="utf-8")
    if not preview:
        index = json.loads((site / "runtime" / INDEX).read_text(encoding="utf-8"))
        for constant, value in (("BUILD", build(site)), ("RUNTIME", index["build"])):
            empty = f'const {constant} = "";'
            assert script.count(empty) == 1, f"{SOURCE.name} declares {constant} once"
            script = script.replace(empty, f'const {constant} = "{value}";')
    (site / NAME).write_text(script, encoding="utf-8")


def build(site: Path) -> str:
    """A hash of all that readers can be given."""
    digest = hashlib.sha256()
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and name not in (NAME, *DATED):
            with path.open("rb") as file:
                digest.update(f"{name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()[:16]
