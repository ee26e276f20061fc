"""Line charts: what is drawn is what was given, readable by machine and by eye."""

import math
import os
import re
import subprocess
import sys
from itertools import combinations

import pytest
from chart_parts import canvas, corners, drawings, parse, rows, texts, value, with_class
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.present.chart import Axis, Chart, Mark, Series, figure
from calculators.present.scale import number

INTENSITY = Axis("Arithmetic intensity", "FLOP/byte", log=True)
RATE = Axis("Attainable rate", "TFLOPS", log=True)
ROOFLINE = Chart(
    "Rooflines",
    "Two GPUs; each line rises with the bandwidth and stays at the peak.",
    INTENSITY,
    RATE,
    (
        Series("H100", ((0.1, 0.3352), (295.2, 989.4), (10_000, 989.4)), "a"),
        Series("A100", ((0.1, 0.2039), (153, 312), (10_000, 312)), "b"),
    ),
    (Mark("your kernel", 100, 100),),
)


def chart(*series: Series, **changes) -> Chart:
    fields = {"title": "T", "description": "D", "x": Axis("X", "s"), "y": Axis("Y", "W")}
    return Chart(**fields | {"series": series} | changes)


def line(*points, label="one", role="a") -> Series:
    return Series(label, points, role)


def legends(drawn: str) -> list[list[str]]:
    """What the legends of the wide and of the narrow drawing name."""
    places = [with_class(parse(drawn), f"rp-chart-{name}")[0] for name in ("wide", "narrow")]
    return [["".join(item.itertext()) for ul in with_class(place, "rp-chart-legend") for item in ul] for place in places]


def test_a_figure_holds_two_drawings_with_title_and_description():
    svgs = drawings(figure(ROOFLINE, "roofline"))
    assert len(svgs) == 2
    for svg in svgs:
        named = {part.get("id"): part.text for part in svg.iter() if part.get("id")}
        assert named[svg.get("aria-labelledby")] == ROOFLINE.title
        assert named[svg.get("aria-describedby")] == ROOFLINE.description


def test_ids_are_unique_on_a_page_with_several_charts():
    page = f"<div>{figure(ROOFLINE, 'a')}{figure(ROOFLINE, 'a-b')}{figure(ROOFLINE, 'a-wide')}</div>"
    ids = [part.get("id") for part in parse(page).iter() if part.get("id")]
    assert len(ids) == len(set(ids)) == 3 * 7
    assert all(re.match(r"a(-b|-wide)?(--|$)", name) for name in ids)


@pytest.mark.parametrize("id", ["", "a--b", "a b", "1a", "a-", 'a"'])
def test_an_id_that_could_collide_or_break_out_is_refused(id):
    with pytest.raises(ValueError, match="chart id"):
        figure(ROOFLINE, id)


def test_no_style_script_handler_or_address_in_the_markup():
    for part in parse(figure(ROOFLINE, "r")).iter():
        assert part.tag not in ("style", "script", "a", "use", "image", "foreignObject")
        assert not [name for name in part.attrib if name.startswith("on") or name in ("style", "href")]


def test_text_is_escaped_everywhere():
    evil = "</title><script>\"x'&\x00\x1b\n\ud800 end"
    shown = "</title><script>\"x'&\ufffd\ufffd \ufffd end"
    axis = Axis(evil, evil)
    drawn = figure(Chart(evil, evil, axis, axis, (line((0, 1), (2, 3), label=evil),), (Mark(evil, 1, 2),)), "e")
    assert "<script" not in drawn
    for svg in drawings(drawn):
        assert svg.find("title").text == svg.find("desc").text == shown
    assert "".join(with_class(parse(drawn), "rp-chart-legend")[0].itertext()).startswith(shown)


