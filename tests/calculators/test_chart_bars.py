"""Stacked bars: lengths, the limit, and what the bars say."""

import math

import pytest
from chart_parts import corners, drawings, parse, rows, texts, with_class
from hypothesis import given, settings
from hypothesis import strategies as st
from test_chart import WORDS, check_texts

from calculators.present.chart import Axis, Bar, Bars, Limit, Segment, figure

MEMORY = Bars(
    "Memory of a GPU",
    "What two formats of the weights take, against 80 GB.",
    Axis("Memory", "GB"),
    (
        Bar("FP16", (Segment("Weights", 138, "a"), Segment("KV cache", 22, "b"))),
        Bar("INT4", (Segment("Weights", 38, "a"), Segment("KV cache", 22, "b"), Segment("Free", 20, "free"))),
    ),
    Limit("H100 memory", 80),
)


def bars(*segments: Segment, **changes) -> Bars:
    fields = {"title": "T", "description": "D", "x": Axis("Cost", "USD"), "bars": (Bar("one", segments),)}
    return Bars(**fields | changes)


def widths(svg) -> list[float]:
    return [float(part.get("width")) for part in with_class(svg, "rp-chart-segment")]


def test_lengths_are_in_proportion():
    for svg in drawings(figure(MEMORY, "m")):
        lengths = widths(svg)
        assert len(lengths) == 5
        assert [length / lengths[0] * 138 for length in lengths] == pytest.approx([138, 22, 38, 22, 20], abs=0.2)


def test_segments_touch_and_start_at_zero():
    for svg in drawings(figure(MEMORY, "m")):
        first, second, *_ = with_class(svg, "rp-chart-segment")
        assert float(first.get("x")) + float(first.get("width")) == pytest.approx(float(second.get("x")), abs=0.11)
        axis = corners(with_class(svg, "rp-chart-axis")[0])
        assert float(first.get("x")) == min(x for x, _ in axis)


def test_the_limit_is_where_its_value_is():
    for svg in drawings(figure(MEMORY, "m")):
        line = corners(with_class(svg, "rp-chart-limit")[0])
        full = with_class(svg, "rp-chart-free")[0]  # ends at 38 + 22 + 20 = 80 GB
        end = float(full.get("x")) + float(full.get("width"))
        assert [x for x, _ in line] == pytest.approx([end] * len(line), abs=0.11)


def test_bars_say_their_total_and_what_is_over():
    for svg in drawings(figure(MEMORY, "m")):
        words = {text.words for text in texts(svg)}
        assert {"FP16: 160 GB, 80 GB over", "INT4: 60 GB", "H100 memory: 80 GB", "Memory (GB)"} <= words


def test_segments_are_named_where_there_is_room():
    wide, narrow = ({text.words for text in texts(svg)} for svg in drawings(figure(MEMORY, "m")))
    assert {"Weights 138", "Weights 38", "22", "Free 20"} <= wide
    assert "Weights 138" in narrow and "KV cache 22" not in narrow


def test_inside_texts_keep_off_the_limit_line():
    crossed = bars(Segment("Part", 100), limit=Limit("limit", 5))
    for svg in drawings(figure(crossed, "c")):
        x = corners(with_class(svg, "rp-chart-limit")[0])[0][0]
        (inside,) = [text for text in texts(svg) if text.words == "Part 100"]
        assert inside.box.left > x


def test_the_legend_names_every_kind_once_with_its_hatching():
    legend = with_class(parse(figure(MEMORY, "m")), "rp-chart-legend")[0]
    assert ["".join(item.itertext()) for item in legend] == ["Weights", "KV cache", "Free"]
    six = bars(*(Segment(role, 1, role) for role in "abcdef"))
    samples = with_class(parse(figure(six, "s")), "rp-chart-key")
    assert len({"".join(line.get("d") for line in with_class(sample, "rp-chart-hatch")) for sample in samples}) == 6


