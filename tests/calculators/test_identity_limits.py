"""Equations between facts, each alone: what it gives, up to which printed value it holds, and which facts it needs."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from invented import BASE, BOTH, fact, record

from calculators.identities import chip, judge, link_records, links, memory, mig, models, peaks
from calculators.identities.judge import Identity
from calculators.identities.reasons import reasons, sourced_only, sources_agree
from calculators.records import MigProfile, Second
from calculators.units import Quantity

TEN = fact("a.total", 10)


def computed(identities):
    return [identity.computed.value for identity in identities]


def holds(identities):
    return [identity.holds for identity in identities]


def needs_all(check, given):
    """Whether the check says nothing as soon as one of the facts is not there."""
    return not any(list(check(record(*(each for each in given if each is not left_out)))) for left_out in given)


@pytest.mark.parametrize(
    ("printed", "half"),
    [("3.35", Fraction(1, 200)), ("900", Fraction(1, 2)), ("1E+3", Fraction(500)), (900, Fraction(1, 2))],
)
def test_the_last_printed_digit_is_known_to_half_a_unit(printed, half):
    assert judge.half_digit(fact("a.b", printed).value) == half


def test_a_printed_value_stands_for_all_that_round_to_it():
    bandwidth = fact("memory.bandwidth", "3.35", "TB/s")
    assert judge.interval(bandwidth) == (3345 * 10**9, 3355 * 10**9)
    assert judge.exact(bandwidth) == 3350 * 10**9


@pytest.mark.parametrize(("product", "right"), [("9.49", False), ("9.5", True), ("10", True), ("10.5", True), ("10.51", False)])
def test_a_product_holds_up_to_half_of_the_last_digit(product, right):
    found = judge.judge(target=TEN, equation="a count", counted=(fact("a.count", product),))
    assert (found.holds, found.computed, found.circular, found.weak) == (right, Quantity(float(product), ""), False, False)


def test_printed_and_counted_operands_are_multiplied():
    # 2.6 stands for 2.55 to 2.65, and four of them for 10.2 to 10.6
    found = judge.judge(TEN, "both", rounded=(fact("a.each", "2.6"),), counted=(fact("a.count", 4),))
    assert found.holds and found.computed.value == pytest.approx(10.4)
    assert [each.key for each in found.operands] == ["a.each", "a.count"]
    assert not judge.judge(TEN, "both", rounded=(fact("a.each", "2.7"),), counted=(fact("a.count", 4),)).holds


@pytest.mark.parametrize(
    ("right", "circular", "weak", "backs"),
    [(True, False, False, True), (False, False, False, False), (True, True, False, False), (True, False, True, False)],
)
def test_only_an_equation_that_holds_and_proves_something_backs_a_fact(right, circular, weak, backs):
    assert Identity(TEN, "", (), Quantity(10, ""), right, circular, weak).backs is backs


def test_an_equation_is_neither_circular_nor_weak_unless_that_is_said():
    assert Identity(TEN, "", (), Quantity(10, ""), True).backs


# Chips


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


# Memory

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


# Links of accelerators


def nvlink(links_of_it=18, each=50, total=900, *, each_ways=BOTH, total_ways=BOTH):
    return (
        fact("interconnect.nvlink_links", links_of_it, "link"),
        fact("interconnect.nvlink_per_link", each, "GB/s", qualifiers=each_ways),
        fact("interconnect.nvlink_total", total, "GB/s", qualifiers=total_ways),
    )


@pytest.mark.parametrize(
    ("each", "each_ways", "total", "total_ways", "equation"),
    [
        (50, BOTH, 900, BOTH, "links × rate per link"),
        (25, (), 900, BOTH, "links × rate per link × 2 directions"),
        (25, (), 450, (), "links × rate per link"),
        (50, BOTH, 450, (), "links × rate per link"),
    ],
)
def test_18_links_of_25_gb_each_way(each, each_ways, total, total_ways, equation):
    (found,) = links.totals(record(*nvlink(18, each, total, each_ways=each_ways, total_ways=total_ways)))
    assert (found.equation, found.computed.value, found.holds) == (equation, total, True)


def test_all_links_need_their_number_and_the_rate_of_one():
    assert needs_all(links.totals, nvlink())
    assert list(links.totals(record(*nvlink(total=0)))) == []


def test_one_way_is_half_of_both():
    one_way, total = fact("interconnect.nvlink_per_direction", 450, "GB/s"), nvlink()[2]
    (found,) = links.totals(record(one_way, total))
    assert (found.target, found.computed.value, found.holds) == (one_way, 450, True)
    assert needs_all(links.totals, (one_way, total))
    assert list(links.totals(record(one_way, nvlink(total_ways=())[2]))) == []


def pcie(rate, generation, lanes=16):
    return (
        fact("interconnect.pcie_per_direction", rate, "GB/s"),
        fact("interconnect.pcie_generation", generation),
        fact("interconnect.pcie_lanes", lanes, "lane"),
    )


@pytest.mark.parametrize(
    ("generation", "rate"),
    [
        (3, "15.754"),  # 16 × 8 × 128/130 / 8
        (4, "31.508"),
        (5, "63.015"),
        (6, "121.00"),  # 16 × 64 × 242/256 / 8
    ],
)
def test_pcie_after_its_line_code(generation, rate):
    (found,) = links.pcie(record(*pcie(rate, generation)))
    assert found.holds and found.computed.value == pytest.approx(float(rate), abs=5e-4)
    assert found.equation.startswith("lanes × transfer rate × ") and found.equation.endswith(" ÷ 8")


@pytest.mark.parametrize(
    ("rate", "said", "right"),
    [
        ("64", "before encoding", True),  # 16 × 32 / 8
        ("63", "64/65", True),
        ("50", "64/65", False),
        ("6E+1", "64/65", True),  # both round to it: what arrives is what is meant
    ],
)
def test_pcie_is_taken_as_before_its_line_code_only_where_nothing_else_fits(rate, said, right):
    (found,) = links.pcie(record(*pcie(rate, 5)))
    assert said in found.equation and found.holds is right


def test_pcie_needs_a_generation_whose_rate_is_known():
    assert needs_all(links.pcie, pcie("63", 5))
    assert list(links.pcie(record(*pcie("8", 2)))) == []


# Records of links and systems

CODE = fact("link.encoding", "8b/10b")
SIGNAL = fact("link.signalling_rate", 10, "Gbit/s")
LANES = fact("link.lanes", 4, "lane")
LANE = fact("link.per_lane", 8, "Gbit/s")
LINK = fact("link.per_direction", 32, "Gbit/s")


@pytest.mark.parametrize(
    ("code", "percent"),
    [
        ("8b/10b", "80.000"),
        ("64b/66b", "96.970"),
        ("128b/130b", "98.462"),
        ("256b/257b with RS-FEC", "94.118"),  # 256/257 × 514/544 = 16/17
        ("1b/1b in FLITs", "94.531"),
    ],
)
def test_what_a_line_code_leaves(code, percent):
    given = (fact("link.encoding", code), fact("link.encoding_efficiency", percent, "%"))
    (found,) = link_records.line_code(record(*given))
    assert found.holds and found.computed.value == pytest.approx(float(percent), abs=5e-4)
    assert needs_all(link_records.line_code, given)


def test_a_code_that_is_not_known_leaves_what_nobody_can_say():
    given = (fact("link.encoding", "PAM4"), fact("link.encoding_efficiency", "94.1", "%"))
    assert list(link_records.line_code(record(*given))) == []


def test_a_lane_and_a_link_follow_from_the_signalling_rate():
    # InfiniBand QDR: 10 Gbit/s × 8/10 = 8 Gbit/s, and four of them
    lane, link = link_records.one_link(record(SIGNAL, CODE, LANE, LANES, LINK))
    assert (lane.target, lane.computed.value, lane.holds) == (LANE, 8, True)
    assert (link.target, link.computed.value, link.holds) == (LINK, 32, True)
    assert "signalling rate" in link.equation
    assert needs_all(link_records.one_link, (SIGNAL, CODE, LANE)) and needs_all(
        link_records.one_link, (SIGNAL, CODE, LANES, LINK)
    )


@pytest.mark.parametrize("besides", [(), (SIGNAL,), (CODE,), (SIGNAL, fact("link.encoding", "PAM4"))])
def test_without_rate_or_code_a_link_is_its_lanes(besides):
    (found,) = link_records.one_link(record(LANE, LANES, LINK, *besides))
    assert (found.equation, found.computed.value) == ("lanes × data rate of a lane", 32)
    assert needs_all(link_records.one_link, (LANE, LANES, LINK))


PERCENT = fact("link.encoding_efficiency", 80, "%")
RAW = fact("link.raw_per_direction", 40, "Gbit/s")
ALL_LINKS = fact("link.per_gpu", 1152, "Gbit/s", qualifiers=BOTH)
ONE_WAY_OF_ALL = fact("link.per_gpu", 576, "Gbit/s")


@pytest.mark.parametrize(
    ("check", "given", "equation", "value"),
    [
        (link_records.after_encoding, (RAW, PERCENT, LINK), "rate before encoding × what the line code leaves", 32),
        (link_records.both_ways, (LINK, fact("link.total", 64, "Gbit/s")), "one way × 2 directions", 64),
        (
            link_records.all_links,
            (LINK, fact("link.max_links", 18, "link"), ALL_LINKS),
            "links × one way × 2 directions",
            1152,
        ),
        (link_records.all_links, (LINK, fact("link.max_links", 18, "link"), ONE_WAY_OF_ALL), "links × one way", 576),
        (
            link_records.domain,
            (
                fact("switch.per_gpu", 900, "GB/s"),
                fact("switch.max_gpus", 8, "GPU"),
                fact("switch.total", "7.2", "TB/s"),
            ),
            "accelerators × bandwidth of each",
            7.2,
        ),
        (
            link_records.system_network,
            (
                fact("network.ports", 8, "port"),
                fact("network.per_port", 400, "Gbit/s"),
                fact("network.total", "3.2", "Tbit/s"),
            ),
            "ports × rate of a port",
            3.2,
        ),
    ],
)
def test_a_rate_of_a_link_or_a_system(check, given, equation, value):
    (found,) = check(record(*given))
    assert (found.target, found.equation, found.holds) == (given[-1], equation, True)
    assert found.computed.value == pytest.approx(value)
    assert needs_all(check, given)


@pytest.mark.parametrize(
    ("each", "each_ways", "total", "total_ways"),
    [(900, BOTH, "7.2", BOTH), (450, (), "7.2", BOTH), (450, (), "3.6", ()), (900, BOTH, "3.6", ())],
)
def test_a_system_of_eight_counts_the_directions_that_are_printed(each, each_ways, total, total_ways):
    given = (
        fact("gpus.count", 8, "GPU"),
        fact("gpus.per_gpu_bandwidth", each, "GB/s", qualifiers=each_ways),
        fact("gpus.aggregate_bandwidth", total, "TB/s", qualifiers=total_ways),
    )
    (found,) = link_records.system_links(record(*given))
    assert found.holds and found.computed.value == pytest.approx(float(total))
    assert needs_all(link_records.system_links, given)


def test_memory_of_a_system_is_that_of_its_accelerators():
    path = BASE.systems["dgx-h100"].path
    count, total = fact("gpus.count", 8, "GPU"), fact("gpus.memory_total", 640, "GB")

    def found(*given):
        return list(link_records.system_memory(record(*given, path=path)))

    (identity,) = found(count, total, fact("gpus.accelerator", "h100-sxm5-80gb"))
    assert (identity.equation, identity.computed.value) == ("accelerators × memory of the H100 SXM", 640)
    assert found(count, total) == found(count, fact("gpus.accelerator", "h100-sxm5-80gb")) == []
    assert found(total, fact("gpus.accelerator", "h100-sxm5-80gb")) == []
    assert found(count, total, fact("gpus.accelerator", "no-such-card")) == []


@pytest.mark.parametrize("folder", link_records.CHECKS)
def test_checks_are_those_of_the_folder_of_the_record(folder):
    of_a_link = record(LINK, fact("link.total", 64, "Gbit/s"), folder=folder)
    assert len(list(link_records.of_record(of_a_link))) == (folder == "links")
    assert list(link_records.of_record(record(LINK, folder="gpus"))) == []


# Peaks

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


# MIG


def profile(name, **columns):
    units = {"memory": "GB", "sms": "SM", "max_count": "instance"}
    given = {key: fact(f"mig.{name}.{key}", value, units.get(key, "slice")) for key, value in columns.items()}
    return MigProfile(name, given, ())


def card(*profiles, capacity=80, sms=132):
    given = (fact("memory.capacity", capacity, "GB"), fact("compute.sm_count", sms, "SM"))
    return record(*given, mig={each.name: each for each in profiles})


def of_mig(key, words, *profiles, **others):
    found = mig.profiles(card(*profiles, **others))
    return [each for each in found if each.target.key == f"mig.{key}" and words in each.equation]


WHOLE = {"memory": 80, "memory_slices": 8, "compute_slices": 7}


@pytest.mark.parametrize(("memory_of_it", "right"), [(286, False), (287, True), (288, True), (289, False)])
def test_the_largest_profile_has_the_memory_of_the_card_or_one_gb_less(memory_of_it, right):
    whole = profile("7g.288gb", memory=memory_of_it, memory_slices=8)
    (found,) = of_mig("7g.288gb.memory", "memory of the card", whole, capacity=288)
    assert (found.holds, found.computed.value) == (right, 288)


@pytest.mark.parametrize(
    ("whole", "slices", "share"),
    [
        (80, 1, 10),
        (141, 1, 18),  # 17.6
        (141, 4, 71),  # 70.5
        (94, 1, 12),  # 11.75
        (186, 1, 23),  # 23.25
    ],
)
def test_a_profile_holds_its_share_of_the_memory_in_whole_gb(whole, slices, share):
    largest = profile("all", memory=whole, memory_slices=8)
    for said in (share - 1, share, share + 1):
        small = profile("some", memory=said, memory_slices=slices)
        (found,) = of_mig("some.memory", "share of the memory slices", small, largest, capacity=whole)
        assert (found.holds, found.computed.value) == (said == share, share)


def test_a_share_needs_memory_and_slices_of_both():
    without = profile("some", memory=10), profile("other", memory_slices=1)
    assert of_mig("some.memory", "share", profile("all", **WHOLE), *without) == []
    assert of_mig("other.memory", "share", profile("all", **WHOLE), *without) == []


def test_a_name_says_slices_and_memory_and_proves_neither():
    named = profile("2g.20gb", memory=20, compute_slices=3)
    slices = of_mig("2g.20gb.compute_slices", "name", named, profile("all", **WHOLE))
    held = of_mig("2g.20gb.memory", "name", named, profile("all", **WHOLE))
    assert [(each.holds, each.computed.value, each.backs) for each in (*slices, *held)] == [(False, 2, False), (True, 20, False)]
    assert of_mig("all.memory", "name", profile("all", **WHOLE)) == []


@pytest.mark.parametrize(("sms", "right"), [(18, True), (19, False)])
def test_seven_at_once_share_132_sms(sms, right):
    # 7 × 18 = 126, 7 × 19 = 133
    (found,) = of_mig("1g.sms", "", profile("1g", sms=sms, max_count=7), profile("all", **WHOLE))
    assert (found.holds, found.computed.value, found.weak) == (right, 18, True)
    assert found.equation == "7 at once have at most 18 each of 132 SMs; this many"


def test_slices_are_shared_as_sms_are():
    found = of_mig("1g.compute_slices", "at once", profile("1g", compute_slices=2, max_count=4), profile("all", **WHOLE))
    assert [(each.holds, each.computed.value) for each in found] == [(False, 1)]


@pytest.mark.parametrize("columns", [{"sms": 18}, {"max_count": 7}, {"sms": 18, "max_count": 0}, {"rows": 1, "max_count": 7}])
def test_what_is_not_known_is_not_shared(columns):
    assert of_mig("1g.sms", "", profile("1g", **columns), profile("all", **WHOLE)) == []


def test_a_limit_that_is_not_known_limits_nothing():
    small = profile("1g", memory_slices=2, max_count=7)
    assert of_mig("1g.memory_slices", "at once", small, profile("all", memory=80)) == []


# Models


@pytest.mark.parametrize(
    ("value", "unit", "counted", "right"),
    [
        ("8", "billion", 7_499_999_999, False),
        ("8", "billion", 7_500_000_000, True),
        ("8", "billion", 8_500_000_000, True),
        ("8", "billion", 8_500_000_001, False),
        (8_000_000_000, "parameter", 8_000_000_000, True),
        (8_000_000_000, "parameter", 8_000_000_001, False),
        (8_000_000_000, "parameter", 7_999_999_999, False),
    ],
)
def test_billions_are_rounded_and_counts_are_exact(value, unit, counted, right, monkeypatch):
    monkeypatch.setattr(models, "parameter_counts", lambda record: SimpleNamespace(total=counted))
    (found,) = models.parameters(record(fact("published.parameters", value, unit)))
    assert (found.holds, found.computed) == (right, Quantity(counted, "parameter"))


def test_stored_values_are_parameters_and_what_is_besides(monkeypatch):
    monkeypatch.setattr(models, "parameter_counts", lambda record: SimpleNamespace(total=1000))
    monkeypatch.setattr(models, "extras", lambda record: {"FP8 scales": 20, "a vision tower": 3})
    (found,) = models.stored(record(fact("published.stored", 1023, "parameter")))
    assert (found.holds, found.equation) == (True, "parameters + 20 FP8 scales + 3 a vision tower")


@pytest.mark.parametrize(
    ("published", "convention", "right"),
    [
        (100, "one token uses", True),
        (90, "without the input embedding", True),
        (83, "without embedding and output head", True),
        (99, "one token uses", False),
    ],
)
def test_active_parameters_are_counted_as_the_publisher_counts(published, convention, right, monkeypatch):
    monkeypatch.setattr(models, "parameter_counts", lambda record: SimpleNamespace(active=100, embedding=10, head=7))
    (found,) = models.active(record(fact("published.active", published, "parameter")))
    assert found.holds is right and found.equation.endswith(convention)


@pytest.mark.parametrize("check", [models.parameters, models.stored, models.active])
def test_a_model_that_publishes_no_count_has_nothing_to_compare(check):
    assert list(check(record())) == []


# Reasons

SECOND = next(iter(BASE.sources.values()))


def told_twice(first, unit, second, second_unit):
    value = fact("a.b", second).value
    return fact("a.b", first, unit, second=Second(value, second_unit, SECOND, "p. 2"))


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        (("3.35", "TB/s"), (3352, "GB/s"), True),
        ((3352, "GB/s"), ("3.35", "TB/s"), True),
        ((3355, "GB/s"), ("3.35", "TB/s"), True),
        ((3345, "GB/s"), ("3.35", "TB/s"), True),
        ((3356, "GB/s"), ("3.35", "TB/s"), False),
        ((3344, "GB/s"), ("3.35", "TB/s"), False),
        (("HBM3", ""), ("HBM3", ""), True),
        (("HBM3", ""), ("HBM2e", ""), False),
        ((True, ""), (True, ""), True),
        ((True, ""), (False, ""), False),
        ((3, ""), ("three", ""), False),
    ],
)
def test_sources_agree_within_the_coarser_of_both(first, second, agree):
    told = told_twice(*first, *second)
    assert sources_agree(told) is agree
    (_, found) = reasons({told.key: told}, [])[told.key]
    assert found.kind == ("second" if agree else "differs")


@pytest.mark.parametrize(
    ("second", "unit", "said"),
    [(12000, "GB/s", "12,000 GB/s"), ("HBM3", "", "HBM3"), (True, "", "True"), ("1234.5", "W", "1,234.5 W")],
)
def test_a_second_source_is_quoted(second, unit, said):
    told = told_twice(second, unit, second, unit)
    assert reasons({told.key: told}, [])[told.key][1].text == f"{SECOND.title}: {said}"


def test_a_fact_without_a_second_source_has_none_to_agree():
    assert sources_agree(TEN) is None
    assert [each.kind for each in reasons({TEN.key: TEN}, [])[TEN.key]] == ["sourced"]


def identity(target=TEN, operands=(), holds=True, circular=False, weak=False):
    return Identity(target, "what it says", operands, Quantity(1234.5678, ""), holds, circular, weak)


@pytest.mark.parametrize(
    ("found", "kinds"),
    [
        (identity(), ["identity"]),
        (identity(holds=False), ["differs"]),
        (identity(circular=True), ["circular"]),
        (identity(weak=True), []),
        (identity(holds=False, weak=True), ["differs"]),
    ],
)
def test_an_equation_is_a_reason_for_or_against(found, kinds):
    told = reasons({TEN.key: TEN}, [found])[TEN.key][1:]
    assert [each.kind for each in told] == kinds
    assert all(each.text == "what it says = 1,234.57" for each in told)


@pytest.mark.parametrize(
    ("found", "alone"),
    [
        ([identity()], ["a.operand", "a.other"]),
        ([identity(operands=(fact("a.operand", 5),))], ["a.other"]),
        ([identity(holds=False)], ["a.total", "a.operand", "a.other"]),
        ([identity(weak=True)], ["a.total", "a.operand", "a.other"]),
        ([identity(target=fact("a.total", 10, disagreement="why"))], ["a.total", "a.operand", "a.other"]),
        ([], ["a.total", "a.operand", "a.other"]),
    ],
)
def test_facts_that_nothing_repeats(found, alone):
    given = [TEN, fact("a.operand", 5), fact("a.other", 1)]
    assert [each.key for each in sourced_only({each.key: each for each in given}, found)] == alone


@pytest.mark.parametrize(("disagreement", "second", "alone"), [("", 10, 0), ("", 20, 1), ("explained", 10, 1)])
def test_a_second_source_that_agrees_repeats_a_fact_unless_it_disagrees_elsewhere(disagreement, second, alone):
    told = fact("a.b", 10, second=Second(second, "", SECOND, "p. 2"), disagreement=disagreement)
    assert len(sourced_only({told.key: told}, [])) == alone
    assert sourced_only({told.key: told}, [identity(target=fact("a.b", 10))]) == []
