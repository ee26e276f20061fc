"""Links and systems: rates by hand, equations that hold and that would not, and tables in one unit and one direction."""

import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest

from calculators import facts, identities
from calculators.identities import link_records
from calculators.present import link_tables, topology
from calculators.units import Quantity
from hooks.checks import targets

BASE = facts.load()
LINKS = sorted(BASE.links)
SYSTEMS = sorted(BASE.systems)


def computed(slug, key, equation=""):
    """What the equations of a record give for one of its facts, in the fact's own unit."""
    return [
        identity.computed.value
        for identity in identities.identities(BASE.record(slug))
        if identity.target.key == key and equation in identity.equation
    ]


@pytest.mark.parametrize(
    ("slug", "gbytes"),
    [
        ("pcie-3", 15.754),  # 16 lanes × 8 Gbit/s × 128/130 / 8
        ("pcie-4", 31.508),
        ("pcie-5", 63.015),  # 16 × 32 × 128/130 / 8
        ("pcie-6", 121.0),  # 16 × 64 × 242/256 / 8: 14 bytes of a FLIT of 256 are checksum and error correction
    ],
)
def test_pcie_by_hand(slug, gbytes):
    assert computed(slug, "link.per_direction") == [pytest.approx(gbytes, abs=5e-4)]


@pytest.mark.parametrize(
    ("slug", "gbits"),
    [
        ("infiniband-qdr", 32),  # 4 × 10 × 8/10
        ("infiniband-edr", 100),  # 4 × 25.78125 × 64/66
        ("infiniband-hdr", 200),  # 4 × 53.125 × 256/257 × 514/544
        ("infiniband-ndr", 400),
        ("infiniband-xdr", 800),
        ("ethernet-100g", 100),
        ("ethernet-800g", 800),
    ],
)
def test_network_ports_by_hand(slug, gbits):
    assert computed(slug, "link.per_direction") == [pytest.approx(gbits, rel=1e-9)]


def test_nvlink_by_hand():
    assert computed("nvlink-4", "link.per_gpu") == [900]  # 18 × 25 × 2
    assert computed("nvlink-3", "link.per_direction") == [25]  # 4 lanes × 6.25
    # 26.5625 on the wire × 0.9412 = 25.0006, within the digits of 94.12 %
    assert computed("nvlink-4", "link.per_direction", "before encoding") == [pytest.approx(25, abs=1e-3)]


def test_nvl72_by_hand():
    assert computed("gb200-nvl72", "gpus.aggregate_bandwidth") == [pytest.approx(129.6)]  # 72 × 1.8 TB/s, printed as 130
    assert computed("gb200-nvl72", "network.total") == [pytest.approx(28.8)]  # 72 × 400 Gbit/s
    assert computed("gb200-nvl72", "gpus.memory_total") == [pytest.approx(13.392)]  # 72 × 186 GB, printed as 13.4 TB


def test_hdr_is_not_ndr():
    # 64b/66b, which one source carries on with, would leave 206 Gbit/s of an HDR port
    record = BASE.links["infiniband-hdr"]
    wrong = float(record["link.signalling_rate"].value) * 4 * float(link_records.LINE_CODES["64b/66b"])
    assert wrong == pytest.approx(206.06, abs=0.01) and record["link.per_direction"].value == Decimal(200)
    assert BASE.links["infiniband-ndr"]["link.per_direction"].value == Decimal(400)


@pytest.mark.parametrize("slug", LINKS + SYSTEMS)
def test_every_equation_holds_or_is_explained(slug):
    for identity in identities.identities(BASE.record(slug)):
        assert identity.holds or identity.target.disagreement, f"{identity.target.address}: {identity.equation}"


def test_a_wrong_rate_is_noticed():
    record = BASE.links["nvlink-4"]
    changed = dict(record.facts) | {"link.per_gpu": replace(record["link.per_gpu"], value=600)}
    found = link_records.all_links(replace(record, facts=changed))
    assert [identity.holds for identity in found] == [False]


@pytest.mark.parametrize("slug", SYSTEMS)
def test_a_system_names_records_that_exist(slug):
    record = BASE.systems[slug]
    assert str(record["gpus.accelerator"]) in BASE.accelerators
    for key in ("gpus.link", "network.kind"):
        if key in record:
            assert str(record[key]) in BASE.links, f"{slug}: {key}"


@pytest.mark.parametrize("slug", LINKS + SYSTEMS)
def test_line_codes_and_vendors_are_known(slug):
    record = BASE.record(slug)
    assert record.vendor and record.name
    if "link.encoding" in record:
        assert str(record["link.encoding"]) in link_records.LINE_CODES


@pytest.mark.parametrize("folder", ["links", "systems"])
def test_every_fact_has_the_row_that_pages_lead_to(folder):
    html = link_tables.every_fact(folder)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for record in getattr(BASE, folder).values():
        assert record.slug in ids
        for fact in record.facts.values():
            assert targets.of_fact(BASE, fact) == f"/{folder}/index.md#{record.slug}-{targets.anchor(fact.key)}"
            assert f"{record.slug}-{targets.anchor(fact.key)}" in ids


def cells(html, name):
    row = next(row for row in re.findall(r"<tr>(.*?)</tr>", html) if f">{name}</a>" in row)
    return [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]


def test_the_tables_show_one_direction():
    assert cells(link_tables.links(), "NVLink 4") == ["–", "2 lanes", "25 GB/s", "18 links", "450 GB/s"]
    assert cells(link_tables.links(), "InfiniBand NDR") == ["106.25 Gbit/s", "4 lanes", "50 GB/s", "–", "–"]
    # DGX H100: 8 × 400 Gbit/s = 400 GB/s, 50 for each GPU
    assert cells(link_tables.systems(), "NVIDIA DGX H100") == [
        "8 × H100 SXM", "640 GB", "NVLink 4", "450 GB/s", "400 GB/s", "50 GB/s", "10.2 kW",
    ]  # fmt: skip


def test_a_card_on_half_of_its_lanes_has_half_of_the_rate():
    assert cells(link_tables.systems(), "Desktop with two RTX 4090 on one desktop processor")[3] == "15.75 GB/s"
    assert cells(link_tables.systems(), "Workstation with four RTX 4090")[3] == "31.5 GB/s"


def test_one_way_of_both():
    assert link_tables.one_way(BASE.links["nvlink-5"]["link.per_gpu"]) == Quantity.of(900, "GB/s").base
    assert link_tables.one_way(BASE.links["nvlink-5"]["link.per_direction"]) == Quantity.of(50, "GB/s").base
    assert link_tables.one_way(None) is None


def test_the_drawings_have_a_link_where_the_shape_has_one():
    drawings = topology.shapes().split("<figure")[1:]
    # a star of 8, all 8 × 7 / 2 pairs, a cube mesh of 4 links for each of 8 GPUs, four slots
    assert [drawing.count("<line") for drawing in drawings] == [8, 28, 16, 4]
    assert all('role="img"' in drawing and "aria-label" in drawing for drawing in drawings)