def test_the_legend_of_a_single_bar_has_its_values():
    drawn = figure(bars(Segment("Rent", 900), Segment("Power", 0.5, "b")), "v")
    legend = with_class(parse(drawn), "rp-chart-legend")[0]
    assert ["".join(item.itertext()) for item in legend] == ["Rent 900 USD", "Power 0.5 USD"]


def test_hatching_stays_in_its_segment():
    for svg in drawings(figure(bars(*(Segment(role, 3, role) for role in "abcdef")), "h")):
        for group in svg.iter("g"):
            for line in with_class(group, "rp-chart-hatch"):
                rect = with_class(group, "rp-chart-segment")[0]
                left, top, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
                assert all(left - 0.11 <= x <= left + width + 0.11 for x, _ in corners(line))
                assert all(top - 0.11 <= y <= top + height + 0.11 for _, y in corners(line))


def test_the_table_holds_every_segment():
    table, limit = with_class(parse(figure(MEMORY, "m")), "rp-chart-table")
    assert rows(table) == [
        ["Bar", "Weights (GB)", "KV cache (GB)", "Free (GB)"],
        ["FP16", "138", "22", "–"],
        ["INT4", "38", "22", "20"],
    ]
    assert rows(limit)[1:] == [["H100 memory", "80"]]


def test_a_segment_of_zero_is_in_the_table_only():
    drawn = figure(bars(Segment("Rent", 2), Segment("Power", 0, "b")), "z")
    assert [len(widths(svg)) for svg in drawings(drawn)] == [1, 1]
    assert rows(with_class(parse(drawn), "rp-chart-table")[0])[1] == ["one", "2", "0"]


def test_bars_of_zero_length_can_be_drawn():
    assert [widths(svg) for svg in drawings(figure(bars(Segment("Rent", 0)), "z"))] == [[], []]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: bars(bars=()), "chart 'T' has no bars"),
        (lambda: bars(), "bar 'one' has no segments"),
        (lambda: bars(Segment("Rent", math.nan)), "bar 'one', segment 'Rent' is nan, not a finite number"),
        (lambda: bars(Segment("Rent", -1)), "bar 'one', segment 'Rent' is -1; a bar cannot have a negative length"),
        (lambda: bars(Segment("Rent", 1, "limit")), "segment 'Rent': role 'limit' is not one of"),
        (lambda: bars(Segment("Rent", 1), Segment("Power", 1)), "role 'a' is used more than once"),
        (lambda: bars(Segment("Rent", 1), Segment("Rent", 1)), "segment 'Rent' is used more than once"),
        (lambda: bars(Segment("Rent", 1), limit=Limit("max", math.inf)), "limit 'max' is inf"),
        (lambda: bars(Segment("Rent", 1), x=Axis("Cost", "USD", log=True)), "axis 'Cost': bars need a linear axis"),
        (lambda: bars(bars=(Bar("b", (Segment("R", 1),)),) * 2), "bar 'b' is used more than once"),
    ],
)
def test_bad_input_is_refused_by_name(build, message):
    with pytest.raises(ValueError, match=message):
        build()


@st.composite
def stacks(draw) -> Bars:
    kinds = [(f"{draw(WORDS)} {role}", role) for role in draw(st.sampled_from(["a", "ab", "abcdef"]))]
    kinds += [("Free", "free")] * draw(st.integers(0, 1))
    values = st.floats(0, 1e6)
    drawn = [
        Bar(f"{draw(WORDS)} {n}", tuple(Segment(label, draw(values), role) for label, role in kinds))
        for n in range(draw(st.integers(1, 4)))
    ]
    limit = Limit(draw(WORDS), draw(values)) if draw(st.booleans()) else None
    return Bars("T", "D", Axis(draw(WORDS), draw(WORDS)), tuple(drawn), limit)


@settings(max_examples=60, deadline=None)
@given(stacks())
def test_no_text_covers_another_or_leaves_the_drawing(drawn):
    check_texts(figure(drawn, "h"))
