"""The script of the theme, changed where it has no setting. A version of it that lacks such a place is not published."""

import re
from collections.abc import Iterable

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files

_NAME = re.compile(r"assets/javascripts/bundle\.\w+\.min\.js")


def change(files: Files, module: str, changes: Iterable[tuple[str, re.Pattern[str], str]]) -> None:
    """Make each change (what the place does, where it is, what comes there). Raises PluginError where there is not one place."""
    bundle = next((file for file in files if _NAME.fullmatch(file.src_uri)), None)
    script = bundle.content_string if bundle else ""
    for what, place, instead in changes:
        script, places = place.subn(instead, script)
        if places != 1:
            raise PluginError(f"hooks/site/{module}.py: the theme's script {what} in {places} places, not in 1")
    bundle.content_string = script
