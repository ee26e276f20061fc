"""Weights, worked by hand from Llama 2 70B's shape: 80 layers, width 8192, feed-forward 28672, 8 KV heads, 32000 tokens."""

import pytest

from calculators import InputProblems, evaluate, run
from calculators.formats import WEIGHTS
from calculators.weights import size_that_fits

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
