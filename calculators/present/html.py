"""Small pieces of HTML that escape by themselves, so that no caller has to remember to."""

from html import escape


class Html(str):
    """Text that is HTML already; any other string is escaped when it becomes a child."""

    __slots__ = ()


_EMPTY = {"input", "br"}


def tag(name: str, /, *children: str | None, **attributes: str | bool | None) -> Html:
    """<name attributes>children</name>. `class_` is class, `data_x` is data-x; None and False are left out, True stands alone."""
    opening = name
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        written = key.rstrip("_").replace("_", "-")
        opening += f" {written}" if value is True else f' {written}="{escape(str(value))}"'
    if name in _EMPTY:
        return Html(f"<{opening}>")
    return Html(f"<{opening}>{join(*children)}</{name}>")


def join(*children: str | None) -> Html:
    """Children in a row; those that are not HTML are escaped."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children if child))
