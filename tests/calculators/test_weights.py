"""Weights, worked by hand from Llama 2 70B's shape: 80 layers, width 8192, feed-forward 28672, 8 KV heads, 32000 tokens."""

import pytest

from calculators import InputProblems, evaluate, facts, run
from calculators.formats import WEIGHTS
from calculators.weights import size_that_fits, sizes
from calculators.working import Unrecorded

# attention 80 * (8192 * (8192 + 2*1024) + 8192*8192), feed-forward 80 * 3 * 8192 * 28672
LINEAR = 80 * (8192 * (8192 + 2 * 1024) + 8192 * 8192) + 80 * 3 * 8192 * 28672
# input and output embedding, two norms per layer, the final norm
REST = 2 * 32000 * 8192 + 80 * 2 * 8192 + 8192


def test_llama_2_70b_in_fp16():
    assert LINEAR + REST == 68_976_648_192
    assert evaluate("weights.total?model=llama-2-70b&weights=fp16").value.base == 2 * 68_976_648_192


def test_int4_groups_carry_a_scale_and_a_zero_point():
    # (4 + (16 + 4) / 128) / 8 = 0.51953125 bytes for the layers' matrices, 2 bytes for the rest
    expected = LINEAR * 0.51953125 + REST * 2
    assert evaluate("weights.total?model=llama-2-70b&weights=int4-g128").value.base == pytest.approx(expected, rel=1e-12)


def test_everything_quantized():
    value = evaluate("weights.total?model=llama-2-70b&weights=q4_0&scope=everything").value
    assert value.base == pytest.approx(68_976_648_192 * 4.5 / 8, rel=1e-12)


def test_a_mixture_holds_all_experts_but_multiplies_two():
    # Mixtral 8x7B: 46.7 billion stored, 12.9 billion used per token (arXiv:2401.04088, section 2)
    outputs = run("weights", {"model": "mixtral-8x7b"}).outputs
    assert outputs["parameters"].base == 46_702_792_704
    assert outputs["active"].base == pytest.approx(12.9e9, rel=0.01)


@pytest.mark.parametrize("gpus", [1, 2, 3, 8])
def test_shares_add_up(gpus):
    outputs = run("weights", {"gpus": gpus}).outputs
    assert outputs["per_gpu"].base * gpus == pytest.approx(outputs["total"].base, rel=1e-12)


def test_all_bad_inputs_are_named_at_once():
    with pytest.raises(InputProblems) as caught:
        run("weights", {"model": "llama-2-71b", "weights": "fp17", "gpus": "0", "gpu": "l4"})
    assert {problem.field for problem in caught.value.problems} == {"model", "weights", "gpus", "gpu"}
    assert "llama-2-70b" in str(caught.value)


def test_the_bits_that_fit_fill_the_memory():
    # 70 billion parameters in 24 GB next to 1.342 GB of KV cache: 22.658e9 * 8 / 70e9 = 2.59 bits
    assert 8 * size_that_fits(24e9 - 1.342e9, 0, 70e9) == pytest.approx(2.59, abs=0.005)
    # with the real count, and embeddings and norms in 16 bits: (22.658e9 - 2 * REST) * 8 / LINEAR
    bits = run("weights", {"model": "llama-2-70b", "room": "22.658 GB"}).outputs["bits_that_fit"]
    assert bits.to("bit") == pytest.approx((22.658e9 - 2 * REST) * 8 / LINEAR)


@pytest.mark.parametrize("room", [1, 15, 21, 36, 40, 70, 140, 280])
def test_the_largest_format_fits_and_is_the_largest(room):
    named = run("weights", {"room": f"{room} GB"}).outputs["format_that_fits"]
    sizes = {kind.label: run("weights", {"weights": slug}).outputs["total"].base for slug, kind in WEIGHTS.items()}
    fitting = [size for size in sizes.values() if size <= room * 1e9]
    assert (named == "none") == (not fitting)
    assert not fitting or sizes[named] == max(fitting)


def test_no_bits_where_not_even_the_rest_fits():
    assert run("weights", {"room": "1 GB"}).outputs["bits_that_fit"].base == 0


def test_a_scale_for_each_output_channel():
    # Llama 2 70B, channels of a layer: queries and output 2 * 8192, keys and values 2 * 1024, up and gate 2 * 28672, down 8192
    channels = 80 * (2 * 8192 + 2 * 1024 + 2 * 28672 + 8192)
    value = evaluate("weights.total?model=llama-2-70b&weights=fp8-channel").value
    assert value.base == pytest.approx(LINEAR + 4 * channels + 2 * REST, rel=1e-12)


def parts(model, weights, scope="linear"):
    return sizes(facts.load().models[model], weights, scope, Unrecorded())


def test_experts_bring_their_biases():
    # gpt-oss 20B: 24 layers, 32 experts, width 2880: three matrices of 2880 * 2880, biases of twice 2880 and of 2880
    held = parts("gpt-oss-20b", "bf16")
    assert held.experts == 2 * 24 * 32 * (3 * 2880 * 2880 + 3 * 2880)
    assert held.looked_up == 2 * 201_088 * 2880  # the input embedding
    assert parts("llama-2-70b", "bf16").experts == 0


def test_attention_stays_as_it_is_where_only_experts_are_quantized():
    assert parts("mixtral-8x7b", "q4_0", "experts").attention == 2
    assert parts("mixtral-8x7b", "q4_0").attention == 4.5 / 8


def test_a_mixed_type_raises_the_embedding_that_is_the_head_too():
    # Llama 3.2 1B: 128,256 * 2048 in Q6_K (210 bytes for 256), 16 layers' and the final norm of 2048 in Q4_K (144 for 256)
    embedding, norms = 128_256 * 2048, (2 * 16 + 1) * 2048
    raised = (embedding * 210 + norms * 144) / 256 / (embedding + norms)
    assert parts("llama-3.2-1b", "q4_k_m", "everything").rest == pytest.approx(raised, rel=1e-12)


def test_room_that_is_just_enough_is_enough():
    assert run("weights", {"model": "llama-2-70b", "room": f"{2 * (LINEAR + REST)} B"}).outputs["format_that_fits"] in (
        "FP16",
        "BF16",
    )
    for_the_rest_alone = run("weights", {"model": "llama-2-70b", "room": f"{2 * REST} B"})
    assert "Bits per parameter that fit" not in [step.label for step in for_the_rest_alone.working.steps]
