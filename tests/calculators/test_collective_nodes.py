"""Collectives inside nodes and between them: what may be asked for, what each path waits, and what is remarked on."""

import pytest

from calculators import InputProblems, run

ONE_US = {"latency": "1 us", "network_latency": "10 us"}
BRIDGED = {"gpu": "h100-pcie-80gb"}  # cards joined by bridges


def outputs(**inputs):
    return run("collectives", inputs).outputs


def labels(**inputs):
    return [step.label for step in run("collectives", inputs).working.steps]


def said(**inputs):
    return " ".join(run("collectives", inputs).working.remarks)


def test_a_ring_of_eight_waits_fourteen_hops():
    # NCCL, src/graph/tuning.cc, ring with the Simple protocol: 3.4 us over NVLink, 5.7 us over PCIe
    paths = ({}, {"path": "system"}, {"path": "own", "bandwidth": "10 GB/s"}, {"path": "pcie"})
    waits = [outputs(**path)["waiting"].to("us") for path in paths]
    assert waits == pytest.approx([14 * 3.4, 14 * 3.4, 14 * 3.4, 14 * 5.7])


def test_a_group_inside_a_node_has_the_links_of_its_node():
    # MI300X, two in each of two nodes: the one link between a pair, 64 GB/s
    assert run("collectives", {"gpu": "mi300x", "gpus": "4", "nodes": "2"}).inputs.bandwidth == pytest.approx(64e9)


def test_endless_messages_run_at_the_link_to_the_byte():
    # seven over 1 MB/s: 12/7 of the array are sent, and 12/7 are counted
    got = outputs(gpus="7", path="own", bandwidth="0.001 GB/s")
    assert got["floor_bus"].base == pytest.approx(1e6, rel=1e-9)


@pytest.mark.parametrize("inputs", [{"gpus": "8", "path": "system"}, {"gpus": "16", "nodes": "2", "path": "system"}])
def test_a_node_may_be_full(inputs):
    assert outputs(**inputs)["time"].base > 0


def test_bridges_join_four_in_each_node():
    assert outputs(gpus="8", nodes="2", **BRIDGED)["time"].base > 0
    with pytest.raises(InputProblems, match="bridges"):
        outputs(gpus="5", **BRIDGED)


@pytest.mark.parametrize("inputs", [{"gpus": "4", "nodes": "4"}, {"gpus": "16", "nodes": "2", "operation": "broadcast"}])
def test_two_levels_need_both_levels_and_parts_to_exchange(inputs):
    with pytest.raises(InputProblems, match="several nodes with several GPUs"):
        outputs(algorithm="two_level", **inputs)


def test_hops_between_nodes_by_hand():
    # a tree over two nodes of eight has three levels inside and one between, there and back
    assert outputs(algorithm="tree", gpus="16", nodes="2", **ONE_US)["waiting"].to("us") == pytest.approx(2 * (3 * 1 + 1 * 10))
    # two levels over four nodes of eight: a ring of eight inside, one of four between
    assert outputs(algorithm="two_level", gpus="32", nodes="4", **ONE_US)["waiting"].to("us") == pytest.approx(14 * 1 + 6 * 10)
    # an all-to-all in one node: seven others
    assert outputs(operation="all_to_all", **ONE_US)["waiting"].to("us") == pytest.approx(7)


def test_one_node_has_nothing_between_nodes():
    assert "Levels between nodes" not in labels(algorithm="tree")
    assert "Sent between nodes" not in labels(operation="all_to_all")


def test_three_cards_need_more_than_most_bridges_and_pairs_in_nodes_do_not():
    assert "most bridges join two" in said(gpus="3", **BRIDGED)
    assert "most bridges join two" not in said(gpus="8", nodes="4", **BRIDGED)


def test_what_exceeds_the_share_of_the_link_that_is_reached_is_remarked():
    # half of the link: the switch makes 1.75 of it
    assert "exceed the link" in said(algorithm="in_switch", reached="50%")
    # 19,999/20,000 over 9,999/10,000: by one in 20,000 of 10 kB/s, half a byte per second
    slow = {"path": "own", "bandwidth": "0.001 GB/s", "reached": "1%"}
    assert "exceed the link" in said(algorithm="two_level", gpus="20000", nodes="2", **slow)


def test_the_summary_names_the_operation():
    assert run("collectives").summary.startswith("All-reduce of 134.2 MB over 8 GPUs: ")
    assert run("collectives", {"operation": "send_receive"}).summary.startswith("Point to point of 134.2 MB over ")
