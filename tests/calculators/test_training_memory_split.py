"""Training memory where it is split: over replicas, stages and tensor-parallel GPUs, worked by hand; and as bars."""

import pytest

from calculators import run


def outputs(**inputs):
    return run("training_memory", inputs).outputs


ALONE = {"overhead": "0 GiB", "gathered_layers": 0, "logit": "0 byte", "sequence": 1, "recompute": "full"}
LORA = {"model": "llama-2-7b", "method": "lora", "targets": "attention", "data": 4}


@pytest.mark.parametrize(("zero", "shards"), [("2", 1), ("3", 4)])
def test_weights_under_adapters_are_sharded_with_all_others(zero, shards):
    # Llama 2 7B and adapters of 16,777,216 parameters, both in 16 bits
    assert outputs(**LORA, zero=zero)["weights"].base == (6_738_415_616 + 16_777_216) * 2 / shards


@pytest.mark.parametrize(("one_token", "each"), [("28672", 14_336), ("28673", 14_336.5)])
def test_adapters_of_all_experts_have_the_width_of_one(one_token, each):
    # Mixtral 8x7B, rank 16: Q and O 4096 + 4096, K and V 4096 + 1024, eight experts of three matrices; a token passes two
    attention, experts = 2 * (4096 + 4096) + 2 * (4096 + 1024), 8 * 3 * (4096 + each)
    got = outputs(model="mixtral-8x7b", method="lora", rank=16, feed_forward=one_token)
    assert got["trained"].base == 32 * 16 * (attention + experts)


def test_the_fewest_gpus_count_every_kind_of_parallelism():
    # 16e9 parameters of 16 bytes on 2 x 2 GPUs: 64 GB, in shards of nearly 10 GB: seven replicas; a large GPU holds all
    split = {"parameters": "16e9", "tensor": 2, "pipeline": 2} | ALONE
    assert outputs(**split, capacity="10 GB")["min_gpus"].base == 7 * 2 * 2
    assert outputs(**split, capacity="100 GB")["min_gpus"].base == 2 * 2
    assert run("training_memory", split).summary.startswith("Fits on 32 × H100 SXM")


def test_what_is_not_sharded_and_fills_a_gpu_leaves_no_room_for_shards():
    got = outputs(zero="1")
    fixed = got["per_gpu"].base - got["optimizer"].base
    assert outputs(zero="1", capacity=f"{fixed:.0f} byte")["min_gpus"] == "none"
    assert outputs(zero="1", capacity=f"{fixed + 1e9:.0f} byte")["min_gpus"].base == 97  # 96.36 GB of optimizer in shards of 1 GB


def test_two_replicas_gather_layers_already():
    # two of 32 layers of 8,030,261,248 parameters in 16 bits
    assert outputs(data=2)["gathered"].base == pytest.approx(8_030_261_248 / 16 * 2)


def test_as_many_stages_as_layers_are_possible_and_the_first_has_the_larger_part():
    # 32 layers: one for each stage of 32, and 11 on the first of three
    one, three = (outputs(pipeline=stages, microbatches=1, logit="0 byte") for stages in (32, 3))
    assert one["activations"].base == one["layer_activations"].base
    assert three["activations"].base == 11 * three["layer_activations"].base


def test_two_sequences_have_twice_the_logits():
    # 8192 tokens each, 128,256 scores of four bytes
    assert outputs(microbatch=2)["logits"].base == 2 * 8192 * 128_256 * 4


def test_a_single_stage_keeps_its_logits_however_small():
    # the last stage is the first one too, even where its activations are so many that a float cannot hold the sum
    assert outputs(logit="1e-16 byte")["logits"].base == pytest.approx(8192 * 128_256 * 1e-16)


def test_two_chunks_on_two_stages_interleave():
    # 1 + 1/4 times as much; a single stage has nothing to interleave
    plain, chunks = (outputs(pipeline=2, chunks=count, logit="0 byte")["activations"].base for count in (1, 2))
    assert chunks == 1.25 * plain
    steps = run("training_memory", {"pipeline": 1, "chunks": 3}).working.steps
    assert "Interleaved schedule" not in [step.label for step in steps]


def test_the_bars_show_all_that_is_held():
    finished = run("training_memory", {"zero": "3", "recompute": "full"})
    drawn = finished.calculator.chart(finished)
    (chosen,) = (bar for bar in drawn.bars if bar.label.endswith(", as chosen"))
    got = finished.outputs
    held = {segment.label: segment.value for segment in chosen.segments}
    weights, gathered = 8_030_261_248 * 2 / 8, 8_030_261_248 * 2 / 16  # of eight replicas; two of 32 layers
    assert held["Weights"] == pytest.approx((weights + gathered) / 1e9, rel=1e-12)
    assert held["Activations"] == pytest.approx((got["activations"].base + got["working_layer"].base) / 1e9, rel=1e-12)
    assert sum(held.values()) == pytest.approx(got["per_gpu"].base / 1e9, rel=1e-12)
    assert list(held) == ["Weights", "Gradients", "Optimizer", "Activations", "Logits", "Overhead"]
