"""Equations between the facts of a chip and its memory: what each gives, and which facts it needs."""

import pytest
from identity_answers import computed, holds, needs_all
from invented import fact, record

from calculators.identities import chip, memory, peaks


def chip_facts(process, density):
    """A die of 100 mm²."""
    return (
        fact("identity.process", process),
        fact("identity.transistors", str(density / 10), "billion"),
        fact("identity.die_area", 100, "mm^2"),
    )


@pytest.mark.parametrize(
    ("process", "low", "high"),
    [
        ("TSMC 16 nm FinFET+", 20, 30),
        ("TSMC 12 nm FFN", 20, 30),
        ("Samsung 8nm 8N", 30, 60),
        ("TSMC 7 nm N7", 30, 80),
        ("TSMC N6", 30, 80),
        ("TSMC 5 nm", 60, 160),
        ("TSMC 4N", 60, 160),
        ("TSMC 4NP", 60, 160),
        ("TSMC N3E", 80, 300),
        ("TSMC 3 nm", 80, 300),
    ],
)
def test_the_density_of_a_process_has_a_least_and_a_most(process, low, high):
    for density, right in ((low - 0.5, False), (low, True), (high, True), (high + 0.5, False)):
        (found,) = chip.density(record(*chip_facts(process, density)))
        assert (found.holds, found.weak) == (right, True)
        assert found.equation.startswith(f"{low} to {high} million per mm² are usual for {process}, and this is ")


def test_a_density_needs_transistors_area_and_a_process_that_is_known():
    assert needs_all(chip.density, chip_facts("TSMC 4N", 98))
    assert list(chip.density(record(*chip_facts("a process", 98)))) == []


def test_cores_are_told_as_what_is_multiplied():
    (found,) = chip.cores(
        record(
            fact("compute.tensor_cores", 528, "core"),
            fact("compute.sm_count", 132, "SM", label="Streaming multiprocessors"),
            fact("compute.tensor_cores_per_sm", 4, "core/SM", label="Tensor cores per SM"),
        )
    )
    assert found.equation == "Streaming multiprocessors × tensor cores per SM"
    assert (found.computed.value, found.holds) == (528, True)


def test_cuda_cores_follow_from_the_rate_of_fp32():
    # 256 FLOP in each clock of an SM are 128 multiply-adds
    given = (
        fact("compute.cuda_cores", 16896, "core"),
        fact("compute.sm_count", 132, "SM"),
        fact("rate.fp32_vector", 256, "FLOP/clock/SM"),
    )
    (found,) = chip.cores(record(*given))
    assert (found.computed.base, found.holds) == (16896, True)
    assert needs_all(chip.cores, given)


BANDWIDTH = fact("memory.bandwidth", 1555, "GB/s")
BUS = fact("memory.bus_width", 5120, "bit")
CLOCK = (fact("memory.memory_clock", 1215, "MHz"), fact("memory.transfers_per_clock", 2))


def test_bandwidth_is_bus_width_times_what_a_pin_transfers():
    # 5,120 lines × 2.43 Gbit/s = 12,441.6 Gbit/s = 1,555.2 GB/s
    rate = fact("memory.data_rate", "2.43", "Gbit/s")
    for given in ((rate,), CLOCK, (rate, *CLOCK)):
        (found,) = memory.bandwidth(record(BANDWIDTH, BUS, *given))
        assert (found.computed.value, found.holds) == (pytest.approx(1555.2), True)
    assert needs_all(memory.bandwidth, (BANDWIDTH, BUS, rate)) and needs_all(memory.bandwidth, (BANDWIDTH, BUS, *CLOCK))


def test_capacity_needs_stacks_and_what_each_holds():
    given = (
        fact("memory.capacity", 80, "GB"),
        fact("memory.stacks", 5, "stack"),
        fact("memory.stack_capacity", 16, "GB/stack"),
    )
    assert computed(memory.capacity(record(*given))) == [80] and needs_all(memory.capacity, given)


UNITS = fact("compute.sm_count", 100, "SM", label="SMs")
RATE = fact("rate.fp16_tensor", 1000, "FLOP/clock/SM")
CLOCKS = fact("peak_clock.default", 2000, "MHz")
PEAK = fact("peak.fp16_tensor", 200, "TFLOPS")  # 100 × 1,000 × 2 GHz
SPARSE = fact("peak_sparse.fp16_tensor", 400, "TFLOPS")


def test_a_dense_peak_needs_units_rate_and_clock():
    (found,) = peaks.dense(record(PEAK, UNITS, RATE, CLOCKS))
    assert (found.computed.value, found.holds) == (200, True)
    assert found.equation == "SMs × arithmetic per clock of each × clock"
    assert needs_all(peaks.dense, (PEAK, UNITS, RATE, CLOCKS))


def test_a_clock_of_the_format_comes_before_that_of_all():
    own = fact("peak_clock.fp16_tensor", 1000, "MHz")
    assert computed(peaks.dense(record(PEAK, UNITS, RATE, CLOCKS, own))) == [100]
    assert computed(peaks.dense(record(PEAK, UNITS, RATE, own))) == [100]


def test_units_are_those_that_the_rate_names():
    others = fact("compute.cu_count", 7, "CU")
    assert computed(peaks.dense(record(others, PEAK, UNITS, RATE, CLOCKS))) == [200]


def test_sparse_and_dense_follow_from_each_other_for_every_format():
    eight = (fact("peak.fp8_tensor", 400, "TFLOPS"), fact("peak_sparse.fp8_tensor", 800, "TFLOPS"))
    found = list(peaks.sparse(record(PEAK, SPARSE, *eight)))
    assert [(each.target.key, each.computed.value) for each in found] == [
        ("peak_sparse.fp16_tensor", 400),
        ("peak.fp16_tensor", 200),
        ("peak_sparse.fp8_tensor", 800),
        ("peak.fp8_tensor", 400),
    ]
    assert all(holds(found)) and needs_all(peaks.sparse, (PEAK, SPARSE))


def test_a_sparse_peak_alone_is_twice_what_units_and_clock_give():
    (found,) = peaks.sparse(record(SPARSE, UNITS, RATE, CLOCKS))
    assert (found.equation, found.computed.value) == ("2 × SMs × arithmetic per clock of each × clock", 400)
    assert needs_all(peaks.sparse, (SPARSE, UNITS, RATE, CLOCKS))


@pytest.mark.parametrize(
    ("format", "of", "factor"),
    [
        ("bf16_tensor", "fp16_tensor", 1),
        ("tf32_tensor", "fp16_tensor", 0.5),
        ("fp8_tensor", "fp16_tensor", 2),
        ("fp8_tensor_fp16_accumulate", "fp16_tensor_fp16_accumulate", 2),
        ("fp4_tensor", "fp8_tensor", 2),
        ("int4_tensor", "int8_tensor", 2),
        ("int8_tensor", "fp16_tensor", 2),
        ("int8_tensor", "fp16_tensor_fp16_accumulate", 2),
    ],
)
def test_half_the_width_is_twice_the_rate(format, of, factor):
    given = (fact(f"peak.{of}", 100, "TFLOPS"), fact(f"peak.{format}", int(100 * factor), "TFLOPS"))
    (found,) = peaks.ladder(record(*given))
    assert (found.computed.value, found.holds) == (100 * factor, True)
    assert needs_all(peaks.ladder, given)
