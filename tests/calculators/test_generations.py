"""Architectures in order of time, and records in groups, from the facts alone."""

import re

from calculators import call, facts
from calculators.present import calculators_table, groups
from calculators.present.accelerators import generations, index
from calculators.units import Quantity

BASE = facts.load()


def test_every_accelerator_stands_in_its_architecture():
    html = generations.table()
    for gpu in BASE.accelerators.values():
        if "identity.architecture" in gpu:
            assert f'href="{gpu.slug}/"' in html


def test_one_that_was_never_announced_but_released_counts():
    """The A100 with 80 GB and the MI300X have a date of release alone: Ampere reaches 2,039 GB/s, and CDNA 3 is there."""
    html = generations.table()
    ampere, cdna = (re.search(rf'<tr><th scope="row">{name}</th>(.*?)</tr>', html)[1] for name in ("NVIDIA Ampere", "AMD CDNA 3"))
    assert "2,039 GB/s" in ampere and "MI300X" in cdna and "<td>2023-12-06</td>" in cdna


def test_architectures_come_in_order_of_time():
    first = re.findall(r"</th><td>(\d{4}(?:-\d\d)*)</td>", generations.table())
    assert len(first) > 10
    assert first == sorted(first)


def test_volta_brought_fp16_matrix_units_and_no_more():
    row = re.search(r'<tr><th scope="row">NVIDIA Volta</th>(.*?)</tr>', generations.table())[1]
    assert "<td>FP16</td>" in row and "TF32" not in row


def test_the_chart_counts_in_years_and_months():
    html = generations.chart()
    assert "2,0" not in html
    assert re.search(r">20\d\d-\d\d<", html)


def test_every_record_is_in_exactly_one_group():
    for folder, records in (("gpus", BASE.accelerators), ("models", BASE.models)):
        grouped = [slug for slugs in groups.groups(folder).values() for slug in slugs]
        assert sorted(grouped) == sorted(records)
    assert groups.groups("guides") == {}


def test_every_calculator_is_in_exactly_one_subject():
    grouped = [name for names in groups.groups("calculators").values() for name in names]
    assert sorted(grouped) == sorted(call.names())
    html = calculators_table.tables()
    assert all(f'href="{name}/"' in html for name in call.names())


def test_the_index_counts_links_one_way_and_in_one_unit():
    columns = {column.title: column.value for column in index.COLUMNS}
    assert columns["Link, one way"](BASE.accelerators["h100-sxm5-80gb"]) == Quantity.of(450, "GB/s")
    assert columns["Link, one way"](BASE.accelerators["rtx-4090"]) == "none"
    assert columns["FP8, dense"](BASE.accelerators["a100-sxm4-80gb"]) == "none"
    assert columns["FP8, dense"](BASE.accelerators["b200-sxm-180gb"]).to("TFLOPS") == 4500


def test_every_column_has_a_cell_in_every_row():
    html = index.table()
    for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", html):
        assert row.count("<td") == len(index.COLUMNS)
