"""The changes that keep the theme's script from styling a page again and again: each has its place, or nothing is published."""

import re
from pathlib import Path

import pytest
from mkdocs.exceptions import PluginError
from theme_bundle import SCRIPT, changed

from hooks.site import styled_once

TEMPLATE = Path(styled_once.__file__).parent / "theme" / "main.html"


def test_only_the_body_of_an_opened_page_is_written_out():
    assert "$(document).subscribe(" in SCRIPT
    now = changed(SCRIPT, styled_once.keep)
    assert "$(document).subscribe(" not in now
    copied = re.findall(
        r"\$\(document\.body\)\.subscribe\(([\w$]+)\);\{let head=document\.head\.cloneNode\(!0\);\1\(head\);", now
    )
    assert len(copied) == 1
    assert len(re.findall(r"\.set\(([\w$]+)\.inFull\|\|\1\.outerHTML,\1\)", now)) == 1


def test_transitions_are_taken_away_only_where_colors_change():
    guard = r'document\.body\.getAttribute\("data-md-color-scheme"\)!==([\w$]+)\.color\.scheme&&document\.body\.setAttribute'
    (state,) = re.findall(guard, changed(SCRIPT, styled_once.keep))
    assert f'{state}.color.media==="(prefers-color-scheme)"' in changed(SCRIPT, styled_once.keep)


def test_the_color_scheme_of_the_template_is_the_one_that_the_script_goes_on_with():
    made = re.findall(
        r'document\.querySelector\("meta\[name=color-scheme\]"\)\|\|[\w$]+\("meta"', changed(SCRIPT, styled_once.keep)
    )
    assert len(made) == 1
    assert TEMPLATE.read_text("utf-8").count('<meta name="color-scheme" content="light">') == 1


def test_the_template_sets_the_classes_that_the_script_would_set():
    set_later = re.findall(r'document\.documentElement\.classList\.add\("([\w-]+)"\)', SCRIPT)
    (at_once,) = re.findall(r'document\.documentElement\.className = "([^"]+)"', TEMPLATE.read_text("utf-8"))
    assert set(at_once.split()) == set(set_later)


def test_a_script_without_one_of_the_places_stops_the_build():
    with pytest.raises(PluginError, match="adds a color scheme in 0 places"):
        changed(SCRIPT.replace('{name:"color-scheme"}', '{name:"other"}'), styled_once.keep)
    with pytest.raises(PluginError, match="writes addresses out in full in 2 places"):
        changed(SCRIPT + "$(document).subscribe(x)", styled_once.keep)
