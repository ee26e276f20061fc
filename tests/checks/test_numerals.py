"""Which numerals are quantities: every rule recognizes what it is for, and nothing that a unit follows."""

import pytest

from hooks.checks import numerals as rules
from hooks.checks.names import Names, read_names
from hooks.checks.numerals import numerals, quantities_in_code


@pytest.fixture(scope="module")
def names(tmp_path_factory, checker) -> Names:
    path = tmp_path_factory.mktemp("names") / "names.toml"
    path.write_text('names = ["2:4", "4-bit", "E4M3", "Q4_K_M"]\nversions = ["CUDA", "PCIe", "Python"]\n', "utf-8")
    return read_names(checker.base, path)


def found(text: str, names: Names) -> list[str]:
    return [numeral.text for numeral in numerals(text, names)]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (rules.dates, "published 2022-10, read on 2025-03-14"),
        (rules.dates, "on 18 October 2022 and October 18, 2022"),
        (rules.dates, "In 2022, since 2023, until 2024–2025, early 2024, mid-2024, Q1 2024, Oct. 2022"),
        (rules.references, "Table 3, tables 3 and 4, Figure 2, section 4.1, step 2, page 12, pp. 36–37, footnote 1, issue #12"),
        (rules.ordinals, "the 1st, 2nd, 3rd, 4th and 112th generation"),
        (rules.markers, "1. GPUs first\n2. then the rest\n\n10) last"),
        (
            rules.known_names,
            "NVIDIA H100 SXM5 80GB, the H100's, two H100s, RTX 4090, RTX-4090, GH100, Llama-2-70B, Llama 2 70B, a 70B model",
        ),
        (rules.known_names, "FP8/BF16, INT8-GEMM, GDDR6X, HBM2e, TSMC 4N, E4M3, Q4_K_M, 2:4 sparsity, 4-bit weights"),
        (rules.versions, "CUDA 12.4, Python 3.12 to 3.14, PCIe 5.0, PCIe 3.0, 4.0 and 5.0, Python 3.12+"),
    ],
)
def test_a_rule_excuses_what_it_is_for(rule, text, names):
    assert rule in rules.RULES
    assert found(text, names) == []
    others = [other for other in rules.RULES if other is not rule]
    masked = text
    for other in others:
        for start, end in other(masked, names):
            masked = masked[:start] + "_" * (end - start) + masked[end:]
    assert any(character.isdigit() for character in masked), "without the rule the numbers would be found"


def test_every_rule_says_what_it_is_for():
    assert all(rule.__doc__ for rule in rules.RULES)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("it holds 80 GB.", ["80 GB"]),
        ("it holds 80GB and costs $2.50/h", ["80GB", "$2.50/h"]),
        ("from 40 to 80 GB, 1.5–2×", ["40", "80 GB", "1.5", "2×"]),
        ("a batch of 2048, or 2039 in a table", ["2048", "2039"]),
        ("in 2030 GB, after 2000 steps", ["2030 GB", "2000 steps"]),
        ("Figure 3 GB", ["3 GB"]),
        ("PCIe 64 GB/s, CUDA 16896 cores", ["64 GB/s", "16896 cores"]),
        ("1,979 TFLOPS", ["1,979 TFLOPS"]),
        ("an H100 80 GB", ["80 GB"]),
        ("2× H100, 8xH100", ["2×", "8xH100"]),
        ("takes forty milliseconds, two hundred GB, ten percent", ["forty milliseconds", "two hundred GB", "ten percent"]),
        ("It has 7.\n12. A wrapped line", ["7", "12"]),
        ("-5% and +12%", ["5%", "12%"]),
        ("the ratio 3:1", ["3", "1"]),
        ("½ of the memory, ８０ GB", ["½", "８０ GB"]),
    ],
)
def test_every_other_number_is_found(text, numbers, names):
    assert found(text, names) == numbers


@pytest.mark.parametrize(
    "word", ["H1000", "H101", "FP88", "GDDR7X", "sm_90", "batch-1", "Llama 2.5 70B", "3D", "x16", "RTX 4091", "71Q"]
)
def test_an_unknown_word_with_digits_is_found(word, names):
    assert found(f"The {word} here.", names) != []


def test_spelled_counts_are_prose(names):
    assert found("Two cards, three reasons, ten times nothing... no: two GPUs, one hundred requests", names) == ["ten times"]


def test_code_may_hold_inputs_but_no_quantities(names):
    assert quantities_in_code("--batch 8 --gpu h100-sxm5-80gb [0] 2 * n fp16 1e9 FP8 70B 4-bit", names) == []
    text = "'80 GB' 2.50USD/h 100% 3.35 TB/s value = 80"
    assert [place.text for place in quantities_in_code(text, names)] == ["80 GB", "2.50USD/h", "100%", "3.35 TB/s", "value = 80"]