def test_every_label_is_drawn_or_in_the_legend():
    drawn = figure(ROOFLINE, "r")
    wide, narrow = ({text.words for text in texts(svg)} for svg in drawings(drawn))
    assert {"H100", "A100", "your kernel", "Attainable rate (TFLOPS)", "Arithmetic intensity (FLOP/byte)"} <= wide
    assert {"your kernel", "Attainable rate (TFLOPS)", "Arithmetic intensity (FLOP/byte)"} <= narrow
    legend = with_class(parse(drawn), "rp-chart-legend")[0]
    assert ["".join(item.itertext()) for item in legend] == ["H100", "A100"]


def test_series_differ_by_more_than_color():
    six = chart(*(line((0, i), (5, i + 1), (9, i), label=role, role=role) for i, role in enumerate("abcdef")))
    outlines = set()
    for sample in with_class(parse(figure(six, "s")), "rp-chart-key"):
        (shape,) = with_class(sample, "rp-chart-marker")
        outlines.add(shape.get("d") or shape.tag)
    assert len(outlines) == 6


def test_the_legend_stays_where_a_line_could_not_be_labeled():
    labeled = figure(chart(line((0, 1), (9, 2))), "c")
    long = figure(chart(line((0, 1), (9, 2), label="so many words " * 12)), "c")
    assert legends(labeled) == [[], ["one"]]  # in the narrow drawing the legend names the lines
    assert legends(long) == [[("so many words " * 12).strip()]] * 2


def test_several_limits_are_labeled_in_both_drawings_since_they_look_alike():
    guides = [line((1, 1), (9, high), label=f"at {high}", role="limit") for high in (3, 6, 9)]
    drawn = figure(chart(*guides), "g")
    for svg in drawings(drawn):
        assert {"at 3", "at 6", "at 9"} <= {text.words for text in texts(svg)}
    assert not with_class(parse(drawn), "rp-chart-legend")
    single = figure(chart(line((1, 1), (9, 2)), guides[0]), "s")
    assert ["".join(item.itertext()) for item in with_class(parse(single), "rp-chart-legend")[0]] == ["one", "at 3"]


def test_the_table_holds_every_point():
    table, marks = with_class(parse(figure(ROOFLINE, "r")), "rp-chart-table")
    assert rows(table) == [
        ["Arithmetic intensity (FLOP/byte)", "H100 (TFLOPS)", "A100 (TFLOPS)"],
        ["0.1", "0.3352", "0.2039"],
        ["153", "–", "312"],
        ["295.2", "989.4", "–"],
        ["10,000", "989.4", "312"],
    ]
    assert rows(marks)[1:] == [["your kernel", "100", "100"]]


def test_the_table_shows_both_points_of_a_vertical_line():
    upright = chart(line((0, 1), (9, 2)), line((4, 0), (4, 5), label="budget", role="limit"))
    assert rows(with_class(parse(figure(upright, "u")), "rp-chart-table")[0])[1:] == [
        ["0", "1", "–"],
        ["4", "–", "0"],
        ["4", "–", "5"],
        ["9", "2", "–"],
    ]


def test_a_point_is_drawn_where_the_ticks_say():
    for svg in drawings(figure(ROOFLINE, "r")):
        (ring,) = with_class(svg, "rp-chart-mark")  # at 100 FLOP/byte and 100 TFLOPS
        hundred = [text for text in texts(svg) if text.words == "100"]
        below, left = sorted(hundred, key=lambda text: -text.box.top)
        assert float(ring.get("cx")) == pytest.approx((below.box.left + below.box.right) / 2, abs=0.2)
        assert float(ring.get("cy")) == pytest.approx((left.box.top + left.box.bottom) / 2, abs=2)


def test_the_slope_of_a_roofline_is_straight_on_log_axes():
    for svg in drawings(figure(ROOFLINE, "r")):
        first, ridge, last = corners(with_class(svg, "rp-chart-line")[0])
        assert first[0] < ridge[0] < last[0]
        assert first[1] > ridge[1] == last[1]


