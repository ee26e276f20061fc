"""Prices: read with what they are for, when and where; shown per accelerator, old ones as old."""

import dataclasses

import pytest

from calculators import facts, prices
from calculators.present import prices as pages
from calculators.records import MissingFact

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


BANDS = {"rental": (0.02, 100), "purchase": (50, 100_000)}  # USD per hour and USD, of one accelerator
NOW = "2026-11"


@pytest.fixture(scope="module")
def every():
    return list(facts.load().prices.values())


def test_every_price_is_plausible_for_one_accelerator(every):
    out = {price.id: price.each.value for price in every if not BANDS[price.kind][0] <= price.each.value <= BANDS[price.kind][1]}
    assert out == {}


def test_no_price_is_from_the_future_or_ends_before_it_starts(every):
    assert [price.id for price in every if price.date[:7] > NOW] == []
    assert [price.id for price in every if price.until and price.until[:7] < price.date[:7]] == []


def test_terms_fit_what_is_paid_for(every):
    rented, bought = {"on-demand", "reserved", "spot"}, {"list", "street", "used", "estimate", "estimate-used"}
    assert [price.id for price in every if price.terms not in (rented if price.kind == "rental" else bought)] == []


def test_an_id_says_when(every):
    dated = [price.id for price in every if price.kind == "rental" and not price.id.endswith(price.date[:7])]
    assert dated == []


def test_a_commitment_says_how_long_or_that_it_is_not_known(every):
    assert [price.id for price in every if price.terms == "reserved" and not price.note] == []


MAIN = ("a100-sxm4-80gb", "h100-sxm5-80gb", "h200-sxm-141gb", "b200-sxm-180gb", "mi300x", "h100-pcie-80gb", "l40s", "rtx-4090")


@pytest.mark.parametrize("slug", MAIN)
def test_every_main_card_has_a_purchase_price_or_an_estimate_that_says_so(slug):
    found = prices.newest(facts.load().accelerators[slug], prices.PURCHASE)
    offers = prices.of_newest_date(slug, prices.PURCHASE)
    assert ("not an offer" in found.how) == (not offers)


def only(monkeypatch, *entries):
    """A base with these prices of an H100 alone: (terms, count, date, USD)."""
    base = facts.load()
    any_price = next(price for price in base.prices.values() if price.hardware == "h100-sxm5-80gb")
    made = {}
    for n, (terms, count, date, value) in enumerate(entries):
        changes = {"id": f"p{n}", "terms": terms, "count": count, "date": date, "value": value, "until": "", "place": f"P{n}"}
        made[f"p{n}"] = dataclasses.replace(any_price, kind="purchase", unit="USD", **changes)
    monkeypatch.setattr(prices.facts, "load", lambda: dataclasses.replace(base, prices=made))
    forget()
    return base.accelerators["h100-sxm5-80gb"]


@pytest.fixture
def fresh():
    yield
    forget()


def forget():
    for kept in (prices.as_of, prices.of_newest_date, prices._newest):
        kept.cache_clear()


def test_an_offer_goes_before_a_newer_estimate(monkeypatch, fresh):
    gpu = only(monkeypatch, ("street", 1, "2026-01", 20_000), ("estimate", 1, "2026-06", 30_000))
    found = prices.newest(gpu, prices.PURCHASE)
    assert found.quantity.value == 20_000 and "asked on 2026-01 by P0" in found.how and "estimate" not in found.how


def test_the_middle_of_the_newest_estimates_stands_in_for_an_offer(monkeypatch, fresh):
    older, used, machine = ("estimate", 1, "2026-01", 1), ("estimate-used", 1, "2026-06", 2), ("street", 8, "2026-06", 300_000)
    ends = ("estimate", 1, "2026-03", 8_000), ("estimate", 1, "2026-03", 15_000)
    gpu = only(monkeypatch, older, used, machine, *ends)
    found = prices.newest(gpu, prices.PURCHASE)
    assert found.quantity.value == 11_500
    assert "the middle of 2 estimates, from $8,000.00 to $15,000.00, by P3 and P4, 2026-03: not an offer" in found.how


def test_used_cards_and_machines_are_no_purchase_price(monkeypatch, fresh):
    gpu = only(monkeypatch, ("used", 1, "2026-06", 9_000), ("estimate-used", 1, "2026-06", 8_000), ("list", 8, "2026-06", 9_000))
    with pytest.raises(MissingFact, match="no purchase price of a single H100 SXM, nor an estimate, is recorded"):
        prices.newest(gpu, prices.PURCHASE)


