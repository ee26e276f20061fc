"""What quantizing loses, worked by hand: FP4 E2M1 holds 0, 0.5, 1, 1.5, 2, 3, 4 and 6."""

from math import sqrt

import pytest

from calculators.encodings import FLOATS
from calculators.quantize import SIZE, Block, loss, sample

FP4 = FLOATS["fp4_e2m1"]


def test_the_sample_is_the_quantiles_of_a_normal_distribution_in_a_fixed_order():
    values = sample(1, 0, 10)
    assert len(values) == SIZE == 512
    # Tables of the normal distribution at 0.5/512, 197.5/512 and 394.5/512, the next of every 197th
    assert values[:3] == pytest.approx((-3.09727, -0.29043, 0.74052), abs=5e-5)
    assert sorted(values) == pytest.approx([-value for value in sorted(values, reverse=True)])
    assert values[0] == -3.097269  # six digits, so that no platform has others
    assert sample(2.5, 0, 10) == tuple(2.5 * value for value in values)


def test_every_fourth_value_is_enlarged_where_outliers_are_a_quarter():
    plain, enlarged = sample(1, 0, 10), sample(1, 0.25, 10)
    assert [large / small for small, large in zip(plain[:8], enlarged[:8], strict=True)] == pytest.approx(
        [1, 1, 1, 10, 1, 1, 1, 10]
    )


def test_one_scale_for_all():
    # 0.2 becomes 0, 7 becomes 6 and 2.5 becomes 2: off by 0.2, 1 and 0.5
    found = loss(FP4, None, 1.0, (0.2, 1.0, -7.0, 2.5))
    assert (found.clipped, found.zeroed) == (1 / 4, 1 / 4)
    assert found.error == pytest.approx(sqrt((0.04 + 1 + 0.25) / (0.04 + 1 + 49 + 6.25)))


def test_a_scale_is_taken_out_again():
    # times 4: 6, 0.5 and 3.2, which becomes 3, that is 0.75
    found = loss(FP4, None, 4.0, (1.5, 0.125, 0.8))
    assert found.error == pytest.approx(0.05 / sqrt(1.5**2 + 0.125**2 + 0.8**2))
    assert (found.clipped, found.zeroed) == (0, 0)


def test_a_zero_is_not_lost_and_the_largest_value_is_not_clipped():
    assert loss(FP4, None, 1.0, (0.0, 6.0)).zeroed == 0
    assert loss(FP4, None, 1.0, (0.0, 6.0)).clipped == 0


def test_blocks_of_mx_are_scaled_by_the_power_of_two_of_their_largest():
    # 8 = 2^3, scaled by 2^(2 - 3): 4 and 0.5; 0.25 = 2^-2, scaled by 2^4: 4 and 2. One scale for both would lose 0.125
    assert loss(FP4, Block(2, "E8M0"), 1.0, (8.0, 1.0, 0.25, 0.125)).error == 0
    assert loss(FP4, Block(4, "E8M0"), 1.0, (8.0, 1.0, 0.25, 0.125)).zeroed == 2 / 4  # both are below a quarter of 2
    # 7 has the exponent of 4, so it is not scaled, and 6 is the largest
    assert loss(FP4, Block(2, "E8M0"), 1.0, (7.0, 1.0)).clipped == 1 / 2


def test_blocks_of_nvfp4_have_a_scale_of_their_own_under_that_of_the_tensor():
    # the largest is 6 * 448, so the tensor's scale is 1; the blocks' are 448, 1 and 1.05, which E4M3 holds as 1
    block = Block(2, "E4M3")
    assert loss(FP4, block, 1.0, (2688.0, 1344.0, 6.0, 3.0)).error == 0
    found = loss(FP4, block, 1.0, (2688.0, 1344.0, 6.3, 3.0))
    assert found.error == pytest.approx(0.3 / sqrt(2688**2 + 1344**2 + 6.3**2 + 9))
    # twice as large, the tensor's scale is 2, and the second block's 1/2
    assert loss(FP4, block, 1.0, (5376.0, 2688.0, 6.0, 3.0)).error == 0


def test_a_block_whose_scale_is_zero_is_lost():
    # 0.00001 / 6 is less than half of 2^-9, the smallest value of E4M3
    found = loss(FP4, Block(2, "E4M3"), 1.0, (2688.0, 1344.0, 0.00001, 0.00001))
    assert (found.zeroed, found.clipped) == (2 / 4, 0)
    assert found.error == pytest.approx(0.00001 * sqrt(2) / sqrt(2688**2 + 1344**2), rel=1e-6)
    # nor are they clipped where the tensor's scale is a million: 5000 / 6 / 1,000,000 is less than half of 2^-9, too
    found = loss(FP4, Block(2, "E4M3"), 1.0, (2.688e9, 1.344e9, 5000.0, 5000.0))
    assert (found.zeroed, found.clipped) == (2 / 4, 0)
