"""Whole pages: what holds, and what a reader may be told about it."""

from pathlib import Path

import pytest

GOOD = """\
---
title: Why the H100 waits
given:
  price: {value: "2.50 USD/h", note: "one card, rented by the hour"}
---

# Why the H100 waits

It reads [3,352 GB/s](fact:h100-sxm5-80gb/memory.bandwidth), over [1.6×][ratio] the A100, and needs [295 FLOP/byte][ridge] to be
busy, measured at [794.5 TFLOPS](data:stas-matmul-h100-bf16). At [$2.50/h](given:price) it holds
[80 GB](fact:h100-sxm5-80gb/memory.capacity), the A100 between [40](calc:compare.ratio?a=40&b=1) and **[80 GB][other]**.

Write `[3.35 TB/s](fact:h100-sxm5-80gb/memory.bandwidth)`, or `calc:roofline.ridge_point?bandwidth=3 TB/s`.

[ratio]: calc:compare.ratio?a=h100-sxm5-80gb/memory.bandwidth&b=@a100-bandwidth
[a100-bandwidth]: fact:a100-sxm4-80gb/memory.bandwidth
[ridge]: calc:roofline.ridge_point?gpu=h100-sxm5-80gb&format=bf16
[other]: fact:a100-sxm4-80gb/memory.capacity
"""


def report(checker, text: str):
    return checker.page(Path("page.md"), text)


def test_a_page_that_holds_lists_what_it_states(checker):
    found = report(checker, GOOD)
    assert [str(problem) for problem in found.problems] == []
    stated = [(number.line, number.column, number.text, number.scheme) for number in found.stated]
    assert stated[0] == (9, 10, "3,352 GB/s", "fact")
    assert [number.text for number in found.stated] == [
        "3,352 GB/s", "1.6×", "295 FLOP/byte", "794.5 TFLOPS", "$2.50/h", "80 GB", "40", "80 GB",
    ]  # fmt: skip
    assert list(found.givens) == ["price"]
    assert all(number.target and number.tooltip and number.value is not None for number in found.stated)


def digits(text: str) -> list[int]:
    """Where the digits of the stated numbers stand, in the body of the page."""
    places, inside = [], False
    for at, sign in enumerate(text):
        inside = (inside or sign == "[") and sign != "]"
        if inside and sign.isdigit() and text[at - 1] != "@":
            places.append(at)
    return [at for at in places if text.index("# Why") < at < text.index("[ratio]:")]


@pytest.mark.parametrize("at", digits(GOOD))
def test_any_other_digit_is_refused_where_it_stands(checker, at):
    line = GOOD[:at].count("\n") + 1
    for digit in set("0123456789") - {GOOD[at]}:
        spoiled = GOOD[:at] + digit + GOOD[at + 1 :]
        problems = report(checker, spoiled).problems
        assert [problem.line for problem in problems] == [line], spoiled.splitlines()[line - 1]
        assert problems[0].code in ("claim-drift", "given-drift")


def test_in_a_pair_the_first_takes_the_unit_of_the_second(refused):
    low, high = "fact:l4/memory.capacity", "fact:h100-sxm5-80gb/memory.capacity"
    assert refused(f"from [24]({low}) to [80 GB]({high})") == []
    assert refused(f"from [25]({low}) to [80 GB]({high})") == ["1:6 claim-drift"]
    assert refused(f"from [24]({low}) GB; that is less than the [80 GB]({high})")[:1] == ["1:6 claim-unit"]


def test_facts_of_what_the_text_is_about_are_proposed_first(checker):
    fix = report(checker, "The RTX 3090 and, later, the RTX 4090 have 24 GB.").problems[0].fix
    assert fix.index("rtx-4090") < fix.index("rtx-3090")
    assert fix.startswith("write [24 GB](fact:rtx-4090/memory.capacity)")


def test_a_number_no_fact_has_gets_the_forms_to_fill_in(checker):
    fix = report(checker, "It takes 987.6 ms.").problems[0].fix
    assert "[987.6 ms](calc:" in fix and "[987.6 ms](given:" in fix


def test_all_problems_come_at_once_and_in_order(refused):
    assert refused("80 GB and H1000\n\n[81 GB](fact:h100-sxm5-80gb/memory.capacity) `24 GB`") == [
        "1:1 unbound-number", "1:11 unknown-name", "3:1 claim-drift", "3:47 quantity-in-code",
    ]  # fmt: skip


def test_links_shown_in_code_must_hold(refused):
    assert refused("`[80 GB](fact:h100-sxm5-80gb/memory.capacity)` and `[text](calc:...)`") == []
    assert refused("`[81 GB](fact:h100-sxm5-80gb/memory.capacity)`") == ["1:2 claim-drift"]


def test_the_notes_of_assumptions_are_read_too(refused):
    text = '---\ngiven:\n  price: {value: "2 USD/h", note: "half of 4 USD/h"}\n---\n[$2/h](given:price)\n'
    assert refused(text) == ["3:44 unbound-number"]
