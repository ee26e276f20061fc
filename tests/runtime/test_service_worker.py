"""The service worker: named by what it keeps, and harmless in a preview."""

import json
from pathlib import Path

import pytest

from hooks.runtime import service_worker


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "runtime").mkdir()
    (tmp_path / "index.html").write_text("<h1>Home</h1>")
    (tmp_path / "sitemap.xml").write_text("<lastmod>2026-01-01</lastmod>")
    (tmp_path / "runtime" / "runtime.json").write_text(json.dumps({"build": "abc"}))
    return tmp_path


def written(site: Path, **options: bool) -> str:
    service_worker.write(site, **options)
    return (site / "sw.js").read_text()


def test_holds_the_builds_of_the_site_and_of_the_runtime(site: Path):
    script = written(site)
    assert f'const BUILD = "{service_worker.build(site)}";' in script
    assert 'const RUNTIME = "abc";' in script


def test_the_same_content_is_the_same_build(site: Path):
    before = written(site)
    (site / "sitemap.xml").write_text("<lastmod>2026-01-02</lastmod>")
    assert written(site) == before


@pytest.mark.parametrize("name", ["index.html", "data.json", "runtime/library.zip"])
def test_any_other_content_is_another_build(site: Path, name: str):
    before = written(site)
    (site / name).write_text("new")
    assert written(site) != before


def test_in_a_preview_it_keeps_nothing(site: Path):
    script = written(site, preview=True)
    assert 'const BUILD = "";' in script
    assert "self.registration.unregister()" in script
