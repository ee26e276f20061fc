"""Where lines are cut and where labels go, so that no text covers another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import hypot

from calculators.present.html import Html
from calculators.present.svg import LINE_HEIGHT, Point, text_block, text_width

Stroke = tuple[Point, Point]

CROSSING = 10  # a label over a line is worse than one that is far from its point,
ASTRAY = 16  # and one that seems to belong to another point is worse still
DISTANCES = (0, 9, 22, 40, 64)
APART = 2  # the least distance of a label from what it must not touch
CLEARLY = 4  # how much nearer its own point must be than any other
LEADER = 15  # the distance from which a thin line ties the label to its point
# These are the sides of a point from best to worst (right and left, up and down).
SIDES = ((1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (0, 1), (1, 0), (-1, 0))


@dataclass(frozen=True)
class Box:
    """An upright rectangle; y grows downward."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def grown(self, by: float) -> Box:
        """The rectangle with a border `by` wide."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def holds(self, other: Box) -> bool:
        """Whether `other` lies within."""
        return self.left <= other.left and other.right <= self.right and self.top <= other.top and other.bottom <= self.bottom

    def covered(self, lines: Iterable[Stroke]) -> int:
        """How many of straight lines pass through; most lie to one side, which is seen without more."""
        left, top, right, bottom = self.left, self.top, self.right, self.bottom
        passing = 0
        for (ax, ay), (bx, by) in lines:
            aside = (
                (ax < left and bx < left)
                or (ax > right and bx > right)
                or (ay < top and by < top)
                or (ay > bottom and by > bottom)
            )
            if not aside and self.clip((ax, ay), (bx, by)) is not None:
                passing += 1
        return passing

    def _contains(self, point: Point) -> bool:
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def nearest(self, point: Point) -> Point:
        """The point of the rectangle that is nearest to `point`."""
        x, y = point
        return min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)

    def clip(self, start: Point, end: Point) -> Stroke | None:
        """The part of the straight line from `start` to `end` that is inside (Liang-Barsky)."""
        if self._contains(start) and self._contains(end):
            return start, end
        dx, dy = end[0] - start[0], end[1] - start[1]
        enter, leave = 0.0, 1.0
        for run, room in (
            (-dx, start[0] - self.left),
            (dx, self.right - start[0]),
            (-dy, start[1] - self.top),
            (dy, self.bottom - start[1]),
        ):
            if run == 0:
                if room < 0:
                    return None
            elif run < 0:
                enter = max(enter, room / run)
            else:
                leave = min(leave, room / run)
        if enter > leave:
            return None
        first = start if enter == 0 else (start[0] + enter * dx, start[1] + enter * dy)
        last = end if leave == 1 else (start[0] + leave * dx, start[1] + leave * dy)
        return first, last


@dataclass(frozen=True)
class Label:
    """Lines of text at a place."""

    lines: tuple[str, ...]
    box: Box
    anchor: str
    leader: Stroke | None = None

    def draw(self, size: float, class_: str) -> Html:
        """The text at font size `size`."""
        x = {"start": self.box.left, "end": self.box.right}.get(self.anchor, (self.box.left + self.box.right) / 2)
        return text_block(self.lines, x, self.box.top, size, anchor=self.anchor, class_=class_)


def block_size(lines: Sequence[str], size: float) -> tuple[float, float]:
    """Width and height of lines of text at font size `size`."""
    return max(text_width(line, size) for line in lines), len(lines) * size * LINE_HEIGHT


def clipped(points: Sequence[Point], area: Box) -> list[list[Point]]:
    """The pieces of the line through `points` that are visible in `area`."""
    pieces: list[list[Point]] = []
    for start, end in zip(points, points[1:] or points, strict=False):
        stroke = area.clip(start, end)
        if stroke is None:
            continue
        if not pieces or pieces[-1][-1] != stroke[0]:
            pieces.append([stroke[0]])
        if stroke[1] != stroke[0]:
            pieces[-1].append(stroke[1])
    return pieces


def strokes(pieces: Sequence[Sequence[Point]]) -> list[Stroke]:
    """The straight parts of the pieces of a line."""
    return [stroke for piece in pieces for stroke in pairwise(piece)]


def beside(
    point: Point,
    texts: Sequence[Sequence[str]],
    size: float,
    reach: float,
    within: Box,
    taken: Sequence[Box],
    drawn: Sequence[Stroke],
    rivals: Sequence[Point] = (),
) -> Label | None:
    """The best free place for a label near `point`, or None.

    `texts` are ways to break the label into lines, the preferred one first; `reach` is how far
    the thing at the point extends. The label stays `within`, off all boxes that are `taken`,
    and if it can, off the lines `drawn` and not next to one of its `rivals`, to which a reader
    would think it belongs.
    """
    best, least = None, float("inf")
    for rank, lines, side, distance in _places(tuple(len(lines) for lines in texts)):
        if rank >= least:
            break
        label = _candidate(point, texts[lines], size, *side, reach + distance, distance > LEADER)
        if not within.holds(label.box) or _touches(label, taken):
            continue
        hidden = label.box.covered(drawn)
        crossed = sum(_meet(label.leader, stroke) for stroke in drawn) if label.leader else 0
        cost = rank + (CROSSING + hidden if hidden else 0) + CROSSING / 2 * crossed
        cost += ASTRAY * max((_astray(label.box, point, rival) for rival in rivals), default=0)
        if cost < least:
            best, least = label, cost
    return best


def _touches(label: Label, taken: Sequence[Box]) -> bool:
    leader, room = label.leader, label.box.grown(APART)
    return any(room.overlaps(box) or (leader is not None and box.clip(*leader)) for box in taken)


def _astray(box: Box, point: Point, rival: Point) -> float:
    """From 0, when `box` is clearly nearer to `point` than to `rival`, to 2, when it is the other way."""
    lead = _distance(box, rival) - _distance(box, point)
    return min(max(1 - lead / CLEARLY, 0), 2)


@cache
def _places(heights: tuple[int, ...]) -> tuple[tuple[float, int, tuple[int, int], float], ...]:
    """Where a label may go, the best first: how little the place is liked, which breaking into lines (of these numbers of lines),
    the side of the point, the distance.
    """
    places = [
        (height + 2 * rank + order / 10, lines, side, distance)
        for lines, height in enumerate(heights)
        for rank, distance in enumerate(DISTANCES)
        for order, side in enumerate(SIDES)
    ]
    return tuple(sorted(places, key=lambda place: place[0]))


def _distance(box: Box, point: Point) -> float:
    x, y = box.nearest(point)
    return hypot(x - point[0], y - point[1])


def _meet(leader: Stroke, stroke: Stroke) -> bool:
    """Whether a leader crosses a line or runs along it."""
    (ax, ay), (bx, by) = leader
    middle = Box((ax + bx) / 2 - 2, (ay + by) / 2 - 2, (ax + bx) / 2 + 2, (ay + by) / 2 + 2)
    crossing = _parted(leader, *stroke) and _parted(stroke, *leader)
    return crossing or middle.clip(*stroke) is not None


def _parted(line: Stroke, one: Point, other: Point) -> bool:
    """Whether two points lie on different sides of a line."""
    (ax, ay), (bx, by) = line
    sides = [(bx - ax) * (y - ay) > (by - ay) * (x - ax) for x, y in (one, other)]
    return sides[0] != sides[1]


def _candidate(
    point: Point,
    lines: Sequence[str],
    size: float,
    right: int,
    down: int,
    gap: float,
    leader: bool,
) -> Label:
    width, height = block_size(lines, size)
    (x, y), lean = point, 0.75 if right and down else 1.0  # a diagonal gap looks longer
    left = x + right * gap * lean - (0 if right > 0 else width if right < 0 else width / 2)
    top = y + down * gap * lean - (0 if down > 0 else height if down < 0 else height / 2)
    box = Box(left, top, left + width, top + height)
    anchor = {1: "start", 0: "middle", -1: "end"}[right]
    return Label(tuple(lines), box, anchor, _leader(point, box) if leader else None)


def _leader(point: Point, box: Box, start: float = 10, stop: float = 2) -> Stroke:
    """A thin line from near `point` to near the text."""
    end = box.nearest(point)
    dx, dy = end[0] - point[0], end[1] - point[1]
    length = hypot(dx, dy) or 1.0
    return (
        (point[0] + dx * start / length, point[1] + dy * start / length),
        (end[0] - dx * stop / length, end[1] - dy * stop / length),
    )


def spread(centers: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float] | None:
    """Tops for boxes of `heights`, near their `centers`, apart from each other, in low..high.

    Keeps their order. Neighbors that would collide move together by the least sum of squares
    (pool adjacent violators). None when there is not room for all.
    """
    if sum(heights) > high - low:
        return None
    order = sorted(range(len(centers)), key=lambda i: (centers[i], i))
    groups: list[tuple[list[int], float]] = []
    for index in order:
        members = [index]
        top = _group_top(members, centers, heights, low, high)
        while groups and groups[-1][1] + sum(heights[i] for i in groups[-1][0]) > top:
            members = groups.pop()[0] + members
            top = _group_top(members, centers, heights, low, high)
        groups.append((members, top))
    tops = [0.0] * len(centers)
    for members, top in groups:
        for index in members:
            tops[index] = top
            top += heights[index]
    return tops


def _group_top(
    members: Sequence[int],
    centers: Sequence[float],
    heights: Sequence[float],
    low: float,
    high: float,
) -> float:
    offset, wishes = 0.0, []
    for index in members:
        wishes.append(centers[index] - heights[index] / 2 - offset)
        offset += heights[index]
    return min(max(sum(wishes) / len(wishes), low), high - offset)
