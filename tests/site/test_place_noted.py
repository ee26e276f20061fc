"""How far a page is scrolled, noted by the theme for one address only."""

import pytest
from mkdocs.exceptions import PluginError
from theme_bundle import SCRIPT, changed

from hooks.site import place_noted


def test_a_position_is_noted_only_where_the_address_is_still_the_same():
    now = changed(SCRIPT, place_noted.keep)
    assert "at===location.pathname+location.hash&&history.replaceState(" in now
    assert now.count("history.replaceState(") == SCRIPT.count("history.replaceState(")


def test_a_script_that_notes_it_otherwise_stops_the_build():
    with pytest.raises(PluginError, match=r"place_noted\.py: the theme's script notes how far a page is scrolled in 0 places"):
        changed(SCRIPT.replace('"offset"', '"place"'), place_noted.keep)