def test_lines_are_cut_at_the_plot_area():
    steep = chart(line((-10, -10), (10, 10)), x=Axis("X", "s", low=0, high=5), y=Axis("Y", "W", low=0, high=4))
    for svg in drawings(figure(steep, "s")):
        (start, end) = corners(with_class(svg, "rp-chart-line")[0])
        grid = corners(with_class(svg, "rp-chart-grid")[0])
        left, right = min(x for x, _ in grid), max(x for x, _ in grid)
        top, bottom = min(y for _, y in grid), max(y for _, y in grid)
        assert start == (left, bottom)
        assert end[1] == top
        assert end[0] == pytest.approx(left + (right - left) * 4 / 5, abs=0.2)


def test_a_line_that_leaves_and_returns_is_drawn_in_pieces():
    bump = chart(line((0, 1), (1, 9), (2, 1)), y=Axis("Y", "W", low=0, high=5))
    for svg in drawings(figure(bump, "b")):
        assert with_class(svg, "rp-chart-line")[0].get("d").count("M") == 2
        (markers,) = with_class(svg, "rp-chart-marker")
        assert markers.get("d").count("M") == 2, "the point outside has none"


def test_points_and_marks_outside_are_not_drawn():
    outside = chart(line((0, 1), (5, 2), (9, 3)), x=Axis("X", "s", high=6), marks=(Mark("far", 8, 2),))
    drawn = figure(outside, "o")
    for svg in drawings(drawn):
        assert not with_class(svg, "rp-chart-mark")
        assert len(with_class(svg, "rp-chart-marker")) == 1
    assert "far: 2 W at 8 s" in "".join(with_class(parse(drawn), "rp-chart-legend")[0].itertext())


def test_values_show_under_the_pointer():
    (wide, _) = drawings(figure(ROOFLINE, "r"))
    titles = [circle.find("title").text for circle in wide.iter("circle") if circle.find("title") is not None]
    assert "H100: 989.4 TFLOPS at 295.2 FLOP/byte" in titles
    assert "your kernel: 100 TFLOPS at 100 FLOP/byte" in titles
    assert len(titles) == 7


def test_dense_lines_have_few_markers_and_they_are_points_of_the_line():
    dense = chart(line(*((x / 10, math.sin(x / 10)) for x in range(200))))
    for svg in drawings(figure(dense, "d")):
        (circles,) = with_class(svg, "rp-chart-marker")
        lefts = re.findall(r"M([\d.]+) ([\d.]+)a4 4 ", circles.get("d"))
        markers = [(round(float(x) + 4, 1), float(y)) for x, y in lefts]
        assert 3 <= len(markers) <= 30
        assert set(markers) <= set(corners(with_class(svg, "rp-chart-line")[0]))


def test_the_same_bytes_whatever_the_hash_seed():
    program = (
        "from test_chart import ROOFLINE, figure; from test_chart_bars import MEMORY;"
        "import hashlib; print(hashlib.sha256((figure(ROOFLINE, 'r') + figure(MEMORY, 'm')).encode()).hexdigest())"
    )
    path = os.pathsep.join(filter(None, sys.path))
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            cwd=os.path.dirname(__file__),
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert len(outputs.pop().strip()) == 64


