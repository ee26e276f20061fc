"""Where the address of a page has Python answer at once, the theme's script begins after that: both want the same processors, and
the answer is what the reader came for. When it waits, for what and for how long, is in assets/calculators/early.js.
"""

import re

from mkdocs.structure.files import Files

from hooks.site import theme_script

_CHANGES = [
    (
        "begins at once",
        re.compile(r'\A"use strict";\(\(\)=>\{(?P<all>.*)\}\)\(\);', re.DOTALL),
        r'"use strict";(begin=>window.ridgepointAnswered?window.ridgepointAnswered.then(begin):begin())(()=>{\g<all>});',
    ),
    (
        "waits until the page has been read",
        re.compile(
            r'(?P<wait>[\w$]+\(document,"DOMContentLoaded",\{once:!0\}\)\.subscribe\(\(\)=>(?P<go_on>[\w$]+\.next\(document\))\))'
        ),
        r'(document.readyState==="loading"?\g<wait>:\g<go_on>)',
    ),
]


def defer(files: Files) -> None:
    """Change the theme's script so. Raises PluginError where it begins in another way."""
    theme_script.change(files, "begun_later", _CHANGES)
