"""Tooltips of the theme, made ready one by one."""

import re
from pathlib import Path

import material
import pytest
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from hooks.site import tooltips_later

SCRIPTS = Path(material.__file__).parent / "templates" / "assets" / "javascripts"
SCRIPT = next(SCRIPTS.glob("bundle.*.min.js")).read_text("utf-8")


def changed(script: str) -> str:
    bundle = File("assets/javascripts/bundle.0a1b2c.min.js", None, "site", use_directory_urls=True)
    bundle.content_string = script
    tooltips_later.defer(Files([bundle]))
    return bundle.content_string


def test_what_makes_a_tooltip_ready_waits_for_a_task_of_its_own():
    (made,) = re.findall(r'content\.tooltips"\)\)\.map\(\w+=>(\w+\(\w+,\{viewport\$:\w+\}\))\)', SCRIPT)
    now = changed(SCRIPT)
    assert now.count(f"setTimeout(()=>ready={made}.subscribe(to))") == 1
    assert now.count(made) == SCRIPT.count(made)


def test_a_script_that_makes_them_otherwise_stops_the_build():
    with pytest.raises(PluginError, match=r"tooltips_later\.py: the theme's script makes tooltips ready in 0 places"):
        changed(SCRIPT.replace('"content.tooltips"', '"content.hints"'))
