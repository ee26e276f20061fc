"""What one accelerator can send to others, one way, taken from the facts of every accelerator and system."""

import pytest

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


@pytest.mark.parametrize("slug", ["dgx-spark-pair", "dgx-h200"])
def test_no_network_between_systems_is_missing(slug):
    with pytest.raises(MissingFact):
        interconnect.outside(SYSTEMS[slug])


@pytest.mark.parametrize("slug", sorted(SYSTEMS))
def test_every_system_has_a_path_inside_or_says_why_not(slug):
    found = interconnect.inside(SYSTEMS[slug], 2)
    assert found.quantity.base > 0
    assert not isinstance(found, Derived) or (found.how and found.facts)
