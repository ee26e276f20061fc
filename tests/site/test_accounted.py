"""Every file of a published site is accounted for; tests/site/test_refusal.py sends whole builds through the same check."""

import json
import shutil
from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel

from hooks.runtime import served
from hooks.runtime.assembly import INDEX
from hooks.site import accounted, downloads


@pytest.fixture
def config(tmp_path: Path) -> MkDocsConfig:
    config = MkDocsConfig()
    config.load_dict({"site_name": "A site", "site_dir": str(tmp_path / "site"), "docs_dir": str(tmp_path)})
    config.validate()
    config.plugins._current_plugin = "test"  # which MkDocs notes of generated files
    return config


@pytest.fixture
def files(config: MkDocsConfig, runtime: Path) -> Files:
    """A page, a download and the runtime."""
    pages = [File.generated(config, name, content="") for name in ("guides/choose.md", "data/facts.json")]
    return Files([*pages, *downloads.runtime_files(config, runtime)])


@pytest.fixture
def site(config: MkDocsConfig, files: Files, runtime: Path) -> Path:
    """What a build makes of these files, with what it writes besides."""
    site = Path(config.site_dir)
    shutil.copytree(runtime, site / "runtime")
    for name in ("guides/choose/index.html", "data/facts.json", *accounted.WRITTEN):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).touch()
    return site


def refused(site: Path, files: Files) -> list[str]:
    """The problems that a build stops with."""
    with pytest.raises(PluginError) as stopped:
        accounted.check(site, files)
    return str(stopped.value).splitlines()[1:]


def test_a_site_of_what_it_is_made_of_passes(site, files):
    accounted.check(site, files)


@pytest.mark.parametrize("name", ["stray.txt", "guides/choose/.notes.swp", "runtime/pyodide.asm.js"])
def test_a_stray_file_is_named(site, files, name):
    (site / name).touch()
    assert refused(site, files) == [f"{name}: nothing accounts for it"]


def test_a_link_that_leads_nowhere_is_a_stray_file_too(site, files):
    (site / "elsewhere").symlink_to("no such file")
    assert refused(site, files) == ["elsewhere: nothing accounts for it"]


@pytest.mark.parametrize("name", ["guides/choose/index.html", "sw.js", "runtime/pyodide.mjs", f"runtime/{INDEX}"])
def test_a_missing_file_is_named(site, files, name):
    (site / name).unlink()
    assert refused(site, files) == [f"{name}: missing"]


def test_a_file_that_is_left_out_of_the_site_must_not_be_in_it(site, files):
    files.get_file_from_path("data/facts.json").inclusion = InclusionLevel.EXCLUDED
    assert refused(site, files) == ["data/facts.json: nothing accounts for it"]


def test_a_changed_file_of_the_runtime_is_named(site, files):
    name = json.loads((site / "runtime" / INDEX).read_text("utf-8"))["calculators"]
    with (site / "runtime" / name).open("ab") as file:
        file.write(b"more")
    assert refused(site, files) == [f"runtime/{name}: its SHA-256 is not the one that is listed"]


def test_an_index_that_agrees_with_another_pyodide_is_not_enough(site, files):
    (site / "runtime" / "pyodide.mjs").write_bytes(b"")
    index = json.loads((site / "runtime" / INDEX).read_text("utf-8"))
    index["files"]["pyodide.mjs"] = served.sha256(site / "runtime" / "pyodide.mjs")
    (site / "runtime" / INDEX).write_text(json.dumps(index), "utf-8")
    assert refused(site, files) == ["runtime/pyodide.mjs: its SHA-256 is not the one that is listed"]


def test_what_is_written_besides_is_sorted():
    assert list(accounted.WRITTEN) == sorted(accounted.WRITTEN)
