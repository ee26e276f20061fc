"""The search index is loaded when the search is opened; a theme that loads it otherwise is not published by mistake."""

import re

import pytest
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from theme_bundle import SCRIPT, changed, theme

from hooks.site import search_on_demand


def test_the_script_of_the_theme_loads_the_index_for_an_opened_search_only():
    now = changed(SCRIPT, search_on_demand.defer)
    index_alone = now.replace(f"{search_on_demand._WHEN_ASKED}(e)", "new Worker(e)")
    assert 0 <= len(SCRIPT) - len(index_alone) < 60
    # The message that sends the index to the worker depends on the search being opened, and on nothing before it.
    assert re.search(r'return ([\w$]+\("search"\))\.pipe\([^;]{0,120}type:0,data:\{config:', now)


def test_the_worker_that_searches_is_started_by_its_first_message_only():
    (before,) = re.findall(r".{30}new Worker.{20}", SCRIPT)
    assert re.search(r"\(e,t=new Worker\(e\)\)", before)
    assert re.search(r"postMessage=message=>\{worker\|\|\(\(worker=new Worker\(", changed(SCRIPT, search_on_demand.defer))
    with pytest.raises(PluginError, match="starts a worker in 0 places"):
        changed(SCRIPT.replace("new Worker", "new Helper"), search_on_demand.defer)


@pytest.mark.parametrize("script", ["", 'L($(location.protocol!=="file:"),Je("search"));' * 2])
def test_another_script_stops_the_build(script):
    with pytest.raises(PluginError, match="not in 1"):
        search_on_demand.defer(theme(script))


def test_a_theme_without_the_script_stops_the_build():
    with pytest.raises(PluginError, match="in 0 places"):
        search_on_demand.defer(Files([]))
