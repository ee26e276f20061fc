"""The scripts of the site: one file for each that a page or a worker names, and the inputs that start Python early."""

import re
from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from calculators import call
from calculators.present import page
from hooks.site import scripts

DOCS = scripts.ROOT / "docs"
IMPORT = re.compile(r"""(?:\bimport\b\s*\(?|\bfrom)\s*["'`]\.""")


def bundled(docs: Path, tmp_path: Path) -> dict[str, str]:
    """What the site serves in the folders of scripts."""
    config = MkDocsConfig()
    config.load_dict({"site_name": "Test", "docs_dir": str(docs), "site_dir": str(tmp_path / "site")})
    config.validate()
    config.plugins._current_plugin = "test"  # which MkDocs notes of generated files
    names = [path.relative_to(docs).as_posix() for path in docs.glob("assets/*/*.js")]
    files = Files([File(name, str(docs), config.site_dir, use_directory_urls=True) for name in names])
    scripts.bundle(files, config)
    return {file.src_uri: file.content_string for file in files}


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> dict[str, str]:
    return bundled(DOCS, tmp_path_factory.mktemp("scripts"))


def test_what_is_served_is_what_is_named_and_imports_nothing_of_ours(served):
    assert set(served) == set(scripts.NAMED)
    for name, text in served.items():
        assert len(text) > 100 and not IMPORT.search(text), name


def test_every_script_that_is_named_anywhere_is_served(served):
    sources = [path.read_text("utf-8") for path in DOCS.glob("assets/*/*.js")]
    workers = {name for text in sources for name in re.findall(r"""new URL\("(?:\./)?(\w+\.js)",""", text)}
    template = (scripts.ROOT / "hooks/site/theme/main.html").read_text("utf-8")
    settings = (scripts.ROOT / "mkdocs.yml").read_text("utf-8")
    named = {
        *re.findall(r"assets/[\w/]+\.js", template + settings),
        *(f"assets/calculators/{name}" for name in workers - {"sw.js"}),
    }
    assert named == set(served)


def test_an_import_would_be_seen():
    assert all(map(IMPORT.search, ('import"./a.js"', 'import{a}from"./a.js"', "await import('./a.js')")))


def test_early_is_no_module(served):
    assert "import" not in served["assets/calculators/early.js"]


def test_a_script_that_cannot_be_read_is_told(tmp_path):
    for name in scripts.NAMED:
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text("let open = {")
    with pytest.raises(PluginError, match=r"(?s)end of file.*early\.js:1:12"):
        bundled(tmp_path / "docs", tmp_path)


def test_the_inputs_of_a_page_are_those_of_its_calculator():
    assert scripts.inputs("<p>decode</p>") == []
    assert scripts.inputs(page.calculator("decode", "../runtime/")) == list(call.get("decode").input_specs)
