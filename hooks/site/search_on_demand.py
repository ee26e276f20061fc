"""The search index is several times the weight of a page: readers download it when they open the search, not on every visit."""

import re

from mkdocs.structure.files import Files

from hooks.site import theme_script

# The theme asks for the index at once, unless pages are opened as files; what is kept is its other cause, an opened search.
_AT_ONCE = re.compile(r'[\w$]+\([\w$]+\(location\.protocol!=="file:"\),([\w$]+\("search"\))\)')


def defer(files: Files) -> None:
    theme_script.change(files, "search_on_demand", [("loads its search index", _AT_ONCE, r"\1")])
