"""Prices: read with what they are for, when and where; shown per accelerator, old ones as old."""

import pytest

from calculators import facts
from calculators.present import prices

SOURCE = """[sheet]
title = "List"
publisher = "P"
kind = "third party"
version = "1"
address = "https://x.example"
access = "direct"
"""
PRICE = """[node]
hardware = "h100-sxm5-80gb"
count = 8
kind = "rental"
terms = "on-demand"
value = 98.32
unit = "USD/h"
date = "2025-01"
until = "2025-06"
place = "a cloud"
source = "sheet"
where = "row 1"
"""


def reading(tmp_path, price):
    for folder, text in (("sources", SOURCE), ("prices", price)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.toml").write_text(text, "utf-8")
    return facts.read(tmp_path)


def test_a_machine_of_eight_is_an_eighth_each(tmp_path):
    base, problems = reading(tmp_path, PRICE)
    price = base.prices["node"]
    assert problems == []
    assert (price.quantity.value, price.each.value) == (pytest.approx(98.32), pytest.approx(12.29))


@pytest.mark.parametrize(("today", "old"), [("2025-05", False), ("2025-06", False), ("2025-07", True)])
def test_a_price_is_old_after_its_own_end(tmp_path, today, old):
    price = reading(tmp_path, PRICE)[0].prices["node"]
    assert prices.is_old(price, today) is old


@pytest.mark.parametrize(("today", "old"), [("2026-01", False), ("2026-02", True)])
def test_a_price_is_old_after_a_year(tmp_path, today, old):
    price = reading(tmp_path, PRICE.replace('until = "2025-06"\n', ""))[0].prices["node"]
    assert prices.is_old(price, today) is old


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ('terms = "on-demand"', 'terms = "cheap"', "terms is one of"),
        ('date = "2025-01"', 'date = "May 2024"', "date is a month"),
        ("count = 8", "count = 0", "at least 1"),
        ('unit = "USD/h"', 'unit = "USD"', "USD/h"),
        ('place = "a cloud"\n', "", "lacks place"),
        ("value = 98.32", 'value = 98.32\nnoet = "x"', "did you mean note"),
        ('source = "sheet"', 'source = "shet"', "did you mean sheet"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, change, to, said):
    assert change in PRICE
    _, problems = reading(tmp_path, PRICE.replace(change, to))
    assert said in "\n".join(map(str, problems))


def test_every_price_is_for_a_known_accelerator():
    base = facts.load()
    assert {price.hardware for price in base.prices.values()} <= set(base.accelerators)
