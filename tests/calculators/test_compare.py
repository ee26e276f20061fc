"""Comparing quantities and facts."""

import pytest

from calculators import InputProblems, run


def outputs(a, b, **inputs):
    return run("compare", {"a": a, "b": b} | inputs).outputs


def test_bandwidth_of_h100_and_a100():
    # 3352 / 2039 = 1.644: 64.4% more, and the A100 has 39.2% less
    got = outputs("h100-sxm5-80gb/memory.bandwidth", "a100-sxm4-80gb/memory.bandwidth")
    assert got["ratio"].base == pytest.approx(3352 / 2039)
    assert got["more"].to("%") == pytest.approx(64.394, rel=1e-4)
    assert got["less"].to("%") == pytest.approx(39.171, rel=1e-4)


def test_less_may_be_negative():
    assert outputs("1 GB", "2 GB")["more"].to("%") == -50


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("h100-sxm5-80gb/peak.bf16_tensor", "a100-sxm4-80gb/peak_sparse.bf16_tensor", "sparse-2:4"),
        ("1 GB", "1 GB/s", "something else"),
        ("1 GB", "0 GB", "divided"),
        ("l4/memory.bandwith", "1 GB/s", "memory.bandwidth"),
        ("much", "1 GB", "neither a number"),
        ("l4/memory.type", "1 GB", "not a number"),
    ],
)
def test_what_cannot_be_compared_is_refused(a, b, said):
    with pytest.raises(InputProblems, match=said):
        outputs(a, b)


def test_unlike_facts_are_compared_when_asked_for():
    got = outputs("h100-sxm5-80gb/peak_sparse.bf16_tensor", "h100-sxm5-80gb/peak.bf16_tensor", mixed="allow")
    assert got["ratio"].base == pytest.approx(2, rel=1e-3)


def test_less_than_one_of_a_unit_can_be_compared():
    assert outputs("0.5 byte", "0.25 byte")["ratio"].base == 2


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        # 2 / 3 = 66.67%, 3 / 2; 1 / 3
        ("3 GB", "2 GB", "3 GB is 1.5× 2 GB: 50% more."),
        ("2 GB", "3 GB", "2 GB is 0.667× 3 GB: 33.3% less."),
        ("4000 MB", "3 GB", "4,000 MB is 1.33× 3 GB: 33.3% more."),
        ("1 GB", "1000 MB", "1 GB is 1× 1,000 MB: 0% more."),
        ("7 GB", "3 GB", "7 GB is 2.33× 3 GB: 133% more."),
    ],
)
def test_the_summary_says_how_much_more_or_less(a, b, said):
    assert run("compare", {"a": a, "b": b}).summary == said
