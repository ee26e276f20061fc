"""Parallel efficiency, worked by hand: two cards, tensor-parallel layers, pipelines, gradients, experts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run
from calculators.measured import reached

# One FP16 matrix product of 8192 cubed, split in two, and a message of 128 MiB: T/2 against T/2 + the all-reduce
SPLIT = {"latency": "0 us", "messages": 1, "message": "128 MiB", "gpus": 2}
# Each test of a formula without the waiting of messages
FREE = {"latency": "0 us"}


def outputs(**inputs):
    return run("parallel_efficiency", inputs).outputs


@pytest.mark.parametrize(
    ("gpu", "path", "one", "message", "percent"),
    [
        # 134.2 MB one way at 450 GB/s: 0.298 ms; 1.75 / (1.75 + 0.298)
        ("h100-sxm5-80gb", "links", "3.5 ms", 0.298, 85),
        # at 300 GB/s: 0.447 ms; 2.80 / (2.80 + 0.447)
        ("a100-sxm4-80gb", "links", "5.6 ms", 0.447, 86),
        # over PCIe 4.0 at 31.5 GB/s: 4.26 ms; 4.25 / (4.25 + 4.26)
        ("rtx-4090", "pcie", "8.5 ms", 4.26, 50),
        # at 56.25 GB/s, one direction of the bridge's 112.5: 2.39 ms; 5.10 / (5.10 + 2.39)
        ("rtx-3090", "links", "10.2 ms", 2.386, 68),
    ],
)
def test_two_cards_that_share_one_product(gpu, path, one, message, percent):
    got = outputs(gpu=gpu, path=path, time=one, **SPLIT)
    assert got["communication"].to("ms") == pytest.approx(message, abs=0.001)
    assert round(got["efficiency"].to("%")) == percent


def test_six_cards_over_pcie_wait_longer_for_less_work():
    # 8.5 / 6 = 1.417 ms of work, 2 x 5/6 x 134.2 MB / 31.5 GB/s = 7.10 ms of waiting: 16.6%
    got = outputs(gpu="rtx-4090", path="pcie", time="8.5 ms", **(SPLIT | {"gpus": 6}))
    assert got["efficiency"].to("%") == pytest.approx(16.6, abs=0.05)


def test_a_tensor_parallel_layer_sends_two_messages_each_way():
    # Megatron: 8 b s h (t-1)/t elements per layer, forward and backward; Llama 3.1 70B: 80 layers, h = 8192
    got = outputs(tokens=4096, phase="train")
    assert got["messages"].base == 4 * 80
    assert got["message"].base == 4096 * 8192 * 2
    assert got["sent"].base == pytest.approx(80 * 8 * 4096 * 8192 * 2 * 7 / 8)
    assert outputs(tokens=4096, phase="prefill")["messages"].base == 2 * 80


def test_one_decoded_token_of_a_70b_model_sends_little():
    # 160 all-reduces of 16 KiB: 2.6 MB over PCIe 4.0 x16 of two cards are 0.083 ms without waiting
    got = outputs(gpu="rtx-4090", gpus=2, path="pcie", phase="decode", tokens=1, **FREE)
    assert got["message"].base == 16384
    assert got["communication"].to("ms") == pytest.approx(0.0832, abs=1e-4)


@pytest.mark.parametrize(
    ("stages", "microbatches", "chunks", "percent"),
    # (p - 1) / (v m + p - 1)
    [(4, 4, 1, 100 * 3 / 7), (4, 16, 1, 100 * 3 / 19), (8, 32, 1, 100 * 7 / 39), (8, 32, 2, 100 * 7 / 71), (1, 4, 1, 0)],
)
def test_the_bubble_of_a_pipeline(stages, microbatches, chunks, percent):
    got = outputs(kind="pipeline", gpus=stages, microbatches=microbatches, chunks=chunks)
    assert got["bubble_share"].to("%") == pytest.approx(percent)


def test_gradients_of_a_70b_model_over_eight_gpus():
    # 2 x 7/8 x 70e9 x 2 bytes = 245 GB sent by each: 0.82 s over the links of an A100
    got = outputs(gpu="a100-sxm4-80gb", kind="data", stored="70e9", **FREE)
    assert got["sent"].to("GB") == pytest.approx(245)
    assert got["communication"].to("s") == pytest.approx(0.817, abs=0.001)


def test_a_billion_gradients_over_pcie():
    # 2 x 7/8 x 2 GB / 31.5 GB/s = 111 ms: slow, not impossible
    got = outputs(gpu="rtx-4090", kind="data", path="pcie", stored="1e9", **FREE)
    assert got["communication"].to("ms") == pytest.approx(111.1, abs=0.1)


@given(st.integers(2, 512))
def test_full_sharding_sends_half_as_much_again(gpus):
    plain, full = (outputs(kind="data", gpus=gpus, sharding=name, **FREE)["sent"].base for name in ("replicated", "full"))
    assert full == pytest.approx(1.5 * plain)


def test_experts_exchange_each_token_twice():
    # Mixtral: 32 layers x 4; each of 8 GPUs has 1024 tokens, two experts each, 4096 wide: 16.8 MB, 7/8 of it sent
    got = outputs(kind="expert", model="mixtral-8x7b", tokens=8192)
    assert got["messages"].base == 128
    assert got["message"].base == 1024 * 2 * 4096 * 2
    assert got["sent"].base == pytest.approx(128 * 1024 * 2 * 4096 * 2 * 7 / 8)


def test_amdahl():
    # three times as fast by what is eight times as fast: 76% of the work; five times: 91%
    assert outputs(target="3 x")["needed_share"].to("%") == pytest.approx(76, abs=0.5)
    assert outputs(target="5 x")["needed_share"].to("%") == pytest.approx(91, abs=0.5)
    assert outputs(target="9 x")["needed_share"] == "none"
    assert outputs(serial="5%")["amdahl"].base == pytest.approx(1 / (0.05 + 0.95 / 8))


def test_one_gpu_talks_to_nobody():
    for kind in ("tensor", "pipeline", "data"):
        got = outputs(kind=kind, gpus=1)
        assert got["efficiency"].base == pytest.approx(1)
        assert got["communication"].base == got["sent"].base == got["bubble"].base == 0
        assert got["messages"].base == got["message"].base == 0


def test_overlap_hides_no_more_than_there_is_work():
    assert outputs(overlap="100%")["efficiency"].base == pytest.approx(1)
    slow = outputs(overlap="100%", bandwidth="1 GB/s")
    assert slow["exposed"].base == pytest.approx(slow["communication"].base - slow["work"].base)
    assert slow["step"].base == pytest.approx(slow["communication"].base)
    assert slow["limit"] == "communication"


def test_weak_scaling_keeps_the_work_of_each():
    one, many = (outputs(kind="data", gpus=count, scaling="weak") for count in (1, 64))
    assert many["work"].base == pytest.approx(one["work"].base)
    strong = outputs(kind="data", gpus=64)
    assert many["efficiency"].base > strong["efficiency"].base


@given(st.sampled_from([2, 4, 8, 16, 32, 64]), st.floats(0, 100), st.sampled_from(["tensor", "pipeline", "data"]))
def test_efficiency_is_speedup_over_gpus_and_never_above_one(gpus, serial, kind):
    got = outputs(gpus=gpus, kind=kind, serial=f"{serial:.3f}%")
    assert got["efficiency"].base == pytest.approx(got["speedup"].base / gpus)
    assert got["speedup"].base <= got["amdahl"].base * (1 + 1e-9) <= gpus * (1 + 2e-9)
    assert got["step"].base == pytest.approx(got["work"].base + got["bubble"].base + got["exposed"].base)


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"gpus": 3}, "gpus"),
        ({"kind": "pipeline", "gpus": 81}, "gpus"),
        ({"kind": "pipeline", "gpus": 8, "chunks": 11}, "gpus"),
        ({"kind": "expert"}, "model"),
        ({"kind": "data", "phase": "decode"}, "phase"),
        ({"gpu": "rtx-4090"}, "bandwidth"),
        ({"path": "own"}, "bandwidth"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(inputs, field):
    with pytest.raises(InputProblems) as refused:
        outputs(**inputs)
    assert {problem.field for problem in refused.value.problems} == {field}


@pytest.mark.parametrize(("gpu", "family"), [("h100-sxm5-80gb", "Hopper"), ("rtx-4090", "Ada Lovelace")])
def test_one_gpu_reaches_what_multiplications_reached_on_one_of_its_family(gpu, family):
    teaching = reached.measured("multiplying")
    assert {each.entry.count for each in teaching} == {1}  # no communication is in them
    group = reached.lesson("multiplying").groups["operands of 16 bits", family]
    finished = run("parallel_efficiency", {"gpu": gpu, "path": "pcie"})
    assert finished.inputs.utilization == group.median.share
    own = run("parallel_efficiency", {"gpu": gpu, "path": "pcie", "utilization": "50%"})
    longer = own.outputs["one"].base / finished.outputs["one"].base
    assert longer == pytest.approx(group.median.share / 0.5)
    (note,) = (said for said in finished.working.remarks if said.startswith("Peak rate reached by one GPU"))
    assert f"{group.count} published measurements" in note and "Eight tenths of them lie between" in note


def said(**inputs):
    return " ".join(run("parallel_efficiency", inputs).working.remarks)


def test_a_decoded_token_reads_the_weights_if_that_takes_longer():
    # 70,553,706,496 parameters less the input embedding of 128,256 x 8192 would be read; given ones count: 70e9 x 2 / 3352e9
    got = outputs(phase="decode", tokens=1, parameters="70e9")
    assert got["one"].to("ms") == pytest.approx(140 / 3.35232, rel=1e-3)
    # 4000 tokens of 2 x 70e9 FLOP without attention take longer, at half of the peak
    many = outputs(phase="decode", tokens=4000, parameters="70e9", sequence=1, utilization="50%")
    assert many["one"].base == pytest.approx(4000 * 140e9 / (0.5 * 989.4e12), rel=1e-3)


def test_a_time_of_ones_own_grows_with_weak_scaling():
    for scaling, times in (("strong", 1), ("weak", 8)):
        assert outputs(time="3 ms", scaling=scaling, kind="data")["one"].to("ms") == pytest.approx(3 * times)


def test_messages_of_a_pipeline_by_hand():
    # forward and backward of 32 microbatches in two chunks; 8192 tokens / 32 = 256, 8192 wide, in two bytes
    got = outputs(kind="pipeline", chunks=2)
    assert got["messages"].base == 2 * 32 * 2
    assert got["message"].base == 256 * 8192 * 2
    assert outputs(kind="pipeline", scaling="weak")["message"].base == 8 * 256 * 8192 * 2


def test_gradients_are_sent_layer_by_layer():
    got = outputs(kind="data", stored="8e9")
    assert (got["messages"].base, got["message"].base) == (80, 8e9 * 2 / 80)


def test_what_is_just_possible_is_accepted():
    for split in ({"gpus": 80}, {"gpus": 8, "chunks": 10}):
        assert outputs(kind="pipeline", **split)["step"].base > 0
    assert outputs(gpus=3, message="1 MB")["message"].base == 1e6
    assert outputs(kind="expert", message="1 MB")["message"].base == 1e6
    assert outputs(kind="expert", experts=2)["message"].base == 8192 / 8 * 2 * 8192 * 2


def test_as_many_times_as_there_are_gpus_takes_all_of_the_work():
    assert outputs(target="8 x")["needed_share"].base == 1
    assert outputs(target="1 x", gpus=1)["needed_share"] == "none"
    assert outputs(target="1 x", gpus=2)["needed_share"].base == 0


def test_what_is_remarked_on():
    mixture = {"model": "mixtral-8x7b", "kind": "expert"}
    assert "single expert choice" in said(**mixture, phase="decode", tokens=8) and "single expert choice" not in said(**mixture)
    assert "single expert choice" not in said(phase="decode", tokens=8)
    assert "for each microbatch and direction" in said(kind="pipeline") and "for each microbatch" not in said()
    assert "Routers that prefer" in said(**mixture) and "Routers that prefer" not in said()
    assert "if it could hold" in said() and "if it could hold" not in said(time="3 ms")


@pytest.mark.parametrize(("path", "hop"), [("links", 3.4e-6), ("pcie", 5.7e-6), ("network", 14e-6), ("own", 3.4e-6)])
def test_a_hop_waits_as_long_as_in_the_model_of_nccl(path, hop):
    bandwidth = {"bandwidth": "10 GB/s"} if path == "own" else {}
    assert run("parallel_efficiency", {"path": path} | bandwidth).inputs.latency == pytest.approx(hop)


def test_only_where_links_are_missing_pcie_is_another_choice():
    for gpu, path, offered in (("rtx-4090", "links", True), ("dgx-spark", "pcie", False)):
        with pytest.raises(InputProblems) as refused:
            outputs(gpu=gpu, path=path)
        assert ("PCIe is another choice" in str(refused.value)) == offered


def test_only_reductions_are_done_by_the_algorithm_chosen():
    # a token's 160 messages wait for three levels of a tree up and down instead of fourteen hops of a ring
    token = {"phase": "decode", "tokens": 1}
    ring, tree = (outputs(algorithm=name, **token)["communication"].base for name in ("ring", "tree"))
    assert ring - tree == pytest.approx(160 * 8 * 3.4e-6, rel=0.01)
    mixture = {"model": "mixtral-8x7b", "kind": "expert"}
    assert outputs(**mixture, algorithm="tree") == outputs(**mixture)


def test_tokens_need_not_be_a_multiple():
    assert outputs(kind="pipeline", microbatches=3)["message"].base == pytest.approx(8192 / 3 * 8192 * 2)
    assert outputs(kind="expert", model="mixtral-8x7b", gpus=3)["message"].base == pytest.approx(8192 / 3 * 2 * 4096 * 2)


def test_the_working_of_a_message_ends_with_its_time():
    labels = [step.label for step in run("parallel_efficiency").working.steps]
    end = labels.index("Communication")
    assert labels[end - 1] == "Time" and "Algorithm bandwidth" not in labels


def test_the_summary_by_hand():
    # 1.75 ms of work and 134.2 MB / 450 GB/s = 0.2983 ms: 85.44%, 1.709 times, 14.56% of the time
    said = run("parallel_efficiency", {"time": "3.5 ms"} | SPLIT).summary
    assert said.endswith("2.048 ms per step, 1.71× one GPU, efficiency 85.4%, communication 14.6% of the time.")
