"""What describes a page without a description of its own: how it begins. Notebooks have no front matter to write one in."""

import re
from html import unescape

_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.S)
_TAG = re.compile(r"<[^>]+>")
_LONGEST = 160  # what search engines show of a description


def first_sentences(html: str) -> str:
    """The first sentences of the first paragraph, as many as are shown; at least one."""
    paragraph = _PARAGRAPH.search(html)
    text = " ".join(unescape(_TAG.sub("", paragraph[1])).split()) if paragraph else ""
    first, *others = re.split(r"(?<=[.?!]) (?=[A-Z])", text)
    for sentence in others:
        if len(first) + len(sentence) + 1 > _LONGEST:
            break
        first += f" {sentence}"
    return first