LOG = Axis("X", "s", log=True)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: chart(), "chart 'T' has no series"),
        (lambda: chart(line()), "series 'one' has no points"),
        (lambda: chart(line((1, 2), (math.nan, 2))), "series 'one', point 2: x is nan, not a finite number"),
        (lambda: chart(line((1, math.inf))), "series 'one', point 1: y is inf, not a finite number"),
        (lambda: chart(line((1, 2), (0, 2)), x=LOG), "series 'one', point 2: x is 0; a log axis needs a number above zero"),
        (lambda: chart(line((1, -2)), y=LOG), "series 'one', point 1: y is -2; a log axis needs a number above zero"),
        (lambda: chart(line((1, "2"))), "series 'one', point 1: y is '2', not a number"),
        (lambda: chart(line((1, True))), "series 'one', point 1: y is True, not a number"),
        (lambda: chart(line((1, 10**400))), "series 'one', point 1: y is 10+, beyond the 1e[+]30"),
        (lambda: chart(line((1, 2)), marks=(Mark("here", math.nan, 1),)), "mark 'here': x is nan"),
        (lambda: chart(line((1, 2), role="z")), "series 'one': role 'z' is not one of a, b, c, d, e, f, limit"),
        (lambda: chart(line((1, 2)), line((1, 3), label="two")), "role 'a' is used more than once"),
        (lambda: chart(line((1, 2)), line((1, 3), role="b")), "series 'one' is used more than once"),
        (lambda: chart(line((1, 2), label=" ")), "a series needs a label"),
        (lambda: chart(line((1, 2)), title=""), "a chart needs a title"),
        (lambda: chart(line((1, 2)), description=""), "chart 'T' needs a description"),
        (lambda: chart(line((1, 2)), marks=(Mark("m", 1, 1), Mark("m", 2, 2))), "mark 'm' is used more than once"),
        (lambda: Axis("X", "s", low=2, high=1), r"axis 'X': low \(2\) must be less than high \(1\)"),
        (lambda: Axis("X", "s", log=True, low=0), "axis 'X': low is 0; a log axis"),
        (lambda: Axis("X", "s", base=2), "axis 'X': base is 10, or 2 on a log axis"),
        (lambda: Axis("", "s"), "an axis needs a label"),
    ],
)
def test_bad_input_is_refused_by_name(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_a_single_point_can_be_drawn():
    for svg in drawings(figure(chart(line((5, 5))), "p")):
        assert len(with_class(svg, "rp-chart-marker")) == 1


def test_long_axis_labels_are_wrapped():
    long = Axis("a rather long name of what is measured along this axis, with all its conditions", "token/s per GPU")
    drawn = figure(chart(line((0, 1), (9, 2), label="a label that takes room"), x=long, y=long), "l")
    for svg in drawings(drawn):
        (_, below) = with_class(svg, "rp-chart-heading")
        assert len(below) > 1
    check_texts(drawn)


WORDS = st.text("abcmw W", min_size=1, max_size=30).filter(str.strip)
ROLES = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6, unique=True)


@st.composite
def charts(draw) -> Chart:
    x, y = (Axis(draw(WORDS), draw(WORDS), log=draw(st.booleans())) for _ in "xy")
    values = [st.floats(1e-6, 1e6) if axis.log else st.floats(-1e6, 1e6) for axis in (x, y)]
    points = st.lists(st.tuples(*values), min_size=1, max_size=30).map(tuple)
    series = [Series(f"{draw(WORDS)} {role}", draw(points), role) for role in draw(ROLES)]
    if draw(st.booleans()):
        series.append(Series("the limit", draw(points), "limit"))
    marks = [Mark(f"{draw(WORDS)} {n}", draw(values[0]), draw(values[1])) for n in range(draw(st.integers(0, 4)))]
    return Chart("T", "D", x, y, tuple(series), tuple(marks))


def check_texts(drawn: str) -> None:
    for svg in drawings(drawn):
        area = canvas(svg)
        lines = list(texts(svg))
        for text in lines:
            assert area.left - 0.2 <= text.box.left <= text.box.right <= area.right + 0.2, text
            assert area.top - 0.2 <= text.box.top <= text.box.bottom <= area.bottom + 0.2, text
        for one, other in combinations(lines, 2):
            assert not one.box.overlaps(other.box), f"{one} covers {other}"


@settings(max_examples=60, deadline=None)
@given(charts())
def test_no_text_covers_another_or_leaves_the_drawing(drawn):
    check_texts(figure(drawn, "h"))


@settings(max_examples=30, deadline=None)
@given(charts())
def test_everything_given_is_in_the_table(drawn):
    head, *body = rows(with_class(parse(figure(drawn, "h")), "rp-chart-table")[0])
    for column, series in enumerate(drawn.series, start=1):
        assert head[column].startswith(" ".join(series.label.split()))
        shown = sorted((value(row[0]), value(row[column])) for row in body if row[column] != "–")
        assert shown == sorted((value(number(x)), value(number(y))) for x, y in series.points)
