"""The search index is loaded when the search is opened; a theme that loads it otherwise is not published by mistake."""

import re
from pathlib import Path

import material
import pytest
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from hooks.site import search_on_demand

SCRIPTS = Path(material.__file__).parent / "templates" / "assets" / "javascripts"


def theme(script: str) -> Files:
    bundle = File("assets/javascripts/bundle.0a1b2c.min.js", None, "site", use_directory_urls=True)
    bundle.content_string = script
    return Files([bundle])


def test_the_script_of_the_theme_loads_the_index_for_an_opened_search_only():
    script = next(SCRIPTS.glob("bundle.*.min.js")).read_text("utf-8")
    files = theme(script)
    search_on_demand.defer(files)
    changed = next(iter(files)).content_string
    assert len(script) - len(changed) < 60
    # The message that sends the index to the worker depends on the search being opened, and on nothing before it.
    assert re.search(r'return ([\w$]+\("search"\))\.pipe\([^;]{0,120}type:0,data:\{config:', changed)


@pytest.mark.parametrize("script", ["", 'L($(location.protocol!=="file:"),Je("search"));' * 2])
def test_another_script_stops_the_build(script):
    with pytest.raises(PluginError, match="not in 1"):
        search_on_demand.defer(theme(script))


def test_a_theme_without_the_script_stops_the_build():
    with pytest.raises(PluginError, match="in 0 places"):
        search_on_demand.defer(Files([]))