def test_the_month_of_the_newest_price_is_that_by_which_others_are_old(monkeypatch, fresh):
    only(monkeypatch, ("street", 1, "2025-11", 1), ("street", 1, "2026-03-15", 2), ("street", 1, "2026-02", 3))
    assert prices.as_of() == "2026-03"


def test_a_price_holds_for_the_month_in_which_it_ends(monkeypatch, fresh):
    only(monkeypatch, ("street", 1, "2026-03", 1))
    [price] = prices.facts.load().prices.values()
    ends = dataclasses.replace(price, until="2026-05-31")
    assert [prices.is_old(ends, today) for today in ("2026-04", "2026-05", "2026-06")] == [False, False, True]


def test_current_prices_are_not_old_of_the_asked_terms_and_the_lowest_comes_first(monkeypatch, fresh):
    old, other = ("street", 1, "2025-01", 1), ("used", 1, "2026-03", 2)
    only(monkeypatch, old, other, ("street", 1, "2026-03", 9_000), ("street", 8, "2025-06", 40_000))
    found = prices.current("h100-sxm5-80gb", "purchase", ("street",))
    assert [price.each.value for price in found] == [5_000, 9_000]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([4], "$4.00 for H100 SXM, asked on 2026-03 by P0."),
        ([4, 5], "$4.00 for H100 SXM, asked on 2026-03 by P0; the middle one of 2 prices of that date, from $4.00 to $5.00."),
        ([4, 5, 7], "$5.00 for H100 SXM, asked on 2026-03 by P1; the middle one of 3 prices of that date, from $4.00 to $7.00."),
        (
            [1, 2, 3, 4, 5],
            "$3.00 for H100 SXM, asked on 2026-03 by P2; the middle one of 5 prices of that date, from $1.00 to $5.00.",
        ),
    ],
)
def test_the_middle_offer_is_one_that_was_made(monkeypatch, fresh, asked, said):
    gpu = only(monkeypatch, *(("street", 1, "2026-03", value) for value in asked))
    assert prices.newest(gpu, prices.PURCHASE).how == said


def test_a_single_estimate_is_called_one(monkeypatch, fresh):
    gpu = only(monkeypatch, ("estimate", 1, "2026-03", 8_000))
    found = prices.newest(gpu, prices.PURCHASE)
    assert found.how == "$8,000.00 for H100 SXM, an estimate by P0, 2026-03: not an offer."


@pytest.mark.parametrize("terms", ["street", "estimate"])
def test_an_old_price_is_said_to_be_old(monkeypatch, fresh, terms):
    gpu = only(monkeypatch, (terms, 1, "2025-01", 9_000), ("used", 1, "2026-03", 1))
    assert prices.newest(gpu, prices.PURCHASE).how.endswith("; an old price.")


def test_the_middle_of_estimates_is_old_with_any_of_them(monkeypatch, fresh):
    only(monkeypatch, ("estimate", 1, "2026-03", 1), ("estimate", 1, "2026-03", 3), ("used", 1, "2026-06", 2))
    base = prices.facts.load()
    ended = dataclasses.replace(base.prices["p1"], until="2026-04")
    changed = dataclasses.replace(base, prices=dict(base.prices) | {"p1": ended})
    monkeypatch.setattr(prices.facts, "load", lambda: changed)
    gpu = base.accelerators["h100-sxm5-80gb"]
    assert prices.newest(gpu, prices.PURCHASE).how.endswith("2026-03: not an offer; an old price.")


def test_the_same_offer_is_entered_once(every):
    offers = [(price.hardware, price.kind, price.terms, price.date, price.place, price.note) for price in every]
    assert len(offers) == len(set(offers))


def test_the_fall_of_prices_can_be_seen(every):
    for slug in ("h100-sxm5-80gb", "a100-sxm4-80gb"):
        assert len({price.date[:4] for price in every if price.hardware == slug and price.kind == "rental"}) >= 3


def test_the_table_has_a_row_for_each_price_under_its_id(every):
    drawn = str(pages.table("rental"))
    assert all(drawn.count(f'id="{price.id}"') == (price.kind == "rental") for price in every)


def test_a_trend_has_a_line_for_each_place_with_enough_dates_and_no_other():
    drawn = str(pages.trend("h100-sxm5-80gb", "a100-sxm4-80gb"))
    assert "H100 SXM, Lambda, 8 GPUs" in drawn and "A100 SXM, RunPod, secure cloud" in drawn
    assert "Oracle" not in drawn


def test_a_trend_shows_the_price_of_one_accelerator_at_its_month():
    drawn = str(pages.trend("h100-sxm5-80gb"))
    assert "2.59 USD/h at 2023-08" in drawn and ">2.59<" in drawn
