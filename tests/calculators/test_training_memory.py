"""Training memory, worked by hand from the papers that count it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, model_states, run

# GPT-3's shape, as Korthikanti et al. (arXiv:2205.05198, table 3) give it
GPT3 = {
    "layers": 96, "hidden": 12288, "heads": 96, "kv_heads": 96, "head_dim": 128, "feed_forward": 49152, "matrices": 2,
    "sequence": 2048, "dropout": "on", "data": 1, "zero": "0",
}  # fmt: skip
SBH = 2048 * 12288


def outputs(**inputs):
    return run("training_memory", inputs).outputs


def test_mixed_precision_adam_takes_sixteen_bytes_per_parameter():
    # 13B: 13e9 x (2 weights + 2 gradients + 4 master copy + 8 moments) = 208 GB, whatever shards it
    for zero in "0123":
        assert outputs(parameters="13e9", zero=zero)["one_copy"].to("GB") == pytest.approx(208)
    assert outputs(parameters="13e9", zero="0")["states"].to("GB") == pytest.approx(208)


@pytest.mark.parametrize(
    ("optimizer", "precision", "each"),
    [
        ("adamw", "mixed", 16),
        ("adamw", "fp32", 16),  # 4 + 4 + 8: no master copy, but wider weights and gradients
        ("adamw-8bit", "mixed", 10),
        ("adamw-16bit", "mixed", 12),
        ("adamw", "bf16", 12),
        ("sgd-momentum", "mixed", 12),
        ("sgd", "fp32", 8),
    ],
)
def test_bytes_per_parameter(optimizer, precision, each):
    assert outputs(optimizer=optimizer, precision=precision)["bytes_per_parameter"].base == each


def test_gradients_in_fp32_add_two_bytes():
    # Megatron-LM, distributed optimizer: bf16 parameters and fp32 gradients take 18 bytes, sharded 6 + 12/d
    assert outputs(gradients="fp32")["bytes_per_parameter"].base == 18
    sharded = outputs(gradients="fp32", parameters="1e9", zero="1", data=4)
    assert sharded["states"].base == pytest.approx(1e9 * (6 + 12 / 4))


def test_muon_saves_one_moment_of_the_matrices_and_adafactor_nearly_all():
    muon, adam = (outputs(optimizer=name)["optimizer_per_parameter"].base for name in ("muon", "adamw"))
    # Llama 3.1 8B: 6.979e9 of 8.030e9 parameters are in matrices: 12 - 4 x 0.869
    assert muon == pytest.approx(12 - 4 * 6.979321856e9 / 8.030261248e9)
    assert adam == 12
    # one FP32 sum per row and per column of 4096: 8/4096 bytes
    assert outputs(optimizer="adafactor")["optimizer_per_parameter"].base == pytest.approx(4 + 8 / 4096)


def test_zero_shards_optimizer_then_gradients_then_weights():
    # ZeRO, table 1, 1T on 64 GPUs: 4187, 2218 and 250 GB (cut off, not rounded)
    sizes = [outputs(parameters="1e12", data=64, zero=zero)["states"].to("GB") for zero in "123"]
    assert sizes == pytest.approx([4187.5, 2218.75, 250])


def test_tensor_and_pipeline_parallelism_split_all_states():
    one, split = outputs(zero="0", data=1), outputs(zero="0", data=1, tensor=4, pipeline=2)
    assert split["states"].base == pytest.approx(one["states"].base / 8)


@pytest.mark.parametrize(
    ("tensor", "sequence_parallel", "recompute", "factor"),
    [
        (1, "off", "none", 34 + 80),  # 5 a s / h = 5 x 96 x 2048 / 12288 = 80
        (8, "off", "none", 10 + 24 / 8 + 80 / 8),
        (8, "on", "none", (34 + 80) / 8),
        (8, "off", "selective", 10 + 24 / 8),
        (8, "on", "selective", 34 / 8),
        (8, "off", "full", 2),
    ],
)
def test_activations_of_a_layer(tensor, sequence_parallel, recompute, factor):
    # Korthikanti et al., table 2, in multiples of s b h bytes
    got = outputs(**GPT3, tensor=tensor, sequence_parallel=sequence_parallel, recompute=recompute)
    assert got["layer_activations"].base == pytest.approx(SBH * factor)


def test_the_first_stage_of_a_pipeline_holds_as_many_microbatches_as_there_are_stages():
    # 1F1B: L/p layers of p microbatches are L layers of one (arXiv:2205.05198, section 4.2.3)
    whole = outputs(**GPT3, logit="0 byte")["activations"].base
    assert outputs(**GPT3, logit="0 byte", pipeline=8)["activations"].base == pytest.approx(whole)
    assert outputs(**GPT3, logit="0 byte", pipeline=8, microbatches=2)["activations"].base == pytest.approx(whole / 4)
    # interleaved with three chunks: 1 + 7/24 times as much
    assert outputs(**GPT3, pipeline=8, chunks=3)["activations"].base == pytest.approx(whole * (1 + 7 / 24))


def test_the_last_stage_counts_where_its_scores_weigh_more():
    big = outputs(pipeline=2, microbatches=1, recompute="full", logit="16 byte")
    assert big["logits"].base > 0
    assert outputs(pipeline=2, logit="0 byte")["logits"].base == 0


def test_kv_heads_are_replicated_beyond_their_number():
    # Llama 3.1 8B has 8 KV heads: 16-way tensor parallelism keeps as much of K and V per GPU as 8-way does
    def keys(tensor):
        common = {"sequence_parallel": "on", "tensor": tensor}
        return outputs(**common)["layer_activations"].base - outputs(**common, head_dim=64)["layer_activations"].base

    # with half the head dimension, half of the queries, keys, values and outputs go: (32/t + 8 or more KV heads/t) x 128
    assert keys(8) == pytest.approx(8192 * 2 * (2 * 32 + 2 * 8) * 64 / 8)
    assert keys(16) == pytest.approx(8192 * 2 * (2 * 32 + 2 * 16) * 64 / 16)


def test_lora_counts_two_thin_matrices():
    # Llama 2 7B, rank 8 on Q and V: 32 layers x 2 matrices x 8 x (4096 + 4096) = 4,194,304
    lora = outputs(model="llama-2-7b", method="lora", targets="qv", rank=8)
    assert lora["trained"].base == 4_194_304
    # all seven matrices, rank 16: 32 x 16 x (4 x 8192 + 3 x (4096 + 11008)) = 39,976,960
    assert outputs(model="llama-2-7b", method="lora", rank=16)["trained"].base == 39_976_960


def test_qlora_keeps_quantized_weights_and_trains_only_adapters():
    # Llama 2 7B: 6,476,005,376 in matrices at 4.5 bits, 262,410,240 at 16 bits, 39,976,960 adapters at 16 bytes
    got = outputs(model="llama-2-7b", method="qlora", data=1, zero="0")
    assert got["states"].base == pytest.approx(6_476_005_376 * 4.5 / 8 + 262_410_240 * 2 + 39_976_960 * 16)
    assert got["states"].base < outputs(model="llama-2-7b", method="lora", data=1, zero="0")["states"].base


@given(st.integers(1, 512), st.sampled_from("123"))
def test_more_replicas_never_need_more_than_two_do(data, zero):
    # one replica gathers nothing under full sharding; from two on, memory only falls
    two, more = (outputs(data=count, zero=zero)["per_gpu"].base for count in (2, max(2, data)))
    assert more <= two


@given(st.sampled_from(["llama-2-7b", "llama-2-13b", "llama-3.1-8b", "llama-2-70b"]), st.sampled_from("123"), st.integers(1, 64))
def test_the_fewest_gpus_are_just_enough(model, zero, data):
    fewest = outputs(model=model, zero=zero, data=data, recompute="full")["min_gpus"]
    if fewest == "none":
        assert not outputs(model=model, zero=zero, data=100_000, recompute="full")["fits"]
        return
    assert outputs(model=model, zero=zero, data=int(fewest.base), recompute="full")["fits"]
    if fewest.base > 2:
        assert not outputs(model=model, zero=zero, data=int(fewest.base) - 1, recompute="full")["fits"]


@given(st.integers(1, 131_072), st.sampled_from(["none", "selective", "full"]))
def test_recomputing_more_keeps_less(sequence, recompute):
    order = ["full", "selective", "none"]
    kept = [outputs(sequence=sequence, recompute=name)["layer_activations"].base for name in order]
    assert kept == sorted(kept)
    assert outputs(sequence=sequence, recompute=recompute)["kept_share"].base <= 1


def test_what_cannot_be_split_is_refused_with_the_field():
    with pytest.raises(InputProblems, match="tensor '3': does not divide the 32 attention heads"):
        outputs(tensor=3)
    with pytest.raises(InputProblems, match="pipeline '64': is more stages than the 32 layers"):
        outputs(pipeline=64)


def test_what_no_number_of_replicas_holds_is_said_so():
    got = run("training_memory", {"sequence": "1000000"})
    assert got.outputs["min_gpus"] == "none"
    assert "More replicas do not help" in got.summary


def test_nothing_to_split_still_takes_a_gpu():
    assert model_states.fewest_replicas(sharded=0, room=1e9) == 1
    assert model_states.fewest_replicas(sharded=7e9, room=2e9) == 4  # three hold 6 GB


def test_layers_put_together_for_use():
    # Llama 3.1 8B: two of 32 layers in 16 bits, 8,030,261,248 * 2 / 32 * 2 bytes, of every layer at most all
    assert outputs()["gathered"].base == pytest.approx(8_030_261_248 / 16 * 2)
    assert outputs(gathered_layers=100)["gathered"].base == pytest.approx(8_030_261_248 * 2)
    for nothing in ({"gathered_layers": 0}, {"data": 1}, {"zero": "2"}):
        assert outputs(**nothing)["gathered"].base == 0


def test_a_layer_recomputed_is_kept_once():
    # Korthikanti et al., table 2: all but attention of one layer, 34 s b h bytes
    got = outputs(**GPT3, recompute="full", sequence_parallel="off")
    assert got["working_layer"].base == pytest.approx(34 * SBH)
    assert outputs(**GPT3)["working_layer"].base == 0


def test_all_gpus_are_the_product_of_all_kinds_of_parallelism():
    got = outputs(data=3, tensor=2, pipeline=4)
    assert got["total"].base == pytest.approx(3 * 2 * 4 * got["per_gpu"].base)


@pytest.mark.parametrize("recompute", ["none", "selective", "full"])
def test_activations_in_fp32_take_twice_the_bytes(recompute):
    wide, narrow = (outputs(precision=kind, recompute=recompute)["layer_activations"].base for kind in ("fp32", "mixed"))
    assert wide == pytest.approx(2 * narrow)


@pytest.mark.parametrize(("pipeline", "chunks", "told"), [(8, 3, True), (8, 1, False), (1, 1, False)])
def test_only_chunks_of_a_pipeline_interleave(pipeline, chunks, told):
    steps = run("training_memory", {"pipeline": pipeline, "chunks": chunks}).working.steps
    assert ("Interleaved schedule" in [step.label for step in steps]) == told


def test_where_both_ends_need_as_much_the_first_stage_counts():
    # 16 layers of 8192 * 4096 * 2 bytes are 2^30, as are the logits, 8192 * 131072 of a byte; the first stage holds two
    got = outputs(pipeline=2, recompute="full", vocabulary=131_072, logit="1 byte")
    assert (got["activations"].base, got["logits"].base) == (2 * 2**30, 0)
    more = outputs(pipeline=2, recompute="full", vocabulary=131_073, logit="1 byte")
    assert (more["activations"].base, more["logits"].base) == (2**30, 2**30 + 8192)


def test_exactly_what_is_needed_is_enough():
    need = outputs(zero="0", data=1)["per_gpu"].base
    just = outputs(zero="0", data=1, capacity=f"{need:.0f} byte")
    assert just["fits"] is True and just["min_gpus"].base == 1
    short = outputs(zero="0", data=1, capacity=f"{need - 1:.0f} byte")
    assert short["fits"] is False and short["min_gpus"] == "none"


def test_adapters_by_hand():
    # Llama 2 7B, rank 16 on Q, K, V and O: 32 * 16 * 4 * 8192; the weights below stay in 16 bits, trained ones take 16 bytes
    got = outputs(model="llama-2-7b", method="lora", targets="attention", data=1, zero="0")
    assert got["trained"].base == 16_777_216
    assert got["states"].base == pytest.approx(6_738_415_616 * 2 + 16_777_216 * 16)
    assert got["one_copy"].base == pytest.approx(6_738_415_616 * 2 + 16_777_216 * 16)
    # every adapter is a matrix: Muon keeps one moment of four bytes, next to the master copy
    assert outputs(method="lora", optimizer="muon")["optimizer_per_parameter"].base == 8


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({}, []),
        ({"recompute": "none"}, ["square of the sequence"]),
        ({"method": "lora"}, ["Adapters train few"]),
        ({"pipeline": 2}, ["Parameters are split evenly"]),
    ],
)
def test_what_is_remarked_on(inputs, told):
    said = " ".join(run("training_memory", inputs).working.remarks)
    assert [
        text for text in ("square of the sequence", "Adapters train few", "Parameters are split evenly") if text in said
    ] == told


def test_the_summary_counts_all_gpus():
    assert run("training_memory", {"data": 64, "tensor": 2}).summary.startswith("Fits on 128 × H100 SXM: ")
    said = run("training_memory", {"model": "llama-2-70b", "data": 2, "recompute": "full"}).summary
    assert said.startswith("Does not fit on 2 × H100 SXM") and " It takes " in said
