"""Reliability at its edges: what ECC costs on a card, and what hardly ever happens."""

from calculators import run
from calculators.reliability import at_least_one


def outputs(**inputs):
    return run("reliability", inputs).outputs


def test_what_is_next_to_impossible_has_twenty_decimals():
    assert at_least_one(1.234567e-15) == 1.23457e-15


def test_what_ecc_costs_on_a_card_is_taken_from_its_facts():
    # A10: a sixteenth of 24 GB; what it costs in bandwidth was not found
    got = outputs(gpu="a10")
    assert (got["usable"].to("GB"), got["usable_bandwidth"]) == (22.5, "none")
