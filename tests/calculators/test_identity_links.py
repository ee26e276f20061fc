"""Equations between the facts of links, of accelerators and by themselves: what each gives, and which facts it needs."""

import pytest
from identity_answers import needs_all
from invented import BASE, BOTH, fact, record

from calculators.identities import link_records, links


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
