"""Collectives: times and bandwidths by hand, and what the algorithms have in common."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators import InputProblems, run
from calculators.collectives import ALGORITHMS, OPERATIONS

NO_WAITING = {"latency": "0 us", "network_latency": "0 us"}


def outputs(**inputs):
    return run("collectives", inputs).outputs


def ms(**inputs):
    return outputs(**NO_WAITING, **inputs)["time"].to("ms")


def test_an_all_reduce_over_two_cards_by_hand():
    # 128 MiB in FP16 over two GPUs: 2 x 1/2 x 134.2 MB / 450 GB/s = 0.298 ms over NVLink, / 31.5 GB/s = 4.26 ms over PCIe 4.0
    assert ms(gpus="2", size="128 MiB") == pytest.approx(0.298, abs=5e-4)
    assert ms(gpus="2", size="128 MiB", gpu="rtx-4090", path="pcie") == pytest.approx(4.26, abs=5e-3)


def test_gradients_of_a_13b_model_by_hand():
    # 26 GB: 2 x 7/8 x 26 / 300 = 152 ms over eight A100, 2 x 3/4 x 26 / 450 = 86.7 ms over four H100
    assert ms(gpus="8", size="26 GB", gpu="a100-sxm4-80gb") == pytest.approx(152, abs=0.5)
    assert ms(gpus="4", size="26 GB") == pytest.approx(86.7, abs=0.05)


@pytest.mark.parametrize(
    ("operation", "factor"),
    [
        ("all_reduce", 14 / 8),
        ("all_gather", 7 / 8),
        ("reduce_scatter", 7 / 8),
        ("all_to_all", 7 / 8),
        ("broadcast", 1),
        ("send_receive", 1),
    ],
)
def test_bus_bandwidth_as_nccl_tests_define_it(operation, factor):
    # doc/PERFORMANCE.md: algbw = S/t; busbw = algbw x 2(n-1)/n, (n-1)/n, (n-1)/n, (n-1)/n, 1, 1
    got = outputs(operation=operation)
    assert got["algbw"].base == pytest.approx(128 * 2**20 / got["time"].base)
    assert got["busbw"].base == pytest.approx(got["algbw"].base * factor)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("gpus", ["2", "4", "8", "72"])
def test_without_waiting_the_bus_bandwidth_of_a_ring_is_that_of_the_link(operation, gpus):
    assert outputs(operation=operation, gpus=gpus, **NO_WAITING)["busbw"].to("GB/s") == pytest.approx(450)


def test_all_reduce_is_reduce_scatter_and_all_gather():
    parts = [outputs(operation=name) for name in ("reduce_scatter", "all_gather")]
    whole = outputs(operation="all_reduce")
    for name in ("time", "sent", "hops"):
        assert whole[name].base == pytest.approx(sum(part[name].base for part in parts))


def test_hops():
    # ring over 8: 2 x 7; tree: 2 x log2(8); in the switch: up and down
    assert [outputs(algorithm=name)["hops"].base for name in ("ring", "tree", "in_switch")] == [14, 6, 2]
    # 4 nodes of 8: 2 x 31 hops, of which 2 x 3 between nodes
    across = outputs(gpus="32", nodes="4", latency="1 us", network_latency="10 us")
    assert across["waiting"].to("us") == pytest.approx(2 * (31 - 3) * 1 + 2 * 3 * 10)


def test_the_switch_sends_each_array_once():
    # what a ring sends, 2(n-1)/n, becomes 1: at most 1.75 times as fast over eight
    got, ring = outputs(algorithm="in_switch", **NO_WAITING), outputs(**NO_WAITING)
    assert got["sent"].to("MiB") == pytest.approx(128)
    assert ring["time"].base / got["time"].base == pytest.approx(1.75)
    assert got["busbw"].to("GB/s") == pytest.approx(787.5)


def test_short_messages_want_a_tree_and_long_ones_a_ring():
    short = {name: outputs(algorithm=name, size="8 KiB")["time"].base for name in ("ring", "tree")}
    long = {name: outputs(algorithm=name, size="8 GiB")["time"].base for name in ("ring", "tree")}
    assert short["tree"] < short["ring"] and long["ring"] < long["tree"]


def test_at_the_crossing_waiting_is_half():
    crossing = outputs()["crossing"]
    got = outputs(size=f"{crossing.value:.9f} {crossing.unit}")
    assert got["latency_share"].to("%") == pytest.approx(50, rel=1e-6)
    assert outputs(size=f"{crossing.value * 0.99:.9f} {crossing.unit}")["limit"] == "latency"


def test_a_ring_leaves_a_node_through_the_network_of_all_its_gpus():
    # 4 nodes of 8 B200: 8 x 50 = 400 GB/s; 2 x 31/32 x 4 GiB / 400 = 20.8 ms. One GPU of each node: only its 50.
    b200 = {"gpu": "b200-sxm-180gb", "system": "aws-p6-b200-48xlarge", "size": "4 GiB"}
    assert ms(gpus="32", nodes="4", **b200) == pytest.approx(20.8, abs=0.05)
    assert outputs(gpus="4", nodes="4", **NO_WAITING, **b200)["busbw"].to("GB/s") == pytest.approx(50)


def test_an_all_to_all_between_nodes_pays_for_what_leaves():
    # 16 GPUs in 2 nodes: 8/16 of each array leaves over 50 GB/s, 7/16 stays
    got = outputs(operation="all_to_all", gpus="16", nodes="2", size="160 MB", **NO_WAITING)
    assert got["time"].to("ms") == pytest.approx(80 / 50)


def test_a_pair_without_a_switch_has_one_link():
    assert outputs(gpu="mi300x", gpus="2", **NO_WAITING)["busbw"].to("GB/s") == pytest.approx(64)
    assert outputs(gpu="mi300x", gpus="8", **NO_WAITING)["busbw"].to("GB/s") == pytest.approx(448)


@settings(deadline=None)
@given(
    st.sampled_from(sorted(OPERATIONS)),
    st.sampled_from(sorted(ALGORITHMS)),
    st.integers(1, 64),
    st.integers(1, 8),
    st.floats(1, 1e10),
)
def test_time_grows_with_the_message_and_bandwidth_stays_below_its_limit(operation, algorithm, each, nodes, size):
    inputs = {"operation": operation, "algorithm": algorithm, "gpus": str(each * nodes), "nodes": str(nodes)}
    try:
        small, large = (outputs(size=f"{s:.0f} byte", **inputs) for s in (size, 2 * size))
    except InputProblems:
        return
    assert small["time"].base < large["time"].base <= 2 * small["time"].base * (1 + 1e-9) + 1e-12
    assert small["busbw"].base <= small["floor_bus"].base * (1 + 1e-9)
    assert small["time"].base == pytest.approx(small["waiting"].base + small["sending"].base)


@pytest.mark.parametrize(
    ("field", "inputs", "message"),
    [
        ("bandwidth", {"gpu": "rtx-4090"}, "has no link of its own"),
        ("bandwidth", {"path": "own"}, "is needed here"),
        ("nodes", {"gpus": "8", "nodes": "3"}, "evenly"),
        ("gpus", {"path": "system", "gpus": "16"}, "has 8 GPUs"),
        ("gpus", {"gpu": "rtx-3090", "gpus": "8"}, "bridges"),
        ("network", {"gpus": "16", "nodes": "2", "system": "dgx-h200"}, "not known"),
        ("algorithm", {"operation": "all_to_all", "algorithm": "tree"}, "directly"),
        ("algorithm", {"algorithm": "two_level"}, "several nodes"),
        ("algorithm", {"algorithm": "in_switch", "gpu": "a100-sxm4-80gb"}, "switch that reduces"),
        ("algorithm", {"algorithm": "in_switch", "gpu": "h100-pcie-80gb", "gpus": "2"}, "switch that reduces"),
        ("algorithm", {"algorithm": "in_switch", "gpu": "rtx-4090", "path": "pcie"}, "switch that reduces"),
        ("gpus", {"gpus": "1"}, "out of range"),
    ],
)
def test_what_cannot_be_is_refused_by_field(field, inputs, message):
    with pytest.raises(InputProblems, match=message) as wrong:
        outputs(**inputs)
    assert field in {problem.field for problem in wrong.value.problems}


def test_a_card_without_a_link_takes_a_given_bandwidth():
    assert outputs(gpu="rtx-4090", bandwidth="20 GB/s", **NO_WAITING)["busbw"].to("GB/s") == pytest.approx(20)


def test_one_node_rests_on_no_network():
    assert not [fact for fact in run("collectives").working.facts if "network" in fact]
    assert [fact for fact in run("collectives", {"gpus": "16", "nodes": "2"}).working.facts if "network" in fact]


def test_more_gpus_than_the_node_has_are_remarked():
    assert any("has 8 GPUs" in remark for remark in run("collectives", {"gpus": "16"}).working.remarks)
    assert not any("has 8 GPUs" in remark for remark in run("collectives", {"gpus": "16", "nodes": "2"}).working.remarks)


def test_the_chart_shows_what_the_inputs_allow():
    def labels(**inputs):
        finished = run("collectives", inputs)
        return [series.label for series in finished.calculator.chart(finished).series][:-1]

    assert labels() == ["ring", "tree", "in the switch"]
    assert labels(operation="all_to_all") == ["direct"]
    assert labels(gpus="16", nodes="2") == ["ring", "tree", "two levels"]


def said(**inputs):
    return " ".join(run("collectives", inputs).working.remarks)


def test_two_levels_by_hand():
    # 16 GPUs in 2 nodes, 1.6 GB: 2 x 7/8 of it at 450 GB/s inside, 2 x 1/2 x 1/8 of it at 50 GB/s between; 2 x 7 and 2 x 1 hops
    got = outputs(gpus="16", nodes="2", algorithm="two_level", size="1.6 GB", latency="1 us", network_latency="10 us")
    assert got["sending"].to("ms") == pytest.approx(2.8 / 450 * 1e3)
    assert got["sent"].to("GB") == pytest.approx(2.8 + 0.2)
    assert got["waiting"].to("us") == pytest.approx(14 * 1 + 2 * 10)
    assert got["hops"].base == 16
    slow = outputs(gpus="16", nodes="2", algorithm="two_level", size="1.6 GB", network="5 GB/s")
    assert slow["sending"].to("ms") == pytest.approx(0.2 / 5 * 1e3)
    one_way = outputs(gpus="16", nodes="2", algorithm="two_level", size="1.6 GB", operation="all_gather")
    assert one_way["sent"].to("GB") == pytest.approx(1.5) and one_way["hops"].base == 8


def test_a_tree_over_nodes_by_hand():
    # 4 nodes of 8: three levels inside, two between, there and back
    across = outputs(algorithm="tree", gpus="32", nodes="4", latency="1 us", network_latency="10 us", size="1 GB")
    assert across["waiting"].to("us") == pytest.approx(2 * 3 * 1 + 2 * 2 * 10)
    assert across["sent"].to("GB") == pytest.approx(2)
    assert outputs(algorithm="tree", operation="broadcast", size="1 GB")["sent"].to("GB") == pytest.approx(1)
    for operation in ("all_gather", "reduce_scatter"):
        got = outputs(algorithm="tree", operation=operation, size="1 GB")
        assert (got["sent"].to("GB"), got["hops"].base) == (pytest.approx(7 / 8), 3)


def test_a_switch_without_a_sum_saves_hops():
    for operation, sent in (("all_gather", 7 / 8), ("reduce_scatter", 7 / 8), ("broadcast", 1)):
        got = outputs(algorithm="in_switch", operation=operation, size="1 GB")
        assert (got["sent"].to("GB"), got["hops"].base) == (pytest.approx(sent), 1)
        assert "only hops" in said(algorithm="in_switch", operation=operation)
    assert "only hops" not in said(algorithm="in_switch")


def test_a_pair_takes_the_slower_path_by_hand():
    # one to the next: inside at 450 GB/s, between nodes at 50, and between GPUs of nodes with several at the slower of the two
    pair = {"operation": "send_receive", "size": "450 MB", "latency": "1 us", "network_latency": "10 us"}
    assert outputs(**pair, gpus="2")["time"].to("us") == pytest.approx(1000 + 1)
    for gpus in ("2", "4"):
        assert outputs(**pair, gpus=gpus, nodes="2")["time"].to("us") == pytest.approx(9000 + 10)
    assert outputs(**pair, gpus="4", nodes="2", bandwidth="5 GB/s")["sending"].to("ms") == pytest.approx(90)
    assert outputs(**pair, gpus="2", nodes="2", bandwidth="5 GB/s")["sending"].to("ms") == pytest.approx(9)


def test_an_all_to_all_waits_for_each_of_the_others():
    got = outputs(operation="all_to_all", gpus="16", nodes="2", size="160 MB", latency="1 us", network_latency="10 us")
    assert got["waiting"].to("us") == pytest.approx(7 * 1 + 8 * 10)
    assert got["sent"].to("MB") == pytest.approx(150)


def test_what_waits_as_long_as_it_sends_is_limited_by_bandwidth():
    # two GPUs: two hops of 1 us, 2000 bytes at 1 GB/s
    assert outputs(gpus="2", path="own", bandwidth="1 GB/s", latency="1 us", size="2000 byte")["limit"] == "bandwidth"


def test_what_is_remarked_on():
    assert "overlap completely" in said(gpus="16", nodes="2", algorithm="two_level") and "overlap completely" not in said()
    assert "that of the slot" in said(path="pcie") and "that of the slot" not in said()
    assert "exceed the link" in said(algorithm="in_switch") and "exceed the link" not in said()
    assert "torus" in said(gpu="tpu-v5p") and "torus" not in said()
    assert "most bridges join two" in said(gpu="h100-pcie-80gb", gpus="4")
    assert "most bridges join two" not in said(gpu="h100-pcie-80gb", gpus="2") + said(gpus="4")
    assert "has 8 GPUs" in said(gpus="9") and "has 8 GPUs" not in said(gpus="8")


def test_the_summary_counts_nodes_where_there_are_several():
    assert " over 16 GPUs in 2 nodes: " in run("collectives", {"gpus": "16", "nodes": "2"}).summary
    assert " over 8 GPUs: " in run("collectives").summary
