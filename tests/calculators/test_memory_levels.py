"""The levels of a GPU's memory: rates worked by hand, and what is not published stays open."""

import pytest

from calculators import facts
from calculators.memory_levels import levels


def of(slug):
    return {level.name: level for level in levels(facts.load().accelerators[slug])}


def test_the_a100_by_hand():
    found = of("a100-sxm4-80gb")
    # NVIDIA A100 white paper, table 4: 108 SMs, 1,410 MHz, 19.5 TFLOPS in FP32; p. 35: 5,120 bytes per clock from the L2 cache
    assert found["Shared memory"].rate == pytest.approx(108 * 128 * 1.41e9)
    assert found["L2 cache"].rate == pytest.approx(5120 * 1.41e9)
    assert found["Registers"].rate == pytest.approx(19.5e12 / 2 * 12)
    assert found["Registers"].holds == 108 * 256 * 1024
    rates = [level.rate for level in found.values()]
    assert rates == sorted(rates, reverse=True)


def test_what_no_source_states_has_no_rate():
    assert of("h100-sxm5-80gb")["L2 cache"].rate is None


def test_a_card_without_nvlink_has_no_such_level():
    assert "NVLink, one way" not in of("rtx-4090")
