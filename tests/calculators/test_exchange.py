"""Collectives and transfers as questions: the links or the network that bound them, and what cannot be asked."""

import pytest
from invented import BASE, asked, measurement, refused

from calculators.measured import exchange

H100 = "h100-sxm5-80gb"
A100 = "a100-sxm4-80gb"


WAITLESS = {"gpu": H100, "latency": "0 us", "size": "1 GiB"}


def exchanged(metric, *args, **details):
    entry = measurement(metric, *args, payload="1 GiB", **details)
    found = exchange.collective(entry, BASE)
    return found.output, found.inputs


@pytest.mark.parametrize(
    ("metric", "output", "operation", "algorithm"),
    [
        ("allreduce_bus_bandwidth", "busbw", "all_reduce", "in_switch"),
        ("allreduce_time", "time", "all_reduce", "in_switch"),
        ("allgather_bus_bandwidth", "busbw", "all_gather", "ring"),
        ("reducescatter_bus_bandwidth", "busbw", "reduce_scatter", "ring"),
    ],
)
def test_a_collective_inside_a_node_takes_the_best_algorithm(metric, output, operation, algorithm):
    inside = {"operation": operation, "gpus": "8", "path": "links", "algorithm": algorithm}
    assert exchanged(metric, count=8) == (output, WAITLESS | inside)


@pytest.mark.parametrize(
    ("hardware", "said", "algorithm"),
    [(H100, "Ring, simple protocol", "ring"), (H100, "NVLS", "in_switch"), (A100, "Tree", "ring"), (A100, "", "ring")],
)
def test_a_switch_sums_where_it_can_and_nothing_else_is_stated(hardware, said, algorithm):
    assert exchanged("allreduce_time", hardware, 8, algorithm=said)[1]["algorithm"] == algorithm


def test_a_card_without_links_sends_over_pcie():
    assert exchanged("allreduce_time", "l40s", 8)[1]["path"] == "pcie"


def test_between_nodes_of_eight_the_network_counts():
    # 400 Gbit/s are 50 GB/s
    _, inputs = exchanged("allreduce_bus_bandwidth", count=16, network="400 Gbit/s")
    between = {"nodes": "2", "network": "50 GB/s", "network_latency": "0 us", "algorithm": "two_level"}
    assert inputs == WAITLESS | {"operation": "all_reduce", "gpus": "16", "path": "links"} | between
    assert exchanged("allreduce_time", count=9, network="400 Gbit/s")[1]["nodes"] == "1"


SENT = {"operation": "send_receive", "gpu": H100, "gpus": "2", "path": "links"}


@pytest.mark.parametrize(
    ("gpus", "told", "more"),
    [
        (8, {}, {}),
        (16, {"network": "400 Gbit/s"}, {"path": "own", "bandwidth": "50 GB/s"}),
        (9, {"network": "79 Gbit/s"}, {"path": "own", "bandwidth": "9.875 GB/s"}),
    ],
)
def test_tokens_reach_their_experts_over_the_slowest_link(gpus, told, more):
    found = asked(exchange.expert_rate, count=gpus, **told)
    assert (found.calculator, found.output, found.scale) == ("collectives", "floor_bus", 1)
    assert found.inputs == SENT | more


def test_traffic_that_stays_within_a_gpu_is_not_asked_for():
    assert "stays within a GPU" in refused(exchange.expert_rate, count=8, note="what stays within a GPU is counted")
    assert asked(exchange.expert_rate, count=8, note="nothing else is counted")


@pytest.mark.parametrize(("where", "bytes_each"), [("table 2, dispatch", 1), ("table 2, combine", 2)])
def test_experts_are_sent_a_byte_for_each_number_and_send_back_two(where, bytes_each):
    # DeepSeek-V3 sends each of 128 tokens, 7,168 numbers wide, to 8 experts
    told = {"model": "deepseek-v3", "tokens": 128, "hidden_size": 7168, "network": "400 Gbit/s"}
    found = asked(exchange.expert_time, count=16, where=where, **told)
    assert (found.calculator, found.output, found.floor) == ("collectives", "time", False)
    sent = {"size": f"{128 * 8 * 7168 * bytes_each} byte", "path": "own", "bandwidth": "50 GB/s", "latency": "0 us"}
    assert found.inputs == {"operation": "all_to_all", "gpu": H100, "gpus": "16"} | sent


@pytest.mark.parametrize(("metric", "scale"), [("peer_bandwidth", 1), ("peer_bandwidth_both_ways", 2)])
def test_both_ways_are_twice_one_way(metric, scale):
    found = exchange.peer(measurement(metric, count=2), BASE)
    assert (found.calculator, found.output, found.inputs, found.scale) == ("collectives", "floor_bus", SENT, scale)


@pytest.mark.parametrize(
    ("note", "inputs"),
    [
        ("over PCIe 5.0 x8", {"link": "pcie-5", "lanes": "8"}),
        ("over PCIe 4.0", {"link": "pcie-4"}),
        ("over NVLink-C2C", {"link": "nvlink-c2c"}),
    ],
)
def test_the_link_to_the_host_is_the_one_that_the_source_names(note, inputs):
    found = asked(exchange.host, note=note)
    assert (found.calculator, found.output, found.inputs) == ("link", "one_way", inputs)


def test_a_link_to_the_host_without_a_name_is_not_asked_for():
    assert "does not name the link" in refused(exchange.host)
