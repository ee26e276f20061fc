"""Memory bandwidth, worked by hand from published tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, facts, run

GPUS = facts.load().accelerators


def outputs(**inputs):
    return run("memory_bandwidth", inputs).outputs


def test_bus_times_rate_by_hand():
    # RTX 4090: 384 bit x 21 Gbit/s / 8 = 1008 GB/s. H100 SXM: 5120 bit x 2 x 2619 MHz / 8 = 3352 GB/s.
    assert outputs(gpu="rtx-4090")["bandwidth"].to("GB/s") == pytest.approx(1008)
    assert outputs(gpu="h100-sxm5-80gb")["bandwidth"].to("GB/s") == pytest.approx(3352.32)


def test_per_gb_and_sweep_by_hand():
    # bandwidth per GB: 3352/80 = 41.9 and 1008/24 = 42.0, although one is a data centre card and the other is not
    both = [outputs(gpu=slug)["per_capacity"].to("GB/s/GB") for slug in ("h100-sxm5-80gb", "rtx-4090")]
    assert both == [pytest.approx(41.9, abs=0.05), pytest.approx(42.0, abs=0.05)]
    assert outputs(gpu="rtx-4090")["sweep_time"].to("ms") == pytest.approx(24 / 1008 * 1e3)


def test_stacks():
    # MI300X: 8192 bit x 5.2 Gbit/s / 8 = 5324.8 GB/s over eight stacks of 1,024 lines: 665.6 GB/s each
    got = outputs(gpu="mi300x")
    assert got["per_stack"].to("GB/s") == pytest.approx(665.6)
    assert got["pins_per_stack"].base == 1024
    assert outputs(gpu="rtx-4090")["per_stack"] == "none"
    assert outputs(gpu="rtx-4090", stacks="12")["per_stack"].to("GB/s") == pytest.approx(84)


def test_ecc_in_the_data_costs_bandwidth_and_memory():
    got, plain = outputs(gpu="rtx-4090", ecc_bandwidth="10%", ecc_capacity="6.25%"), outputs(gpu="rtx-4090")
    assert got["usable"].to("GB/s") == pytest.approx(1008 * 0.9)
    assert got["usable_capacity"].to("GB") == pytest.approx(22.5)
    assert got["bandwidth"] == plain["bandwidth"]
    assert got["sweep_time"].to("ms") == pytest.approx(22.5 / 907.2 * 1e3)


def test_what_is_reached_stretches_the_sweep():
    assert outputs(reached="50%")["sweep_time"].base == pytest.approx(2 * outputs()["sweep_time"].base)


@pytest.mark.parametrize("slug", sorted(GPUS))
def test_the_ratio_is_the_product_of_its_factors(slug):
    got = outputs(gpu=slug)
    if got["ratio_of_widths"] != "none":
        assert got["ratio"].base == pytest.approx(got["ratio_of_widths"].base * got["ratio_of_rates"].base)
    assert outputs(gpu=slug, against=slug)["ratio"].base == pytest.approx(1)


@pytest.mark.parametrize("slug", sorted(GPUS))
def test_computed_is_printed_up_to_rounding_of_the_rate(slug):
    got = outputs(gpu=slug, against=slug)
    if got["difference"] != "none":
        assert abs(got["difference"].base) < 0.03


def test_a_printed_bandwidth_stands_in_where_the_bus_is_not_known():
    finished = run("memory_bandwidth", {"gpu": "gaudi-2"})
    assert finished.outputs["bandwidth"].base == GPUS["gaudi-2"]["memory.bandwidth"].base
    assert finished.outputs["difference"] == "none"
    assert any("printed bandwidth" in remark for remark in finished.working.remarks)
    assert "gaudi-2/memory.bandwidth" in finished.working.facts


def test_every_fact_behind_both_sides_is_listed():
    used = run("memory_bandwidth").working.facts
    assert {"h100-sxm5-80gb/memory.bus_width", "h100-sxm5-80gb/memory.memory_clock", "a100-sxm4-80gb/memory.bus_width"} <= set(
        used
    )


@given(st.integers(1, 10_000), st.floats(0.01, 100))
def test_bandwidth_grows_with_bus_and_rate(bits, rate):
    got = outputs(gpu="rtx-4090", bus=f"{bits} bit", rate=f"{rate:.6f} Gbit/s")["bandwidth"]
    assert got.to("Gbit/s") == pytest.approx(bits * float(f"{rate:.6f}"))


@pytest.mark.parametrize(
    ("field", "text"), [("bus", "0 bit"), ("rate", "384 bit"), ("stacks", "2.5"), ("ecc_bandwidth", "60%"), ("reached", "101%")]
)
def test_bad_input_is_refused_by_field(field, text):
    with pytest.raises(InputProblems) as wrong:
        outputs(**{field: text})
    assert [problem.field for problem in wrong.value.problems] == [field]


@pytest.mark.parametrize(
    ("printed", "told"), [("1005 GB/s", False), ("995 GB/s", False), ("1020 GB/s", True), ("980 GB/s", True)]
)
def test_more_than_rounding_is_remarked_on(printed, told):
    # 1000 bits * 8 Gbit/s = 1000 GB/s; data rates are printed with one digit: a hundredth of it
    remarks = run("memory_bandwidth", {"bus": "1000 bit", "rate": "8 Gbit/s", "printed": printed}).working.remarks
    assert any("more than rounding" in remark for remark in remarks) == told


def test_the_summary_by_hand():
    # 80 GB over 3352.32 GB/s = 23.86 ms; over 2039 GB/s of an A100: 1.644
    said = run("memory_bandwidth").summary
    assert "whole memory in 23.9 ms; 1.64× the bandwidth" in said
