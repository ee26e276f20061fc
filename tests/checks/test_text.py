"""The rounding rule and its words: what a written number allows, and what it must refuse."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calculators.units import Quantity, UnitError
from hooks.checks.text import COMPARATORS, TextProblem, comparator_before, holds, in_unit, plain, read_written, replacement


@pytest.mark.parametrize(
    ("text", "number", "unit", "comparator"),
    [
        ("41.2 ms", "41.2", "ms", "exactly"),
        ("**41.2&nbsp;ms**", "41.2", "ms", "exactly"),
        (r"\$2.50/h", "2.50", "USD/h", "exactly"),
        ("$0.52 per million tokens", "0.52", "USD/million tokens", "exactly"),
        ("$1.2 million", "1200000", "USD", "exactly"),
        ("−5%", "-5", "%", "exactly"),
        ("2 900 GB/s", "2900", "GB/s", "exactly"),
        ("68.98 billion parameters", "68980000000", "parameters", "exactly"),
        ("16,896 CUDA cores", "16896", "", "exactly"),
        ("16-bit", "16", "bit", "exactly"),
        ("50 tokens per second", "50", "tokens per second", "exactly"),
        ("batch 1", "1", "", "exactly"),
        ("over 12×", "12", "×", "above"),
        ("a ratio of at least 12×", "12", "×", "at least"),
        ("no more than 40 GB", "40", "GB", "at most"),
        ("~3,000 GB/s", "3000", "GB/s", "about"),
        ("nearly 2x", "2", "x", "below"),
        ("1e15 FLOP", "1e15", "FLOP", "exactly"),
    ],
)
def test_a_link_text_is_one_number_its_unit_and_a_comparator(text, number, unit, comparator):
    written = read_written(text)
    assert (written.number, written.unit, written.comparator) == (Decimal(number), unit, comparator)


@pytest.mark.parametrize(
    "text",
    ["", "fast", "1.5 to 2×", "24 GB or 80 GB", "H100", "1/8", "41 ms/bogus", "80GBs", "3.35 TB/s/x/y", "12 parsecs/h", "10:30"],
)
def test_anything_else_is_refused(text):
    with pytest.raises(TextProblem):
        read_written(text)


def test_the_unit_is_read_as_far_as_it_goes():
    """'41 ms per token' must never pass for 41 ms."""
    with pytest.raises(UnitError):
        in_unit(Quantity.of(41, "ms"), read_written("41 ms per token").unit)


@pytest.mark.parametrize("words", COMPARATORS)
def test_words_before_a_link_count_as_words_in_it(words):
    assert comparator_before(f"it takes {words} ") == COMPARATORS[words]
    assert read_written("12 ms", f"it takes {words} ").comparator == COMPARATORS[words]
    assert read_written("a 12 ms", "it takes. ").comparator == "exactly"


@pytest.mark.parametrize("text", ["moreover ", "the table above. ", "hangover ", "over the ", ""])
def test_other_words_do_not(text):
    assert comparator_before(text) == "exactly"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("12×", ["11.5", "12", "12.49"], ["11.49", "12.5", "-12"]),
        ("12.0×", ["11.95", "12.04"], ["11.94", "12.05"]),
        ("3000 GB/s", ["2999.5", "3000.4"], ["2999", "3000.5"]),
        ("-5 %", ["-5", "-5.4", "-4.5"], ["-5.5", "-4.4", "5"]),
        ("about 3000 GB/s", ["2700", "3300"], ["2699", "3301"]),
        ("about 41 ms", ["40.5", "41.4"], ["40.4", "41.6"]),
        ("about 0.50 ms", ["0.495", "0.504"], ["0.49", "0.51"]),
        ("over 12×", ["12.01", "12.4", "13"], ["11.8", "12", "13.2"]),
        ("over 3.30×", ["3.305"], ["3.30", "3.32"]),
        ("more than 1,000 W", ["1000.1", "1100"], ["1000", "1101"]),
        ("at least 12×", ["12", "12.9"], ["11.99", "13"]),
        ("under 100 ms", ["99.9", "90"], ["100", "89", "-1"]),
        ("nearly 2×", ["1.97", "1.8"], ["2", "1.79", "1.1", "1"]),
        ("up to 40 GB", ["40", "36.1"], ["40.1", "36", "31"]),
    ],
)
def test_the_digits_and_words_are_the_tolerance(text, right, wrong):
    written = read_written(text)
    assert [value for value in right if not holds(written, Decimal(value))] == []
    assert [value for value in wrong if holds(written, Decimal(value))] == []


@pytest.mark.parametrize(
    ("text", "value", "instead"),
    [
        ("281 FLOP/B", "295.167", "295 FLOP/B"),
        ("68.98 billion parameters", "69976000000", "69.98 billion parameters"),
        ("$30,000", "29999", "$29,999"),
        ("3350 GB/s", "12345.6", "12,346 GB/s"),
        ("over 12×", "13.2", "13×"),
        ("more than 13 GPUs", "13", "12 GPUs"),
        ("under 12×", "13.2", "14×"),
        ("about 3,000 GB/s", "4123", "4,000 GB/s"),
        ("about 1×", "2.5", "2.5×"),
        ("nearly 2×", "1.1", "1.2×"),
        ("over 1×", "2", "1.9×"),
        ("over 10 W", "19", "18 W"),
        ("9%", "-5", "-5%"),
    ],
)
def test_the_replacement_keeps_the_form_and_holds(text, value, instead):
    written = read_written(text)
    assert replacement(written, Decimal(value)) == instead
    again = read_written(f"{text[: text.index(written.shown)]}{instead}")
    assert holds(again, Decimal(value))


def test_units_convert_and_dimensions_do_not():
    assert in_unit(Quantity.of(3350, "GB/s"), "TB/s") == Decimal("3.35")
    assert in_unit(Quantity.of(80, "GiB"), "GB") == Decimal("85.899345920")
    for unit in ("TB", "", "GPUs", "FLOPS"):
        with pytest.raises(UnitError):
            in_unit(Quantity.of(3350, "GB/s"), unit)


def test_a_count_may_leave_out_its_noun_but_not_change_it():
    assert in_unit(Quantity.of(80, "layer"), "") == 80
    assert in_unit(Quantity.of(80, ""), "transistors") == 80
    with pytest.raises(UnitError):
        in_unit(Quantity.of(80, "layer"), "heads")


def test_binary_noise_does_not_count():
    assert in_unit(Quantity(0.1 + 0.2, ""), "") == Decimal("0.3")
    assert holds(read_written("0.15"), in_unit(Quantity(0.145000000000001, ""), ""))


def test_what_a_reader_does_not_see_is_no_text():
    assert plain("__a__ *b* snake_case \\$5&nbsp;&times;") == "a b snake_case $5 ×"


values = st.decimals(min_value="0.001", max_value="1e9", places=6, allow_nan=False, allow_infinity=False)


@given(values, st.integers(0, 4))
def test_a_number_printed_from_a_value_holds(value, decimals):
    printed = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)  # an f-string rounds halves to even
    for text in (f"{printed:.{decimals}f} GB", f"{printed:,.{decimals}f} GB"):
        assert holds(read_written(text), value)


@given(values, st.integers(0, 4), st.data())
def test_changing_any_digit_breaks_it(value, decimals, data):
    text = f"{value:,.{decimals}f}"
    place = data.draw(st.sampled_from([at for at, sign in enumerate(text) if sign.isdigit()]))
    digit = data.draw(st.sampled_from([sign for sign in "0123456789" if sign != text[place]]))
    tie = abs(value - Decimal(text.replace(",", ""))) * 2 == Decimal(1).scaleb(-decimals)
    assume(not tie)  # exactly half way, both neighbors hold
    assert not holds(read_written(f"{text[:place]}{digit}{text[place + 1 :]} GB"), value)


@given(values, st.integers(0, 3), st.sampled_from(sorted(COMPARATORS)))
def test_every_replacement_holds(value, decimals, words):
    written = read_written(f"{words} {value * 3 + 7:.{decimals}f} GB")
    instead = read_written(f"{words} {replacement(written, value)}")
    assume(instead.number)  # "about 0" has no significant digit to be right in
    assert holds(instead, value)
