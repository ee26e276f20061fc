"""What a reader is shown of the choice: how many groups, in which units, and what is not known of them."""

import re

import pytest

from calculators import run
from calculators.which_gpu_answer import chart, table

SHARES = {"mbu": "60%", "mfu": "40%"}
MANY = SHARES | {"weights": "any", "largest": "64"}


def rows(finished):
    found = re.findall(r"<tr><th scope=\"row\">.*?</tr>", str(table(finished)))
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in found]


def test_the_table_shows_the_fifteen_best():
    finished = run("which_gpu", MANY)
    assert finished.outputs["qualify"].base > 15
    assert len(rows(finished)) == 15


def test_the_chart_names_its_five_cheapest_points():
    drawn = chart(run("which_gpu", MANY))
    (series,) = drawn.series
    assert len(series.points) > 5
    assert [(mark.x, mark.y) for mark in drawn.marks] == list(series.points[:5])


def test_the_first_point_of_the_chart_is_the_answer_in_milliseconds_and_dollars_per_million_tokens():
    finished = run("which_gpu", MANY)
    time, cost = (finished.outputs[name].to(unit) for name, unit in (("time_per_output_token", "ms"), ("cost", "USD/Mtoken")))
    assert chart(finished).series[0].points[0] == pytest.approx((time, cost), rel=1e-12)


def test_the_table_says_what_is_known_of_a_group_and_what_is_not():
    # 700 W and a rent of an H100 are recorded; of Trainium2 neither
    known, unknown = (
        rows(run("which_gpu", SHARES | {"only": only, "rank": "speed", "model": "llama-3.1-8b", "largest": "1"}))
        for only in ("h100-sxm5-80gb", "trainium2")
    )
    (_, _, cost, rate, step, first, power, _), (_, _, no_cost, *_, no_power, _) = known[0], unknown[0]
    assert cost.startswith("$") and rate.endswith("tokens/s") and step.endswith(" ms") and first.endswith(" s")
    assert (power, no_cost, no_power) == ("0.7 kW", "not known", "not known")
