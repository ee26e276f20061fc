"""Components and tooltips of the theme, made ready one by one."""

import re

import pytest
from mkdocs.exceptions import PluginError
from theme_bundle import SCRIPT, changed

from hooks.site import mounted_later


def test_what_makes_a_tooltip_ready_waits_for_a_task_of_its_own():
    (made,) = re.findall(r'content\.tooltips"\)\)\.map\(\w+=>(\w+\(\w+,\{viewport\$:\w+\}\))\)', SCRIPT)
    now = changed(SCRIPT, mounted_later.defer)
    assert now.count(f"(()=>{made})") == SCRIPT.count(f"(()=>{made})") + 1
    assert now.count(made) == SCRIPT.count(made)


def test_each_component_of_a_page_waits_for_a_task_of_its_own():
    (all_made, found) = re.search(r'=H\(\(\)=>(L\(\.\.\.(\w+)\("announce"\).*?)\),\w+=\w+\.pipe', SCRIPT).groups()
    assert re.findall(r'\.\.\.\w+\("([\w-]+)"\)', all_made) == [
        "announce", "content", "content", "header", "header-title", "sidebar", "tabs", "toc", "top",
    ]  # fmt: skip
    # what looks for components is covered by what makes each of them ready later
    now = changed(SCRIPT, mounted_later.defer)
    assert f"H(()=>({found}=>{all_made})(name=>({{map:make=>{found}(name).map(one=>" in now


@pytest.mark.parametrize(("name", "what"), [("content.tooltips", "tooltips"), ("announce", "components")])
def test_a_script_that_makes_them_otherwise_stops_the_build(name, what):
    with pytest.raises(PluginError, match=rf"mounted_later\.py: the theme's script makes {what} ready in 0 places"):
        changed(SCRIPT.replace(f'"{name}"', '"other"'), mounted_later.defer)
