"""The style sheets of the site: all of them in one, in their order, and none beside it."""

from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from hooks.site import styles


def bundled(docs: Path, tmp_path: Path) -> tuple[dict[str, str], list[str]]:
    """What is served of these style sheets, and what pages name."""
    config = MkDocsConfig()
    names = [path.relative_to(docs).as_posix() for path in sorted(docs.glob("*.css"), reverse=True)]
    config.load_dict({"site_name": "Test", "docs_dir": str(docs), "site_dir": str(tmp_path / "site"), "extra_css": names})
    config.validate()
    config.plugins._current_plugin = "test"  # which MkDocs notes of generated files
    files = Files([File(name, str(docs), config.site_dir, use_directory_urls=True) for name in [*names, "picture.svg"]])
    styles.bundle(files, config)
    served = {file.src_uri: file.content_string if file.src_uri.endswith(".css") else "" for file in files}
    return served, config.extra_css


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "b.css").write_text("p { color: red; }\n")
    (folder / "a.css").write_text("@media print { p { color: blue; } }\n")
    return folder


def test_one_style_sheet_has_the_rules_of_all_in_the_order_of_the_settings(docs, tmp_path):
    served, named = bundled(docs, tmp_path)
    assert named == [styles.SERVED]
    assert served == {styles.SERVED: "p{color:red}@media print{p{color:#00f}}\n", "picture.svg": ""}


def test_a_style_sheet_that_is_missing_stops_the_build(docs, tmp_path):
    (docs / "a.css").write_text('@import "./missing.css";')
    with pytest.raises(PluginError, match=r"(?s)cannot be read.*missing\.css"):
        bundled(docs, tmp_path)
