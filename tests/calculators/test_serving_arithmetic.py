"""The round numbers that texts on serving quote, from nominal parameter counts: the formulas give them."""

import pytest

from calculators import run
from calculators.decode_step import memory_time
from calculators.kv_cache import sequences_in
from calculators.memory_fit import needed
from calculators.prefill import weight_flop
from calculators.serving import replicas_for
from calculators.weights import bytes_per_gpu


@pytest.mark.parametrize(
    ("weights", "bandwidth", "milliseconds"),
    [
        (14e9, 3.35e12, 1000 / 239),  # 7B in FP16 on an H100: 239 tokens/s at most
        (14e9, 1.008e12, 1000 / 72),  # on an RTX 4090: 72
        (35e9, 3.35e12, 1000 / 95.7),  # 70B in INT4 on an H100: 95.7
        (140e9, 2.0e12, 70),  # 70B in FP16 at 2 TB/s, and at 3.35 TB/s
        (140e9, 3.35e12, 41.8),
    ],
)
def test_one_token_reads_the_weights_once(weights, bandwidth, milliseconds):
    assert memory_time(weights, 1, bandwidth, 1) * 1e3 == pytest.approx(milliseconds, rel=2e-3)


def test_a_batch_of_32_long_sequences_of_7b():
    # 14 GB of weights and 32 sequences of 4096 tokens, 68.7 GB: 82.7 GB
    assert needed(14e9, 32 * 4096 * 524_288, 0, 0) == pytest.approx(82.7e9, rel=1e-3)


def test_sequences_of_70b_in_int4_on_80_gb():
    assert sequences_in(80e9 - 35e9, 1.342e9) == 33


def test_cards_for_70b_in_fp16():
    # two cards of 80 GB; six of 24 GB by memory, eight that divide the heads
    asked = {"model": "llama-2-70b", "overhead": "0 GB", "context": 1, "gpus": 1}
    assert run("memory_fit", asked | {"capacity": "80 GB"}).outputs["min_gpus"].base == 2
    small = run("memory_fit", asked | {"gpu": "rtx-4090", "capacity": "24 GB"}).outputs
    assert (small["min_gpus"].base, small["min_gpus_dividing"].base) == (6, 8)


def test_two_flop_for_each_parameter_and_token():
    assert weight_flop(70e9, 1, 0, 0) == 140e9


def test_a_fleet_for_a_demand():
    # 10,000 tokens/s at 1,500 tokens/s for each and 70% load: 9.5
    assert replicas_for(10_000, 1_500, 0.7) == 10


def test_an_even_share():
    assert bytes_per_gpu(140e9, 4) == 35e9
