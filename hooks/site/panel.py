"""The panel of a preview: everything that is wrong, at the top of every page, in the words of the terminal."""

import re
from collections.abc import Callable, Iterable
from html import escape

_ARTICLE = re.compile(rb"<article[^>]*>")
_TITLE = "Something does not hold. What cannot be shown as it is stays as it last was right."


def panel(problems: list[str]) -> str:
    """A list of problems; nothing where there are none."""
    if not problems:
        return ""
    items = "".join(f"<li><pre>{escape(problem)}</pre></li>" for problem in problems)
    return f'<section class="rp-problems" role="alert"><p>{_TITLE}</p><ul>{items}</ul></section>'


def with_panel(answer: Callable, problems: Callable[[], list[str]]) -> Callable:
    """A WSGI application that answers like `answer`, with the panel on every page."""

    def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
        started: list[tuple] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> None:
            started.append((status, headers, rest))

        body = answer(environ, start)
        status, headers, rest = started[0]
        if dict(headers).get("Content-Type", "").startswith("text/html"):
            page = _inserted(b"".join(body), panel(problems()).encode())
            headers = [header for header in headers if header[0] != "Content-Length"]
            headers.append(("Content-Length", str(len(page))))
            body = [page]
        start_response(status, headers, *rest)
        return body

    return application


def _inserted(page: bytes, shown: bytes) -> bytes:
    article = _ARTICLE.search(page)
    place = article.end() if article else 0
    return page[:place] + shown + page[place:] if shown else page
