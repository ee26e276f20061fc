"""Every figure of a page can be drawn, says in words what it shows, and comes with its data."""

import importlib
import inspect
import pkgutil
from xml.etree import ElementTree

import pytest

from calculators import plots
from calculators.encodings import FLOATS
from calculators.plots import formats, generations, scaling
from calculators.present.html import Html


def figures():
    """The functions of the package that draw: public, without arguments, returning Html."""
    for module in pkgutil.iter_modules(plots.__path__):
        loaded = importlib.import_module(f"calculators.plots.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            signature = inspect.signature(function)
            drawing = function.__module__ == loaded.__name__ and not name.startswith("_") and not signature.parameters
            if drawing and signature.return_annotation is Html:
                yield pytest.param(function, id=f"{module.name}.{name}")


@pytest.mark.parametrize("draw", list(figures()))
def test_a_figure_has_a_text_alternative_and_its_data(draw):
    drawn = ElementTree.fromstring(draw())
    assert drawn.tag == "figure"
    assert drawn.get("data-generated") is not None
    pictures = [svg for svg in drawn.iter("svg") if svg.get("role") == "img"]
    assert len(pictures) == 2, "one drawing for wide pages, one for narrow ones"
    for svg in pictures:
        said = {part.get("id"): part.text for part in svg.iter() if part.get("id")}
        assert said[svg.get("aria-labelledby")]
        assert len(said[svg.get("aria-describedby")]) > 40
    rows = [cell.text for table in drawn.iter("table") for cell in table.iter("td")]
    assert rows
    assert all(rows)


def test_ids_are_unique_over_all_figures():
    ids = [part.get("id") for figure in figures() for part in ElementTree.fromstring(figure.values[0]()).iter() if part.get("id")]
    assert len(ids) == len(set(ids))


def test_the_number_line_of_fp4_holds_its_eight_values():
    # OCP Microscaling Formats 1.0, section 5.3.3
    assert formats._held(FLOATS["fp4_e2m1"]) == [0, 0.5, 1, 1.5, 2, 3, 4, 6]


def test_delayed_scaling_counts_on_the_steps_before():
    assert scaling.delayed_amaxes([1, 8, 2, 2, 2], 2) == [1, 1, 8, 8, 2]


def test_an_announcement_is_a_year_and_its_months():
    (v100,) = generations._records(("v100-sxm2-16gb",))
    assert generations._when(v100) == pytest.approx(2017 + 4 / 12)  # May 2017
