"""Html for charts: elements that escape by themselves, coordinates, text widths, small shapes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise

from calculators.present.html import Html, attribute

Point = tuple[float, float]

LINE_HEIGHT = 1.25  # of the font size
ASCENT = 0.8
# Widths of Helvetica in thousandths of the font size. The reader's font is not known here, so
# WIDER leaves room for the common ones that run wider.
WIDTHS = (
    (222, "ijl'|"),
    (278, " !,./:;fIt[]\\"),
    (333, "()-r`{}"),
    (500, "cksvxyzJ"),
    (667, "ABEKPSVXY&"),
    (722, "CDHNRUw"),
    (778, "GOQ"),
    (833, "Mm"),
    (944, "W@%"),
)
WIDTH = {character: width for width, characters in WIDTHS for character in characters}
WIDER = 1.1

# Control characters, surrogates, and the two at the end of each plane that are no characters.
_NO_CHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_FORBIDDEN = re.compile(f"[\0-\x1f\x7f-\x9f\ud800-\udfff{_NO_CHARACTERS}]")


def element(name: str, *children: str | None, **attributes: str | float | None) -> Html:
    """<name attributes>children</name>; `class_` is class, `a_b` is a-b, None is left out."""
    opening = name
    for key, value in attributes.items():
        if value is not None:
            opening += f' {attribute(key)}="{_escaped(value) if isinstance(value, str) else coordinate(value)}"'
    return Html(f"<{opening}>{join([child for child in children if child])}</{name}>")


def join(children: Iterable[str], between: str = "") -> Html:
    """Children in a row; those that are not markup are escaped."""
    return Html(between.join([c if isinstance(c, Html) else _escaped(c) for c in children]))


@lru_cache(maxsize=4096)  # names of classes and labels come back in every chart
def _escaped(text: str) -> str:
    return escape(clean(text))


def clean(text: str) -> str:
    """`text` on one line, without the characters that neither XML nor HTML may contain."""
    return _FORBIDDEN.sub("\ufffd", " ".join(text.split()))


def coordinate(value: float) -> str:
    """One decimal, never "-0": a tenth of a unit is finer than a pixel."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def path(points: Sequence[Point], closed: bool = False) -> str:
    """The d attribute of straight lines through `points`."""
    steps = " L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
    return f"M{steps}{'Z' if closed else ''}"


@lru_cache(maxsize=4096)  # a label is measured again at every place that is tried for it
def text_width(text: str, size: float) -> float:
    """About how wide `text` is when set in a sans-serif font of `size`; errs to the wide side."""
    return sum(_character_width(c) for c in text) * size * WIDER / 1000


def _character_width(character: str) -> int:
    if ord(character) >= 0x1100 and not 0x2000 <= ord(character) < 0x2E80:
        return 1000  # East Asian scripts and pictographs
    return WIDTH.get(character, 556 if character.isascii() and not character.isupper() else 720)


def wrap(text: str, width: float, size: float) -> list[str]:
    """Lines of `text` no wider than `width`; a word that is wider by itself is cut."""
    lines = [""]
    for word in clean(text).split():
        longer = f"{lines[-1]} {word}".lstrip()
        if text_width(longer, size) <= width:
            lines[-1] = longer
            continue
        pieces = _cut(word, width, size)
        lines = [line for line in lines if line] + pieces
    return lines


@lru_cache(maxsize=256)
def balance(text: str, width: float, size: float) -> tuple[str, ...]:
    """`text` on as few lines as `wrap` needs, but of about equal length, so that no word is left alone."""
    lines = wrap(text, width, size)
    narrower = max(text_width(word, size) for word in clean(text).split())
    while len(lines) > 1 and narrower < width:
        even = wrap(text, narrower, size)
        if len(even) == len(lines):
            return tuple(even)
        narrower += size / 2
    return tuple(lines)


def _cut(word: str, width: float, size: float) -> list[str]:
    pieces = [word[0]]
    for character in word[1:]:
        if text_width(pieces[-1] + character, size) <= width:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def text_block(lines: Sequence[str], x: float, top: float, size: float, *, anchor: str = "start", class_: str) -> Html:
    """Lines of text whose first line reaches up to `top`; `anchor` is start, middle or end."""
    places = [{"x": x, "y": top + size * (ASCENT + 0.1 + LINE_HEIGHT * index)} for index in range(len(lines))]
    own = places.pop() if len(lines) == 1 else {}  # a single line needs no element of its own
    rows = [element("tspan", line, **place) for line, place in zip(lines, places, strict=True)] if places else lines
    return element("text", *rows, class_=class_, **own, text_anchor=None if anchor == "start" else anchor)


def hit(center: Point, radius: float, title: str) -> Html:
    """A circle with a title; as text, because a chart has dozens."""
    x, y = center
    circle = f'circle cx="{coordinate(x)}" cy="{coordinate(y)}" r="{coordinate(radius)}"'
    return Html(f"<{circle}><title>{_escaped(title)}</title></circle>")


def marker(role: str, *centers: Point, radius: float) -> Html:
    """The shape that tells a role apart without color at each of `centers`: circle, square, triangle, ..."""
    (right, down), outline = _outline(role, radius)
    starts = (f"M{coordinate(x + right)} {coordinate(y + down)}{outline}" for x, y in centers)
    return element("path", class_=f"rp-chart-marker rp-chart-{role}", d="".join(starts))


@lru_cache(maxsize=64)
def _outline(role: str, radius: float) -> tuple[Point, str]:
    """Where the outline of a marker starts, from its center, and how it goes on from there."""
    corners = [(radius * dx, radius * dy) for dx, dy in SHAPES.get(role, ())]
    if not corners:
        half = f"{coordinate(radius)} {coordinate(radius)} 0 0 0"
        return (-radius, 0), f"a{half} {coordinate(2 * radius)} 0a{half} {coordinate(-2 * radius)} 0Z"
    steps = (f"l{coordinate(x - before_x)} {coordinate(y - before_y)}" for (before_x, before_y), (x, y) in pairwise(corners))
    return corners[0], f"{''.join(steps)}Z"


# Corners around a center, in radii; sized so that all shapes look equally heavy.
SHAPES: dict[str, tuple[Point, ...]] = {
    "b": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "c": ((0, -1.2), (1.15, 0.85), (-1.15, 0.85)),
    "d": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    "e": ((0, 1.2), (1.15, -0.85), (-1.15, -0.85)),
    "f": (
        (-0.45, -1.2), (0.45, -1.2), (0.45, -0.45), (1.2, -0.45), (1.2, 0.45), (0.45, 0.45),
        (0.45, 1.2), (-0.45, 1.2), (-0.45, 0.45), (-1.2, 0.45), (-1.2, -0.45), (-0.45, -0.45),
    ),
}  # fmt: skip
