"""How far a page is scrolled is noted for the address that it was scrolled at. The theme notes it a moment later: where a reader
has pressed a link to a place in the page meanwhile, it takes the old position for the new address, and does not go there.
"""

import re

from mkdocs.structure.files import Files

from hooks.site import theme_script

_CHANGES = [
    (
        "notes how far a page is scrolled",
        re.compile(
            r"(?P<offsets>[\w$]+\.pipe\([\w$]+\(\"offset\"\)),[\w$]+\(100\)\)"
            r"\.subscribe\(\((?P<given>\{offset:(?P<one>[\w$]+)\})\)=>\{(?P<note>history\.replaceState\((?P=one),\"\"\))\}\)"
        ),
        r"(soon=>\g<offsets>).subscribe((\g<given>)=>{clearTimeout(soon);let at=location.pathname+location.hash;"
        r"soon=setTimeout(()=>{at===location.pathname+location.hash&&\g<note>},100)}))()",
    ),
]


def keep(files: Files) -> None:
    """Change the theme's script so. Raises PluginError where it notes this in another way."""
    theme_script.change(files, "place_noted", _CHANGES)
