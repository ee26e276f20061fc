"""The style sheets of the site are served as one: a browser shows nothing before it has them all, and each costs a round trip."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from hooks.site import scripts

SERVED = "assets/stylesheets/ridgepoint.css"


def bundle(files: Files, config: MkDocsConfig) -> None:
    """Put one style sheet in the place of those in `extra_css`, in their order. Raises PluginError where one cannot be read."""
    content = _bundled(Path(config.docs_dir), list(map(str, config.extra_css)))
    for file in [file for file in files if file.src_uri in config.extra_css]:
        files.remove(file)
    files.append(File.generated(config, SERVED, content=content))
    config.extra_css = [SERVED]


def _bundled(docs: Path, names: list[str]) -> bytes:
    imports = "".join(f'@import "./{name}";\n' for name in names)
    return scripts.esbuild("style sheets", "--loader=css", docs=docs, given=imports.encode())
