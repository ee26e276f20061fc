"""How far a page is scrolled, noted by the theme for one address only."""

from pathlib import Path

import material
import pytest
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from hooks.site import place_noted

SCRIPTS = Path(material.__file__).parent / "templates" / "assets" / "javascripts"
SCRIPT = next(SCRIPTS.glob("bundle.*.min.js")).read_text("utf-8")


def changed(script: str) -> str:
    bundle = File("assets/javascripts/bundle.0a1b2c.min.js", None, "site", use_directory_urls=True)
    bundle.content_string = script
    place_noted.keep(Files([bundle]))
    return bundle.content_string


def test_a_position_is_noted_only_where_the_address_is_still_the_same():
    now = changed(SCRIPT)
    assert "at===location.pathname+location.hash&&history.replaceState(" in now
    assert now.count("history.replaceState(") == SCRIPT.count("history.replaceState(")


def test_a_script_that_notes_it_otherwise_stops_the_build():
    with pytest.raises(PluginError, match=r"place_noted\.py: the theme's script notes how far a page is scrolled in 0 places"):
        changed(SCRIPT.replace('"offset"', '"place"'))
