"""The parts of a page are made ready one by one, each in a task of its own: header, contents, tooltips. The theme does all of it
in one task while a page is opened, and a phone answers nothing meanwhile.
"""

import re

from mkdocs.structure.files import Files

from hooks.site import theme_script

# What `make` observes, from the next task on. RxJS takes any object that has this method for an observable.
_LATER = (
    '(make=>({"@@observable":()=>({subscribe:to=>{let ready,soon=setTimeout(()=>ready=make().subscribe(to));'
    "return()=>{clearTimeout(soon);ready&&ready.unsubscribe()}}})}))"
)
_CHANGES = [
    (
        "makes components ready",
        re.compile(
            r'=(?P<defer>[\w$]+)\(\(\)=>(?P<all>[\w$]+\(\.\.\.(?P<found>[\w$]+)\("announce"\)\.map\(.*?'
            r"\(\"top\"\)\.map\([\w$]+=>[\w$]+\([\w$]+,\{[^}]*\}\)\)\))\)"
        ),
        rf"=\g<defer>(()=>(\g<found>=>\g<all>)(name=>({{map:make=>\g<found>(name).map(one=>{_LATER}(()=>make(one)))}})))",
    ),
    (
        "makes tooltips ready",
        re.compile(
            r'\(\(\)=>(?P<wanted>[\w$]+\("content\.tooltips"\))\)\.map\('
            r"(?P<one>[\w$]+)=>(?P<tooltip>[\w$]+\((?P=one),\{viewport\$:[\w$]+\}\))\)"
        ),
        rf"(()=>\g<wanted>).map(\g<one>=>{_LATER}(()=>\g<tooltip>))",
    ),
]


def defer(files: Files) -> None:
    """Change the theme's script so. Raises PluginError where it makes these ready in another way."""
    theme_script.change(files, "mounted_later", _CHANGES)
