"""What a fleet has together, and what that is for a dollar or a joule, by hand from datasheets."""

import pytest

from calculators import fleet_totals as totals


def test_sums_of_eight_a100():
    # 312 TFLOPS in BF16, 80 GB, 2,039 GB/s and 400 W each
    assert totals.summed_peak(8, 312e12) == 2496e12
    assert totals.summed_memory(8, 80e9) == 640e9
    assert totals.summed_bandwidth(8, 2039e9) == 16_312e9
    assert totals.summed_power(8, 400) == 3200


def test_what_a_job_reaches_and_has_to_reach():
    assert totals.usable(2496e12, 0.4) == pytest.approx(998.4e12)
    # 16 cards of 165.2 TFLOPS against the 395.76 that an H100 reaches at two fifths of 989.4
    assert totals.efficiency_to_match(395.76e12, 16 * 165.2e12) == pytest.approx(0.1497, abs=5e-5)


def test_quotients_are_no_whole_numbers():
    # 7 FLOP/s at 2 USD/s and at 2 W; 7 byte/s for 2 USD; 7 USD/s at 2 USD/s each
    assert totals.per_dollar(7, 2) == totals.per_watt(7, 2) == totals.bandwidth_per_dollar(7, 2) == totals.same_cost(7, 2) == 3.5
