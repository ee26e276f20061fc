"""Equations between the facts of one record: each on hand-worked published figures, and on one that is wrong."""

import pytest

from calculators import facts
from calculators.identities import backing, identities

SHEET = """[sheet]
title = "Sheet"
publisher = "P"
kind = "vendor datasheet"
version = "1"
address = "https://x.example"
access = "direct"
"""
HEAD = 'name = "X"\nshort = "X"\nvendor = "V"\n'
READ = 'source = "sheet", where = "p. 1"'


def record(tmp_path, text):
    for folder, content in (("sources", SHEET), ("gpus", HEAD + text.replace("READ", READ))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.toml").write_text(content, "utf-8")
    base, problems = facts.read(tmp_path)
    assert problems == []
    return base.record("x")


def found(record, target, words):
    [identity] = [each for each in identities(record) if each.target.key == target and words in each.equation]
    return identity


STACKS = """[memory]
capacity = { value = VALUE, unit = "GB", READ }
stacks = { value = 5, unit = "stack", READ }
stack_capacity = { value = 16, unit = "GB/stack", basis = "read", READ }
"""
CORES = """[compute]
sm_count = { value = 132, unit = "SM", READ }
tensor_cores = { value = VALUE, unit = "core", READ }
tensor_cores_per_sm = { value = 4, unit = "core/SM", READ }
"""
UNITS = """[compute]
cu_count = { value = 304, unit = "CU", READ }
[peak]
bf16_tensor = { value = VALUE, unit = "TFLOPS", qualifiers = ["dense"], READ }
[rate]
bf16_tensor = { value = 2048, unit = "FLOP/clock/CU", basis = "read", READ }
[peak_clock]
default = { value = 2100, unit = "MHz", basis = "read", READ }
"""
LADDER = """[peak]
fp16_tensor = { value = 989.4, unit = "TFLOPS", qualifiers = ["dense"], READ }
fp8_tensor = { value = VALUE, unit = "TFLOPS", qualifiers = ["dense"], READ }
"""
INTEGERS = """[peak]
fp16_tensor = { value = 165.2, unit = "TFLOPS", qualifiers = ["dense", "fp32-accumulate"], READ }
fp16_tensor_fp16_accumulate = { value = 330.3, unit = "TFLOPS", qualifiers = ["dense", "fp16-accumulate"], READ }
int8_tensor = { value = VALUE, unit = "TOPS", qualifiers = ["dense"], READ }
"""
FABRIC = """[interconnect]
infinity_fabric_links = { value = 7, unit = "link", READ }
infinity_fabric_per_link = { value = 128, unit = "GB/s", qualifiers = ["both-directions"], READ }
infinity_fabric_total = { value = VALUE, unit = "GB/s", qualifiers = ["both-directions"], READ }
"""
FLITS = """[interconnect]
pcie_generation = { value = 6, READ }
pcie_lanes = { value = 16, unit = "lane", READ }
pcie_per_direction = { value = VALUE, unit = "GB/s", qualifiers = ["per-direction"], READ }
"""
DENSITY = """[identity]
process = { value = "TSMC 4N", READ }
transistors = { value = VALUE, unit = "billion", READ }
die_area = { value = 814, unit = "mm^2", READ }
"""
MIG = """[compute]
sm_count = { value = 132, unit = "SM", READ }
[memory]
capacity = { value = 141, unit = "GB", READ }
[mig]
READ_IN
[mig.profiles]
"1g.18gb" = { sms = SMS, memory = MEMORY, compute_slices = 1, memory_slices = 1, max_count = 7 }
"7g.141gb" = { sms = 132, memory = 141, compute_slices = 7, memory_slices = 8, max_count = 1 }
""".replace("READ_IN", 'source = "sheet"\nwhere = "p. 1"')

SPARSE_UNITS = UNITS.replace("[peak]", "[peak_sparse]").replace('"dense"', '"sparse-2:4"')


@pytest.mark.parametrize(
    ("text", "target", "words", "right", "wrong"),
    [
        (STACKS, "memory.capacity", "stacks", 80, 94),  # A100: 5 stacks of 16 GB
        (CORES, "compute.tensor_cores", "per SM", 528, 640),  # H100 SXM: 132 SMs of 4
        (UNITS, "peak.bf16_tensor", "Compute units", "1307.4", "2614.9"),  # MI300X: 304 x 2048 x 2100 MHz, not the sparse rate
        (SPARSE_UNITS, "peak_sparse.bf16_tensor", "2 × Compute units", "2614.9", "1307.4"),  # no dense peak printed: 2 x 1307.4
        (LADDER, "peak.fp8_tensor", "2 × FP16 rate", "1978.9", "3957.8"),  # H100: twice 989.4
        (INTEGERS, "peak.int8_tensor", "FP16 accumulate", "660.6", "1321.2"),  # RTX 4090: twice 330.3, not the sparse rate
        (FABRIC, "interconnect.infinity_fabric_total", "links", 896, 448),  # MI300X: 7 x 128, both ways already
        (FLITS, "interconnect.pcie_per_direction", "lanes", "121.0", "126.0"),  # 16 x 64 / 8 x 242/256; not 128b/130b
    ],
)
def test_published_figures_by_hand(tmp_path, text, target, words, right, wrong):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert found(record(tmp_path / "a", text.replace("VALUE", str(right))), target, words).backs
    assert not found(record(tmp_path / "b", text.replace("VALUE", str(wrong))), target, words).holds


def test_a_slipped_digit_gives_a_density_no_process_has(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plausible = found(record(tmp_path / "a", DENSITY.replace("VALUE", "80")), "identity.transistors", "million per mm²")
    assert plausible.holds and not plausible.backs  # 98 million per mm²: likely, but no proof
    assert not found(record(tmp_path / "b", DENSITY.replace("VALUE", "800")), "identity.transistors", "million per mm²").holds


def test_mig_profiles_hold_their_share_and_fit(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    # H200: 141 / 8 = 17.6, printed as 18; seven times 16 SMs are 112 of 132
    good = record(tmp_path / "a", MIG.replace("SMS", "16").replace("MEMORY", "18"))
    assert all(identity.holds for identity in identities(good))
    assert good["mig.1g.18gb.sms"].value == 16
    # 20 SMs do not fit seven times, and 20 GB is neither the name nor the share
    bad = record(tmp_path / "b", MIG.replace("SMS", "20").replace("MEMORY", "20"))
    assert {identity.target.key for identity in identities(bad) if not identity.holds} == {
        "mig.1g.18gb.sms",
        "mig.1g.18gb.memory",
    }


def test_a_rate_worked_back_from_its_peak_proves_nothing(tmp_path):
    circular = UNITS.replace("VALUE", "1307.4").replace('basis = "read"', 'basis = "derived"')
    found_in = record(tmp_path, circular)
    assert found(found_in, "peak.bf16_tensor", "Compute units").circular
    assert {reason.kind for reason in backing(found_in)["peak.bf16_tensor"]} == {"sourced", "circular"}
