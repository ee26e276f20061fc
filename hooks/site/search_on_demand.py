"""The search index is several times the weight of a page: readers download it when they open the search, not on every visit. The
worker that searches starts then too: on every page it would want its part of the processor while the page is made ready.
"""

import re

from mkdocs.structure.files import Files

from hooks.site import theme_script

# The theme asks for the index at once, unless pages are opened as files; what is kept is its other cause, an opened search.
_AT_ONCE = re.compile(r'[\w$]+\([\w$]+\(location\.protocol!=="file:"\),([\w$]+\("search"\))\)')
# A worker that starts when the first message is posted to it.
_WHEN_ASKED = (
    "(address=>{let worker,asked=new EventTarget;asked.postMessage=message=>{"
    'worker||((worker=new Worker(address)).onmessage=({data})=>asked.dispatchEvent(new MessageEvent("message",{data})));'
    "worker.postMessage(message)};return asked})"
)
_CHANGES = [
    ("loads its search index", _AT_ONCE, r"\1"),
    (
        "starts a worker",
        re.compile(r"(?P<worker>[\w$]+)=new Worker\((?P<address>[\w$]+)\)"),
        rf"\g<worker>={_WHEN_ASKED}(\g<address>)",
    ),
]


def defer(files: Files) -> None:
    theme_script.change(files, "search_on_demand", _CHANGES)
