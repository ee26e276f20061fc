"""What one accelerator can send to others, one way, taken from the facts of every accelerator and system."""

from dataclasses import replace

import pytest
from altered import altered

from calculators import facts, interconnect
from calculators.declare import Derived
from calculators.records import MissingFact
from calculators.units import Quantity

BASE = facts.load()
GPUS, SYSTEMS = BASE.accelerators, BASE.systems


def gb(found):
    return round(Quantity(found.quantity.base, "GB/s").value, 2)


@pytest.mark.parametrize(
    ("slug", "rate"),
    [("h100-sxm5-80gb", 450), ("a100-sxm4-80gb", 300), ("b200-sxm-180gb", 900), ("mi300x", 448), ("rtx-3090", 56.25)],
)
def test_a_link_counts_one_direction_however_it_is_printed(slug, rate):
    assert gb(interconnect.over_own_links(GPUS[slug])) == rate


@pytest.mark.parametrize("slug", [slug for slug in sorted(GPUS) if interconnect.has_own_link(GPUS[slug])])
def test_a_rate_of_both_directions_is_halved_and_says_so(slug):
    _, fact = interconnect.own_link(GPUS[slug])
    found = interconnect.over_own_links(GPUS[slug])
    if "both-directions" in fact.qualifiers:
        assert isinstance(found, Derived) and found.quantity.base == fact.base / 2
        assert "both directions" in found.how and found.facts == (fact,)
    else:
        assert found is fact


@pytest.mark.parametrize("slug", ["rtx-4090", "l40s", "t4", "a10", "mi300a", "apple-m2-ultra"])
def test_no_link_of_its_own_is_missing_not_zero(slug):
    assert not interconnect.has_own_link(GPUS[slug])
    with pytest.raises(MissingFact, match=GPUS[slug].short):
        interconnect.over_own_links(GPUS[slug])


def test_links_inside_a_package_lead_nowhere_else():
    assert "interconnect.nvlink_c2c_per_direction" in GPUS["gh200-96gb"]
    assert gb(interconnect.over_own_links(GPUS["gh200-96gb"])) == 450  # NVLink, which happens to have the rate of NVLink-C2C
    assert interconnect.own_link(GPUS["gh200-96gb"])[0] == "nvlink"


def test_without_a_switch_a_small_group_has_few_links():
    # MI300X: seven links of 64 GB/s, one to each other accelerator of the node
    assert [gb(interconnect.over_own_links(GPUS["mi300x"], n)) for n in (2, 4, 8)] == [64, 192, 448]
    assert gb(interconnect.over_own_links(GPUS["h100-sxm5-80gb"], 2)) == 450


def test_the_links_inside_a_group_are_one_fewer_than_its_members_and_at_least_one():
    mi300x = GPUS["mi300x"]
    assert [gb(interconnect.over_own_links(mi300x, n)) for n in (1, 3, 7)] == [64, 128, 384]
    for whole in (8, 9, None):
        assert interconnect.over_own_links(mi300x, whole) is mi300x["interconnect.infinity_fabric_per_direction"]


def test_an_accelerator_said_to_have_no_links_is_not_one_of_which_nothing_is_known():
    for slug in ("l4", "t4"):  # whose bandwidth is zero, and whose links are
        assert interconnect.own_link(GPUS[slug])[1].value == 0
    assert interconnect.own_link(GPUS["apple-m1"]) is None


def test_without_lanes_the_printed_rate_of_the_slot_counts():
    # B100: PCIe 5.0, 128 GB/s as printed; Gaudi 2 prints a rate and no generation
    for slug, rate in (("b100-sxm", 128), ("gaudi-2", 32)):
        assert gb(interconnect.over_pcie(GPUS[slug])) == rate
    with pytest.raises(MissingFact, match="no PCIe generation and lanes, and no rate of its slot"):
        interconnect.over_pcie(GPUS["dgx-spark"])


def test_cards_may_be_joined_by_a_cable_or_by_nothing_known():
    workstation = SYSTEMS["workstation-2x-rtx-4090"]
    assert gb(interconnect.inside(altered(workstation, gpus__link="ethernet-400g"))) == 50
    for other in (altered(workstation, gpus__link="nvlink-bridge-h100"), altered(workstation, without=("gpus.link",))):
        with pytest.raises(MissingFact, match="no known link between its accelerators"):
            interconnect.inside(other)


def test_pcie_is_computed_alike_for_every_card():
    # 16 GT/s x 16 lanes x 128/130 / 8 = 31.51 GB/s; twice that for PCIe 5.0: printed as 31, 31.5, 32, 63 and 64
    for slug in ("a10", "a100-sxm4-80gb", "rtx-4090", "rtx-6000-ada"):
        assert gb(interconnect.over_pcie(GPUS[slug])) == 31.51
    for slug in ("h100-sxm5-80gb", "rtx-5090", "mi300x"):
        assert gb(interconnect.over_pcie(GPUS[slug])) == 63.02
    assert gb(interconnect.over_pcie(GPUS["rtx-4060-ti-16gb"])) == 15.75  # eight lanes


def test_inside_a_system():
    # a board that splits its lanes leaves each card half of the slot
    assert gb(interconnect.inside(SYSTEMS["dgx-h100"])) == 450
    assert gb(interconnect.inside(SYSTEMS["workstation-2x-rtx-4090"])) == 15.75
    assert gb(interconnect.inside(SYSTEMS["workstation-4x-rtx-4090"])) == 31.51
    assert gb(interconnect.inside(SYSTEMS["dgx-spark-pair"])) == 25


def test_the_share_of_the_network():
    # eight ports of 400 Gbit/s for eight GPUs: 50 GB/s each; 32 of 100 are the same; 4 of 100 for eight: 6.25
    assert [gb(interconnect.outside(SYSTEMS[s])) for s in ("dgx-h100", "aws-p5-48xlarge", "aws-p4d-24xlarge")] == [50, 50, 6.25]
    assert gb(interconnect.outside(SYSTEMS["gb200-nvl72"])) == 50
    assert gb(interconnect.outside(SYSTEMS["aws-g6-48xlarge"])) == 1.56  # 100 Gbit/s as advertised


@pytest.mark.parametrize(
    ("slug", "why"),
    [
        ("dgx-2", "no known ports .* names the card, not its rate"),
        ("tinybox-green", "no known ports .* no document read states them"),
        ("lambda-8x-h100", "no known ports"),
    ],
)
def test_ports_that_are_not_known_are_missing_with_the_reason(slug, why):
    with pytest.raises(MissingFact, match=why):
        interconnect.outside(SYSTEMS[slug])


def test_an_advertised_network_does_not_stand_in_for_ports_that_were_looked_for():
    system = SYSTEMS["aws-g6-48xlarge"]
    with pytest.raises(MissingFact, match="not stated"):
        interconnect.outside(replace(system, missing={"network.per_port": "not stated"}))


@pytest.mark.parametrize("slug", ["dgx-spark-pair", "dgx-h200"])
def test_no_network_between_systems_is_missing(slug):
    with pytest.raises(MissingFact):
        interconnect.outside(SYSTEMS[slug])


@pytest.mark.parametrize("slug", sorted(SYSTEMS))
def test_every_system_has_a_path_inside_or_says_why_not(slug):
    found = interconnect.inside(SYSTEMS[slug], 2)
    assert found.quantity.base > 0
    assert not isinstance(found, Derived) or (found.how and found.facts)
