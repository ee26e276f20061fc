"""The slips that are tried: each kind, and that nothing else is."""

from collections import Counter

import pytest

from proof.slips.changes import changes, other_units


def texts(text: str, kind: str) -> list[str]:
    return [change.text for change in changes(text) if change.kind == kind]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("41 ms", "digit", ["31 ms", "51 ms", "40 ms", "42 ms"]),
        ("3.35 TB/s", "decimal point", ["33.5 TB/s", "0.335 TB/s"]),
        ("3,352 GB/s", "decimal point", ["33520 GB/s", "335.2 GB/s"]),
        ("80 GB", "zero", ["800 GB", "8 GB"]),
        ("2.05×", "zero", ["2.5×"]),
        ("−5%", "sign", ["5%"]),
        ("80 GB", "unit prefix", ["80 MB", "80 TB"]),
        ("41 ms", "unit prefix", ["41 s", "41 us"]),
        ("7 billion", "unit prefix", ["7 million", "7 trillion"]),
        ("80 GB", "GB and GiB", ["80 GiB"]),
        ("74.5 GiB", "GB and GiB", ["74.5 GB"]),
        ("3.35 TB/s", "rate and size", ["3.35 TB"]),
        ("80 GB", "rate and size", ["80 GB/s"]),
        ("989 TFLOPS dense", "dense and sparse", ["989 TFLOPS sparse"]),
        ("over 12×", "bounding word", ["under 12×"]),
        ("At least 12×", "bounding word", ["Under 12×"]),
    ],
)
def test_a_kind_of_slip(text, kind, expected):
    assert texts(text, kind) == expected


def test_no_slip_is_tried_twice_and_none_is_the_text_itself():
    made = changes("over 1,000 GB/s dense")
    assert max(Counter(change.text for change in made).values()) == 1
    assert "over 1,000 GB/s dense" not in {change.text for change in made}


def test_a_unit_becomes_another_unit():
    assert {change.text for change in other_units("GB/s")} == {"MB/s", "TB/s", "GiB/s", "GB"}
    assert other_units("SM") == ()
