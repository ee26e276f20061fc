"""The changes that keep the theme's script from styling a page again and again: each has its place, or nothing is published."""

import re
from pathlib import Path

import material
import pytest
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from hooks.site import styled_once

SCRIPTS = Path(material.__file__).parent / "templates" / "assets" / "javascripts"
TEMPLATE = Path(styled_once.__file__).parent / "theme" / "main.html"


def changed(script: str) -> str:
    bundle = File("assets/javascripts/bundle.0a1b2c.min.js", None, "site", use_directory_urls=True)
    bundle.content_string = script
    styled_once.keep(Files([bundle]))
    return bundle.content_string


@pytest.fixture(scope="module")
def script() -> str:
    return next(SCRIPTS.glob("bundle.*.min.js")).read_text("utf-8")


def test_only_the_body_of_an_opened_page_is_written_out(script):
    assert "$(document).subscribe(" in script
    now = changed(script)
    assert "$(document).subscribe(" not in now
    copied = re.findall(
        r"\$\(document\.body\)\.subscribe\(([\w$]+)\);\{let head=document\.head\.cloneNode\(!0\);\1\(head\);", now
    )
    assert len(copied) == 1
    assert len(re.findall(r"\.set\(([\w$]+)\.inFull\|\|\1\.outerHTML,\1\)", now)) == 1


def test_transitions_are_taken_away_only_where_colors_change(script):
    guard = r'document\.body\.getAttribute\("data-md-color-scheme"\)!==([\w$]+)\.color\.scheme&&document\.body\.setAttribute'
    (state,) = re.findall(guard, changed(script))
    assert f'{state}.color.media==="(prefers-color-scheme)"' in changed(script)


def test_the_color_scheme_of_the_template_is_the_one_that_the_script_goes_on_with(script):
    made = re.findall(r'document\.querySelector\("meta\[name=color-scheme\]"\)\|\|[\w$]+\("meta"', changed(script))
    assert len(made) == 1
    assert TEMPLATE.read_text("utf-8").count('<meta name="color-scheme" content="light">') == 1


def test_the_template_sets_the_classes_that_the_script_would_set(script):
    set_later = re.findall(r'document\.documentElement\.classList\.add\("([\w-]+)"\)', script)
    (at_once,) = re.findall(r'document\.documentElement\.className = "([^"]+)"', TEMPLATE.read_text("utf-8"))
    assert set(at_once.split()) == set(set_later)


def test_a_script_without_one_of_the_places_stops_the_build(script):
    with pytest.raises(PluginError, match="adds a color scheme in 0 places"):
        changed(script.replace('{name:"color-scheme"}', '{name:"other"}'))
    with pytest.raises(PluginError, match="writes addresses out in full in 2 places"):
        changed(script + "$(document).subscribe(x)")
