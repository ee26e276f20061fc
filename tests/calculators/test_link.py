"""Links: rates, line codes and message times, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, facts, run

LINKS, SYSTEMS = facts.load().links, facts.load().systems


def outputs(**inputs):
    return run("link", inputs).outputs


@pytest.mark.parametrize(
    ("link", "one_way", "both"),
    [
        # PCIe x16: 16 or 32 GT/s x 16 lanes x 128/130 / 8 = 31.5 and 63.0; NVLink: 12 or 18 links x 25 GB/s; NDR: 400/8 = 50
        ("pcie-3", 15.75, 31.5),
        ("pcie-4", 31.5, 63.0),
        ("pcie-5", 63.0, 126.0),
        ("nvlink-3", 300, 600),
        ("nvlink-4", 450, 900),
        ("nvlink-5", 900, 1800),
        ("infiniband-ndr", 50, 100),
        ("infiniband-qdr", 4, 8),
        ("ethernet-400g", 50, 100),
    ],
)
def test_published_rates(link, one_way, both):
    got = outputs(link=link)
    assert got["one_way"].to("GB/s") == pytest.approx(one_way, rel=5e-4)
    assert got["both_ways"].to("GB/s") == pytest.approx(both, rel=5e-4)


def test_what_line_codes_take():
    # 8b/10b 20%, 64b/66b 3.03%, 128b/130b 1.54%, 242 bytes of a FLIT of 256 5.47%
    taken = {link: outputs(link=link)["overhead"].to("%") for link in ("infiniband-sdr", "infiniband-edr", "pcie-5", "pcie-6")}
    assert taken == pytest.approx({"infiniband-sdr": 20, "infiniband-edr": 100 / 33, "pcie-5": 100 / 65, "pcie-6": 1400 / 256})


def test_half_the_lanes_halve_the_rate():
    for link in ("pcie-4", "nvlink-4", "infiniband-ndr"):
        full = LINKS[link]["link.lanes"].value
        assert outputs(link=link, lanes=str(full // 2))["one_way"].base == pytest.approx(outputs(link=link)["one_way"].base / 2)
    assert outputs(link="pcie-4", lanes="8")["one_way"].base == pytest.approx(outputs(link="pcie-3")["one_way"].base)


def test_all_lanes_are_the_stated_rate_itself():
    # one link of NVLink 4 has two lanes and 25 GB/s each way
    assert "1 of 2 lanes" in said(link="nvlink-4", lanes="1")
    assert "lanes" not in said(link="nvlink-4", lanes="2") and "lanes" not in said(link="nvlink-4")


def test_lanes_change_nothing_where_none_are_known():
    assert outputs(link="efa-3", lanes="4")["one_way"] == outputs(link="efa-3")["one_way"]


def test_a_link_waits_a_microsecond_unless_it_states_how_long():
    # 63.015 GB/s of PCIe 5.0 x16 for one microsecond: 63 kB; 25 GB/s of HDR for 0.6: 15 kB
    assert outputs(link="pcie-5")["half_size"].to("kB") == pytest.approx(63.015, abs=0.001)
    assert outputs(link="infiniband-hdr")["half_size"].to("kB") == pytest.approx(15)


def test_a_message_by_hand():
    # 16 GB over 200 Gbit/s: 16 / 25 = 0.64 s; with the 0.6 us of the adapter
    got = outputs(link="infiniband-hdr", size="16 GB")
    assert got["time"].to("s") == pytest.approx(0.64 + 0.6e-6)


def test_at_half_size_half_of_the_rate_is_reached():
    half = outputs(latency="5 us")["half_size"]
    got = outputs(latency="5 us", size=f"{half.value:.6f} {half.unit}")
    assert got["latency_share"].to("%") == pytest.approx(50, rel=1e-4)
    assert outputs(latency="5 us", size=f"{half.value * 0.99:.6f} {half.unit}")["limit"] == "latency"
    assert outputs(latency="5 us", size=f"{half.value * 1.01:.6f} {half.unit}")["limit"] == "bandwidth"


def test_paths_of_a_node():
    # DGX H100: 450 GB/s inside, 8 x 400 Gbit/s for eight GPUs = 50 GB/s between nodes: nine times slower
    got = outputs(system="dgx-h100", latency="0", size="450 MB")
    assert [got[name].to("GB/s") for name in ("inside", "outside")] == pytest.approx([450, 50])
    assert got["step"].base == pytest.approx(9)
    assert [got[name].to("ms") for name in ("inside_time", "outside_time")] == pytest.approx([1, 9])


def test_two_of_eight_without_a_switch_have_one_link():
    assert outputs(system="azure-nd96isr-mi300x-v5")["inside"].to("GB/s") == pytest.approx(64)


@pytest.mark.parametrize("slug", sorted(LINKS))
@pytest.mark.parametrize("reached", ["100%", "80%"])
def test_every_link_has_a_rate(slug, reached):
    got = outputs(link=slug, reached=reached)
    assert got["one_way"].base > 0
    assert got["both_ways"].base == pytest.approx(2 * got["one_way"].base)


@pytest.mark.parametrize("slug", sorted(SYSTEMS))
def test_every_system_gives_a_result(slug):
    got = outputs(system=slug)
    assert got["inside"].base > 0
    if got["outside"] != "none":
        assert got["step"].base == pytest.approx(got["inside"].base / got["outside"].base)


@given(st.floats(1e-3, 1e6), st.floats(1e-3, 1e6))
def test_a_longer_message_never_arrives_earlier(a, b):
    first, second = (outputs(size=f"{size:.6f} MB")["time"].base for size in sorted((a, b)))
    assert first <= second


def test_an_own_rate_stands_in_for_lanes_and_code():
    got = outputs(link="pcie-5", one_link="50 GB/s")
    assert got["one_way"].to("GB/s") == pytest.approx(50)
    assert got["overhead"] == "none"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("link", "pcie-9"),
        ("system", "dgx"),
        ("lanes", "2.5"),
        ("lanes", "0"),
        ("size", "3 GB/s"),
        ("reached", "0%"),
        ("links", "-1"),
    ],
)
def test_bad_input_is_refused_by_field(field, text):
    with pytest.raises(InputProblems) as wrong:
        outputs(**{field: text})
    assert field in {problem.field for problem in wrong.value.problems}


def said(**inputs):
    return " ".join(run("link", inputs).working.remarks)


def test_what_is_on_the_wire_before_the_line_code():
    # PCIe 5.0 x16: 32 GT/s * 16 lanes / 8 = 64 GB/s on the wire of one slot, 128 GB/s on those of two
    assert outputs(link="pcie-5")["before_encoding"].to("GB/s") == pytest.approx(64)
    assert outputs(link="pcie-5", links="2")["before_encoding"].to("GB/s") == pytest.approx(128)


def test_what_programs_reach_stretches_every_message():
    # 450 MB at half of 450 and of 50 GB/s inside and between nodes: 2 and 18 ms; at half of 45 GB/s: 20 ms
    got = outputs(system="dgx-h100", one_link="45 GB/s", latency="0", size="450 MB", reached="50%")
    assert [got[name].to("ms") for name in ("time", "inside_time", "outside_time")] == pytest.approx([20, 2, 18])
    # half of the rate is reached at 2 us * 22.5 GB/s = 45 kB
    assert outputs(one_link="45 GB/s", latency="2 us", reached="50%")["half_size"].to("kB") == pytest.approx(45)


def test_a_message_that_is_sent_as_long_as_it_waits_is_limited_by_bandwidth():
    # 1 kB at 1 GB/s takes a microsecond
    assert outputs(one_link="1 GB/s", latency="1 us", size="0.001 MB")["limit"] == "bandwidth"


def test_what_is_remarked_on():
    assert "states a latency" in said(link="pcie-5") and "states a latency" not in said(link="infiniband-hdr")
    fabric = next(slug for slug in sorted(LINKS) if str(LINKS[slug].facts.get("identity.family")) == "Infinity Fabric")
    assert "Each link leads to another accelerator" in said(link=fabric, links="2")
    for other in ({"link": fabric, "links": "1"}, {"link": "nvlink-4", "links": "2"}):
        assert "Each link leads" not in said(**other)


def test_only_a_node_without_a_network_is_said_to_have_none():
    alone = [slug for slug in sorted(SYSTEMS) if outputs(system=slug)["outside"] == "none"]
    assert alone and "dgx-h100" not in alone
    assert all("no network for traffic" in said(system=slug) for slug in alone[:2])
    assert "no network for traffic" not in said(system="dgx-h100")


def test_only_at_the_full_rate_the_summary_gives_a_floor():
    assert " in at least " in run("link").summary
    assert "at least" not in run("link", {"reached": "99%"}).summary
