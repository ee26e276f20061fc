"""A page is styled once while it is opened. As the theme comes, its script has the browser style the whole page five times more:
a page with thousands of elements then does not answer for as long as a reader notices.

The template (theme/main.html) has its part in this: it sets the classes of the page, and the color scheme that the page begins
with, before there is anything to style.
"""

import re

from mkdocs.structure.files import Files

from hooks.site import theme_script

_CHANGES = [
    # The theme writes addresses out in full, those of style sheets too, which are then read again. They stay as they are; what
    # the theme compares with the head of the next page is kept beside them.
    (
        "writes addresses out in full",
        re.compile(r"\$\(document\)\.subscribe\((?P<write_out>[\w$]+)\)"),
        r"$(document.body).subscribe(\g<write_out>);{let head=document.head.cloneNode(!0);\g<write_out>(head);"
        r"[...document.head.children].forEach((one,place)=>{let full=head.children[place];one.inFull=full.outerHTML;"
        r'one.rel&&one.rel!=="stylesheet"&&(one.href=full.href)})}',
    ),
    (
        "compares the heads of two pages",
        re.compile(r"(?P<map>[\w$]+)\.set\((?P<one>[\w$]+)\.outerHTML,(?P=one)\)"),
        r"\g<map>.set(\g<one>.inFull||\g<one>.outerHTML,\g<one>)",
    ),
    # Without transitions for a moment, so that colors change at once; when a page is opened, they do not change.
    (
        "takes transitions away",
        re.compile(r'\((?P<now>[\w$]+)=>\{if\((?P<take>document\.body\.setAttribute\("data-md-color-switching",""\))'),
        r'(\g<now>=>{if(document.body.getAttribute("data-md-color-scheme")!==\g<now>.color.scheme&&\g<take>',
    ),
    # The scheme that a page begins with is in the template, and is written again only where it changes.
    (
        "adds a color scheme",
        re.compile(r'(?P<make>[\w$]+\("meta",\{name:"color-scheme"\}\));document\.head\.appendChild\((?P<made>[\w$]+)\)'),
        r'document.querySelector("meta[name=color-scheme]")||\g<make>;\g<made>.parentNode||document.head.appendChild(\g<made>)',
    ),
    (
        "writes the color scheme",
        re.compile(r"(?P<written>[\w$]+\.content)=(?P<holds>[\w$]+\.colorScheme)"),
        r"\g<written>!==\g<holds>&&(\g<written>=\g<holds>)",
    ),
]


def keep(files: Files) -> None:
    theme_script.change(files, "styled_once", _CHANGES)
