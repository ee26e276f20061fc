"""Small pieces of HTML that escape by themselves, so that no caller has to remember to."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from html import escape

_escaped = lru_cache(maxsize=4096)(escape)  # an edit changes few of the texts of a result


class Html(str):
    """Text that is HTML already; any other string is escaped when it becomes a child."""

    __slots__ = ()


_EMPTY = {"input", "br"}


def tag(name: str, /, *children: str | None, **attributes: str | int | None) -> Html:
    """<name attributes>children</name>. `class_` is class, `data_x` is data-x; None and False are left out, True stands alone."""
    opening = name
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        opening += f" {attribute(key)}" if value is True else f' {attribute(key)}="{_escaped(str(value))}"'
    if name in _EMPTY:
        return Html(f"<{opening}>")
    return Html(f"<{opening}>{join(*children)}</{name}>")


@cache
def attribute(key: str) -> str:
    """The name of an attribute as HTML has it, from the name of a Python argument."""
    return key.rstrip("_").replace("_", "-")


def join(*children: str | None) -> Html:
    """Children in a row; those that are not HTML are escaped."""
    return Html("".join([child if isinstance(child, Html) else _escaped(child) for child in children if child]))


def scrolling_table(
    titles: Iterable[str] | Mapping[str, str | None], rows: Iterable[Html], class_: str, generated: bool = False
) -> Html:
    """A table in a box of its own that scrolls where it is too wide, and that a keyboard reaches.

    `titles` may say how each column sorts; `generated` marks numbers that are computed, not stated.
    """
    orders = titles if isinstance(titles, Mapping) else dict.fromkeys(titles)
    head = tag("thead", tag("tr", *(tag("th", title, scope="col", data_sort=order) for title, order in orders.items())))
    table = tag("table", head, tag("tbody", *rows), class_=class_)
    # What is in tables stands in the text of pages too, or on the page that a row leads to: search finds it there.
    return tag("div", table, class_="rp-scroll", tabindex="0", data_generated=generated, data_search_exclude=True)
