"""The theme's script, begun after Python's first answer; run by Node in a page that is none."""

import json
import subprocess

import pytest
from mkdocs.exceptions import PluginError
from theme_bundle import SCRIPT, changed

from hooks.site import begun_later

THEME = '"use strict";(()=>{done.push("begun");h(document,"DOMContentLoaded",{once:!0}).subscribe(()=>e.next(document))})();\n'
# What a page has by the time its script comes, and what came of it.
PAGE = """
const done = [];
const h = (_, name) => ({ subscribe: () => done.push(name) });
const e = { next: () => done.push("told") };
const document = { readyState: "%s" };
let fulfil;
globalThis.window = { ridgepointAnswered: %s };
%s
const before = [...done];
fulfil?.();
await null;
console.log(JSON.stringify([before, done]));
"""
WAITS = "new Promise((resolve) => { fulfil = resolve; })"


def ran(node: str, state: str, answered: str) -> list[list[str]]:
    """What the script had done when it had come, and at the end."""
    script = PAGE % (state, answered, changed(THEME, begun_later.defer))
    command = [node, "--input-type=module", "--eval", script]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_where_no_answer_is_waited_for_it_begins_at_once_and_waits_for_the_page(node):
    assert ran(node, "loading", "undefined") == [["begun", "DOMContentLoaded"]] * 2


def test_it_waits_for_an_answer_and_then_not_for_a_page_that_has_been_read(node):
    assert ran(node, "interactive", WAITS) == [[], ["begun", "told"]]


def test_an_answer_may_come_before_the_page_has_been_read(node):
    assert ran(node, "loading", WAITS) == [[], ["begun", "DOMContentLoaded"]]


def test_the_script_of_the_theme_is_changed_in_these_places_only():
    now = changed(SCRIPT, begun_later.defer)
    assert now.count("ridgepointAnswered") == 2
    assert now.count('document.readyState==="loading"?') == SCRIPT.count('document.readyState==="loading"?') + 1
    assert len(now) - len(SCRIPT) < 200


@pytest.mark.parametrize(
    ("script", "what"),
    [
        (THEME.replace('"use strict";', ""), "begins at once"),
        (THEME.replace("DOMContentLoaded", "load"), "waits until the page has been read"),
    ],
)
def test_a_script_that_begins_otherwise_stops_the_build(script, what):
    with pytest.raises(PluginError, match=rf"begun_later\.py: the theme's script {what} in 0 places"):
        changed(script, begun_later.defer)
