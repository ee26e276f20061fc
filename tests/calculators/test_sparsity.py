"""2:4 sparsity, worked by hand from NVIDIA's description of the format and Amdahl's law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run
from calculators.amdahl import needed_share, overall_speedup
from calculators.sparsity import kept_positions, pruned, read_matrix


def outputs(**inputs):
    return run("sparsity", inputs).outputs


@pytest.mark.parametrize(("bits", "ratio"), [(16, 36 / 64), (8, 20 / 32), (32, 68 / 128), (4, 12 / 16)])
def test_storage(bits, ratio):
    # two elements and two 2-bit positions instead of four elements: (2b + 4) / 4b
    assert outputs(bits=bits)["storage_ratio"].base == ratio


def test_elements_have_the_bits_of_their_format():
    assert [outputs(format=kind)["storage_ratio"].base for kind in ("bf16", "fp16", "fp8", "int8")] == [36 / 64] * 2 + [
        20 / 32
    ] * 2


def test_factors():
    # arithmetic 2; reading 16-bit weights 1 / 0.5625 = 1.78
    assert outputs()["factor"].base == 2
    assert outputs(limit="bandwidth")["factor"].base == pytest.approx(1.78, abs=0.005)


def test_amdahl_by_hand():
    # 70% twice as fast: 1 / (0.3 + 0.35) = 1.538; 3 at 8: (2/3)/(7/8) = 76.2%; 5 at 8: 0.8/0.875 = 91.4%
    assert outputs(share="70%")["speedup"].base == pytest.approx(1 / 0.65)
    assert outputs(factor=8, target=3)["needed_share"].to("%") == pytest.approx(76.2, abs=0.05)
    assert outputs(factor=8, target=5)["needed_share"].to("%") == pytest.approx(91.4, abs=0.05)


def test_what_no_share_gives_is_none_and_said():
    finished = run("sparsity", {"target": "3"})
    assert finished.outputs["needed_share"] == "none"
    assert any("No share suffices" in remark for remark in finished.working.remarks)


@given(st.floats(0.01, 1), st.floats(1.1, 100))
def test_needed_share_undoes_amdahl(share, factor):
    target = overall_speedup(share, factor)
    assert needed_share(target, factor) == pytest.approx(share, rel=1e-6)
    assert 1 <= target <= factor * (1 + 1e-12)


def test_pruning_by_hand():
    # 0.9 -0.1 0.2 -0.7 keeps the first and the last; of equal ones the first is kept
    assert pruned(((0.9, -0.1, 0.2, -0.7),)) == ((0.9, 0.0, 0.0, -0.7),)
    assert kept_positions((0.5, -0.5, 0.5, 0.5)) == (0, 1)
    got = outputs(matrix="0.9 -0.1 0.2 -0.7")
    assert got["pruned"] == "0.9 0 0 -0.7" and got["compressed"] == "0.9@00 -0.7@11"
    # kept: 0.81 + 0.49 of 0.81 + 0.01 + 0.04 + 0.49
    assert got["energy"].base == pytest.approx(1.30 / 1.35)


ROWS = st.lists(st.lists(st.floats(-9, 9).map(lambda n: round(n, 3)), min_size=8, max_size=8), min_size=1, max_size=4)


@given(ROWS)
def test_every_group_keeps_two_and_never_more_energy_than_any_half(rows):
    if not any(abs(number) >= 1e-6 for row in rows for number in row):
        return
    got = outputs(matrix="; ".join(" ".join(map(repr, row)) for row in rows))
    for row in read_matrix(got["pruned"].replace("nan", "0")) if any(map(any, rows)) else ():
        assert all(sum(n != 0 for n in row[start : start + 4]) <= 2 for start in (0, 4))
    assert 0 <= got["energy"].base <= got["free_energy"].base + 1e-12 <= 1 + 1e-9


@pytest.mark.parametrize(
    ("inputs", "field", "said"),
    [
        ({"matrix": "1 2 3"}, "matrix", "multiple of 4"),
        ({"matrix": "1 2 3 4; 1 2"}, "matrix", "different lengths"),
        ({"matrix": "0 0 0 0"}, "matrix", "all zero"),
        ({"matrix": "1 2 x 4"}, "matrix", "not a number"),
        ({"matrix": "1 2 nan 4"}, "matrix", "beyond a million"),
        ({"gpu": "v100-sxm2-32gb"}, "factor", "peak_sparse"),
        ({"gpu": "a100-sxm4-80gb", "format": "fp8"}, "factor", "peak_sparse"),
    ],
)
def test_refusals(inputs, field, said):
    with pytest.raises(InputProblems, match=said) as wrong:
        outputs(**inputs)
    assert [problem.field for problem in wrong.value.problems] == [field]


def test_a_measured_factor_stands_for_what_the_gpu_lacks():
    assert outputs(gpu="v100-sxm2-32gb", factor="1.3")["sparse_peak"] == "none"


def said(**inputs):
    return " ".join(run("sparsity", inputs).working.remarks)


def test_the_summary_by_hand():
    # 1 / 0.65 = 1.538; 36 / 64 = 56.25%
    assert run("sparsity").summary.startswith("At most 1.54× end to end from multiplications 2× as fast; weights take 56.25% of")


def test_the_summary_has_four_digits_of_the_size():
    # 7 bits: (14 + 4) / 28 = 64.2857%
    assert "weights take 64.29% of" in run("sparsity", {"bits": 7}).summary


def test_only_more_than_twice_as_fast_needs_another_reason():
    assert "another reason" not in said(factor="2") and "another reason" in said(factor="2.001")


def test_a_speedup_of_the_factor_itself_needs_all_of_the_time():
    assert outputs(target="2")["needed_share"].base == 1 and "No share suffices" not in said(target="2")


def test_energy_by_hand():
    # 0.81 + 0.64 + 2 * 0.01 of 1.99 in two groups; the largest half has 0.49 in place of one hundredth
    got = outputs(matrix="0.9 0.8 0.7 0.1 0.1 0.1 0.1 0.1")
    assert got["energy"].base == pytest.approx(1.47 / 1.99)
    assert got["free_energy"].base == pytest.approx(1.95 / 1.99)
    assert outputs(matrix="1.2345678 0 0 0")["pruned"] == "1.23457 0 0 0"


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (" ".join(["1"] * 260), "256 in all at most"),
        ("; ".join([" ".join(["1"] * 8)] * 33), "256 in all at most"),
        ("1000001 0 0 0", "beyond a million"),
        ("0.00000099 0 0 0", "all zero"),
    ],
)
def test_matrices_beyond_the_limits_are_refused(matrix, said):
    with pytest.raises(InputProblems, match=said):
        outputs(matrix=matrix)


@pytest.mark.parametrize(
    "matrix", [" ".join(["1"] * 256), "; ".join([" ".join(["1"] * 8)] * 32), "1000000 0 0 0", "0.000001 0 0 0"]
)
def test_matrices_at_the_limits_are_pruned(matrix):
    assert outputs(matrix=matrix)["energy"].base > 0


@pytest.mark.parametrize(("bits", "factor"), [(2, 1), (1, 2 / 3)])
def test_no_share_suffices_where_positions_take_what_the_zeros_save(bits, factor):
    """Of four values of 2 bits, two stay with 2 bits of position each: 8 bits instead of 8. Of 1 bit: 6 instead of 4."""
    finished = run("sparsity", {"bits": bits, "limit": "bandwidth"})
    assert finished.outputs["factor"].base == pytest.approx(factor)
    assert finished.outputs["needed_share"] == "none"
    assert any("No share suffices" in remark for remark in finished.working.remarks)
