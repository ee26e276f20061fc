"""How the accelerators of a node reach each other, drawn: behind a switch, each to each, in a cube mesh, through the host."""

from collections.abc import Sequence
from math import cos, pi, sin

from calculators.present.html import Html, tag
from calculators.present.svg import Point, element

_WIDTH, _HEIGHT = 260, 220
_CENTER = (130.0, 108.0)
_RADIUS = 84.0
_NODE = 15.0
_GPUS = 8
_CUBE = ((0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3))  # one face of the cube mesh, with its diagonals
_INK = "currentColor"


def shapes() -> Html:
    """The four shapes side by side, each with what it means for a pair of accelerators."""
    drawn = (
        (_switch(), "Behind a switch", "DGX and HGX since the DGX-2, NVL72. A pair has the full rate of its links."),
        (_mesh(), "Each to each", "MI300X and its successors. A pair has one link of seven."),
        (_cube(), "Cube mesh", "DGX-1. Four neighbours over links, the rest through them or over PCIe."),
        (_host(), "Through the host", "PCIe cards. A pair shares its slots with everything else."),
    )
    return tag("div", *(_figure(*each) for each in drawn), class_="rp-topologies", data_generated=True)


def _figure(picture: Html, name: str, meaning: str) -> Html:
    return tag("figure", picture, tag("figcaption", tag("strong", name), ". ", meaning))


def _svg(label: str, *parts: Html) -> Html:
    return element("svg", *parts, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=label)


def _switch() -> Html:
    ring = _ring()
    edges = [_edge(point, _CENTER, 2) for point in ring]
    return _svg("Eight GPUs, each linked to a switch in the middle", *edges, *_gpus(ring), _box(_CENTER, "switch"))


def _mesh() -> Html:
    ring = _ring()
    edges = [_edge(ring[a], ring[b], 1) for a in range(_GPUS) for b in range(a)]
    return _svg("Eight GPUs, each linked to each of the seven others", *edges, *_gpus(ring))


def _cube() -> Html:
    left, right = _square(70), _square(190)
    edges = [_edge(face[a], face[b], 1.5) for face in (left, right) for a, b in _CUBE]
    edges += [_edge(a, b, 1.5) for a, b in zip(left, right, strict=True)]
    return _svg("Two groups of four GPUs; each GPU is linked to three of its group and one of the other", *edges,
                *_gpus([*left, *right]))  # fmt: skip


def _host() -> Html:
    slots = [(40.0 + 60 * n, 170.0) for n in range(4)]
    edges = [_edge(slot, (130.0, 60.0), 1.5) for slot in slots]
    return _svg("Four GPUs below one processor, each in a slot of its own", *edges, *_gpus(slots), _box((130.0, 60.0), "host"))


def _ring() -> list[Point]:
    turns = [2 * pi * n / _GPUS - pi / 2 for n in range(_GPUS)]
    return [(_CENTER[0] + _RADIUS * cos(turn), _CENTER[1] + _RADIUS * sin(turn)) for turn in turns]


def _square(x: float) -> list[Point]:
    return [(x - 34, 60), (x + 34, 44), (x + 34, 140), (x - 34, 156)]


def _edge(a: Point, b: Point, width: float) -> Html:
    return element("line", x1=a[0], y1=a[1], x2=b[0], y2=b[1], stroke=_INK, stroke_width=width, stroke_opacity=0.45)


def _gpus(points: Sequence[Point]) -> list[Html]:
    return [
        element(
            "g",
            element("circle", cx=x, cy=y, r=_NODE, fill="var(--md-default-bg-color, #fff)", stroke=_INK, stroke_width=1.5),
            element("text", "GPU", x=x, y=y + 3.5, text_anchor="middle", font_size=10.0, fill=_INK),
        )
        for x, y in points
    ]


def _box(center: Point, text: str) -> Html:
    x, y = center
    return element(
        "g",
        element(
            "rect", x=x - 28, y=y - 13, width=56.0, height=26.0, rx=4.0, fill="var(--md-default-bg-color, #fff)", stroke=_INK
        ),
        element("text", text, x=x, y=y + 4, text_anchor="middle", font_size=11.0, fill=_INK),
    )
