"""Placing labels and cutting lines."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.present.chart_labels import Box, beside, clipped, spread
from calculators.present.svg import balance, clean, coordinate, text_width, wrap

PLOT = Box(0, 0, 100, 100)
COORDINATES = st.integers(-300, 300)
POINTS = st.tuples(COORDINATES, COORDINATES)


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        ((10, 10), (90, 20), ((10, 10), (90, 20))),
        ((-50, 50), (150, 50), ((0, 50), (100, 50))),
        ((50, -100), (50, 50), ((50, 0), (50, 50))),
        ((-50, -50), (150, 150), ((0, 0), (100, 100))),
        ((-10, 50), (-1, 60), None),
        ((-60, 50), (50, -60), None),
        ((200, 200), (200, 200), None),
    ],
)
def test_known_clips(start, end, inside):
    assert PLOT.clip(start, end) == inside


@given(POINTS, POINTS)
def test_a_clipped_line_is_inside_and_on_the_line(start, end):
    stroke = PLOT.clip(start, end)
    steps = [(start[0] + (end[0] - start[0]) * t / 200, start[1] + (end[1] - start[1]) * t / 200) for t in range(201)]
    within = [point for point in steps if PLOT.holds(Box(*point, *point))]
    if stroke is None:
        assert not within
        return
    (ax, ay), (bx, by) = stroke
    assert all(-1e-9 <= value <= 100 + 1e-9 for value in (ax, ay, bx, by))
    reach = Box(min(ax, bx) - 1e-9, min(ay, by) - 1e-9, max(ax, bx) + 1e-9, max(ay, by) + 1e-9)
    assert all(reach.holds(Box(*point, *point)) for point in within)


def test_clipping_joins_what_is_connected():
    assert clipped([(10, 10), (20, 20), (30, 10)], PLOT) == [[(10, 10), (20, 20), (30, 10)]]
    assert clipped([(50, 90), (50, 110), (60, 110), (60, 90)], PLOT) == [[(50, 90), (50, 100)], [(60, 100), (60, 90)]]
    assert clipped([(5, 5)], PLOT) == [[(5, 5)]]


def test_labels_with_room_stay_where_they_belong():
    assert spread([20, 60], [10, 10], 0, 100) == [15, 55]


def test_labels_that_collide_share_the_way():
    assert spread([50, 50], [10, 10], 0, 100) == [40, 50]
    assert spread([2, 3, 60], [10, 10, 10], 0, 100) == [0, 10, 55]


def test_too_many_labels_are_refused():
    assert spread([50, 50, 50], [40, 40, 40], 0, 100) is None


@given(st.lists(st.tuples(st.integers(-20, 220), st.integers(1, 30)), min_size=1, max_size=8))
def test_spread_labels_never_overlap_and_keep_their_order(labels):
    centers, heights = zip(*labels, strict=True)
    tops = spread(centers, heights, 0, 200)
    if tops is None:
        assert sum(heights) > 200
        return
    placed = sorted((top, height, center) for top, height, center in zip(tops, heights, centers, strict=True))
    for (top, height, center), (below, _, other) in pairwise(placed):
        assert top + height <= below + 1e-9
        assert center <= other
    assert placed[0][0] >= -1e-9 and placed[-1][0] + placed[-1][1] <= 200 + 1e-9


def test_a_label_avoids_lines_texts_and_edges():
    room = Box(0, 0, 300, 200)
    point = (150, 100)
    free = beside(point, [["here"]], 12, 6, room, [], [])
    assert free.box.left > 150 and free.box.bottom < 100, "right above is the first choice"
    line = beside(point, [["here"]], 12, 6, room, [], [((150, 100), (300, 0))])
    assert line.box.right < 150
    text = beside(point, [["here"]], 12, 6, room, [free.box], [])
    assert not text.box.overlaps(free.box)
    assert beside(point, [["here"]], 12, 6, Box(149, 99, 151, 101), [], []) is None
    edge = beside((298, 2), [["here"]], 12, 6, room, [], [])
    assert room.holds(edge.box)


def test_a_distant_label_is_tied_to_its_point():
    beside_it = [Box(100, 76, 144, 124), Box(156, 76, 200, 124)]
    label = beside((150, 100), [["label"]], 12, 6, Box(0, 0, 300, 200), beside_it, [])
    assert label.box.bottom < 76
    (x, start), (other, end) = label.leader
    assert x == other == 150
    assert 100 > start > end > label.box.bottom


def test_a_leader_does_not_cross_a_line():
    beside_it = [Box(100, 76, 144, 124), Box(156, 76, 200, 124)]
    above = [((140, 82), (160, 82))]
    label = beside((150, 100), [["label"]], 12, 6, Box(0, 0, 300, 200), beside_it, above)
    assert label.box.top > 124


def test_a_label_is_not_put_next_to_another_point():
    room = Box(0, 0, 300, 200)
    alone = beside((150, 100), [["here"]], 12, 6, room, [], [])
    rival = (alone.box.right, alone.box.bottom)
    moved = beside((150, 100), [["here"]], 12, 6, room, [], [], [rival])
    assert alone.box.left > 150 > moved.box.right


@given(st.text("abc mW\u4e2d", min_size=1, max_size=60).filter(str.strip), st.integers(20, 200))
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    lines = wrap(text, width, 13)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, 13) <= width for line in lines)


def test_balanced_lines_leave_no_word_alone():
    assert wrap("decode, batch 1", 100, 13) == ["decode, batch", "1"]
    assert balance("decode, batch 1", 100, 13) == ("decode,", "batch 1")
    assert balance("decode, batch 1", 200, 13) == ("decode, batch 1",)


@given(st.text("abc mW", min_size=1, max_size=60).filter(str.strip), st.integers(20, 200))
def test_balanced_lines_are_as_few_and_as_narrow(text, width):
    lines = balance(text, width, 13)
    assert len(lines) == len(wrap(text, width, 13))
    assert all(text_width(line, 13) <= width for line in lines)


def test_coordinates_are_short_and_never_negative_zero():
    assert [coordinate(v) for v in (0.0, -0.04, 12.0, 12.34, -3.06)] == ["0", "0", "12", "12.3", "-3.1"]


def test_forbidden_characters_are_replaced():
    assert clean("a\x00b\ufffec\n d") == "a\ufffdb\ufffdc d"
