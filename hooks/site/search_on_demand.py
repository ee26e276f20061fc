"""The search index is several times the weight of a page: readers download it when they open the search, not on every visit."""

import re

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files

# The theme asks for the index at once, unless pages are opened as files; what is kept is its other cause, an opened search.
_AT_ONCE = re.compile(r'[\w$]+\([\w$]+\(location\.protocol!=="file:"\),([\w$]+\("search"\))\)')
_BUNDLE = re.compile(r"assets/javascripts/bundle\.\w+\.min\.js")


def defer(files: Files) -> None:
    """Change the one place in the theme's script; a version of the theme that has no such place stops the build."""
    bundle = next((file for file in files if _BUNDLE.fullmatch(file.src_uri)), None)
    script = bundle.content_string if bundle else ""
    changed, places = _AT_ONCE.subn(r"\1", script)
    if places != 1:
        raise PluginError(
            f"hooks/site/search_on_demand.py: the theme's script loads its search index in {places} places, not in 1"
        )
    bundle.content_string = changed
