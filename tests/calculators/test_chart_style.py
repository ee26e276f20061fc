"""The style sheet of charts: it knows every class, and its colors can be told from the page."""

import re
from pathlib import Path

import pytest
from chart_parts import parse
from test_chart import ROOFLINE, chart, line
from test_chart_bars import MEMORY, bars

from calculators.present.chart import Segment, figure

STYLE = (Path(__file__).parents[2] / "docs/assets/stylesheets/chart.css").read_text()
ROLES = "abcdef"
PAGES = {"default": "#ffffff", "slate": "#1e2129"}  # backgrounds of Material's two schemes


def colors(scheme: str) -> dict[str, str]:
    start = ".rp-chart {" if scheme == "default" else '[data-md-color-scheme="slate"] .rp-chart {'
    block = STYLE[STYLE.index(start) :].split("}")[0]
    return dict(re.findall(r"--rp-chart-(\w+): (#[0-9a-f]{6});", block))


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white_is_21():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("scheme", PAGES)
@pytest.mark.parametrize("name", ["ink", "muted", *ROLES])
def test_text_and_lines_have_a_contrast_of_four_and_a_half(scheme, name):
    assert contrast(colors(scheme)[name], PAGES[scheme]) >= 4.5


@pytest.mark.parametrize("scheme", PAGES)
def test_axes_have_a_contrast_of_three(scheme):
    assert contrast(colors(scheme)["axis"], PAGES[scheme]) >= 3


def test_every_class_of_a_chart_is_styled():
    six = chart(*(line((0, i), (5, i + 1), label=role, role=role) for i, role in enumerate(ROLES)))
    stack = bars(*(Segment(role, 1, role) for role in ROLES))
    used = {
        name
        for drawn in (ROOFLINE, MEMORY, six, stack)
        for part in parse(figure(drawn, "c")).iter()
        for name in (part.get("class") or "").split()
    }
    assert {"rp-chart-a", "rp-chart-f", "rp-chart-limit", "rp-chart-leader", "rp-chart-table"} <= used
    assert used <= set(re.findall(r"\.(rp-chart[\w-]*)", STYLE))
