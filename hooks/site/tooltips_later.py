"""Tooltips are made ready one by one, each in a task of its own. The theme prepares those of all stated numbers in one task,
while a page is opened, and a phone answers nothing meanwhile.
"""

import re

from mkdocs.structure.files import Files

from hooks.site import theme_script

# RxJS takes any object that has this method for an observable.
_CHANGES = [
    (
        "makes tooltips ready",
        re.compile(
            r'\(\(\)=>(?P<wanted>[\w$]+\("content\.tooltips"\))\)\.map\('
            r"(?P<one>[\w$]+)=>(?P<tooltip>[\w$]+\((?P=one),\{viewport\$:[\w$]+\}\))\)"
        ),
        r'(()=>\g<wanted>).map(\g<one>=>({"@@observable":()=>({subscribe:to=>{'
        r"let ready,soon=setTimeout(()=>ready=\g<tooltip>.subscribe(to));"
        r"return()=>{clearTimeout(soon);ready&&ready.unsubscribe()}}})}))",
    ),
]


def defer(files: Files) -> None:
    """Change the theme's script so. Raises PluginError where it makes tooltips in another way."""
    theme_script.change(files, "tooltips_later", _CHANGES)
