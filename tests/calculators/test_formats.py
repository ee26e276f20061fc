"""Bits per weight as formats store them, from the layouts of their blocks."""

import pytest

from calculators import InputProblems, evaluate, facts, run
from calculators.architecture import parameter_counts
from calculators.formats import KV, WEIGHTS, bytes_of

MODELS = facts.load().models


# bytes of a block and weights in it: llama.cpp, ggml/src/ggml-common.h (the assertions on sizeof)
@pytest.mark.parametrize(
    ("kind", "size", "weights"),
    [
        ("q2_k", 2 * 2 + 16 + 64, 256), ("q3_k", 2 + 64 + 32 + 12, 256), ("q4_k", 2 * 2 + 12 + 128, 256),
        ("q5_k", 2 * 2 + 12 + 128 + 32, 256), ("q6_k", 2 + 16 + 192, 256), ("iq4_xs", 2 + 2 + 4 + 128, 256),
        ("q4_0", 2 + 16, 32), ("q5_0", 2 + 4 + 16, 32), ("q8_0", 2 + 32, 32), ("mxfp4", 1 + 16, 32), ("nvfp4", 4 + 32, 64),
    ],
)  # fmt: skip
def test_blocks(kind, size, weights):
    assert bytes_of(WEIGHTS[kind]) == pytest.approx(size / weights, rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "bits"),
    [
        ("int4-g128", 4 + 20 / 128), ("int4-g64", 4 + 20 / 64), ("int4-g32", 4 + 20 / 32), ("int8-g128", 8 + 24 / 128),
        ("nf4", 4.5), ("nf4-dq", 4 + 8 / 64 + 32 / (64 * 256)), ("fp8-block", 8 + 32 / 128**2), ("mxfp8", 8.25), ("fp8", 8),
    ],
)  # fmt: skip
def test_groups(kind, bits):
    assert bytes_of(WEIGHTS[kind]) * 8 == pytest.approx(bits, rel=1e-12)


def test_the_elements_of_a_block_have_the_bits_of_its_name():
    named = {
        "q8_0": 8,
        "q6_k": 6,
        "q5_k_m": 5,
        "q5_k": 5,
        "q5_0": 5,
        "q4_k_m": 4,
        "q4_k": 4,
        "q4_0": 4,
        "iq4_xs": 4,
        "q3_k": 3,
        "q2_k": 2,
    }
    assert {kind: WEIGHTS[kind].bits for kind in named} == named
    assert [KV[kind].bits for kind in ("q8_0", "q4_0")] == [8, 4]


def test_a_mixed_type_stores_most_as_the_plain_one_does():
    for mixed, plain in (("q4_k_m", "q4_k"), ("q5_k_m", "q5_k")):
        assert bytes_of(WEIGHTS[mixed]) == bytes_of(WEIGHTS[plain])


def test_what_has_no_groups_takes_the_bits_of_its_name():
    whole = {"fp32": 32, "bf16": 16, "fp16": 16, "fp8": 8, "int8": 8}
    assert {kind: bytes_of(WEIGHTS[kind]) * 8 for kind in whole} == whole
    assert {kind: bytes_of(KV[kind]) * 8 for kind in whole} == whole
    # a scale in FP32 for each output channel is kept aside
    scaled = {kind: WEIGHTS[kind].row_bits for kind in WEIGHTS if WEIGHTS[kind].row_bits}
    assert scaled == {"fp8-channel": 32, "int8": 32}


@pytest.mark.parametrize(
    ("kind", "bits"),
    # four bits with an FP16 scale and zero point per 128, with an FP8 scale per 16, with an FP16 scale per 32
    [("int4", 4 + 32 / 128), ("nvfp4", 4 + 8 / 16), ("q4_0", 4 + 16 / 32), ("q8_0", 8 + 16 / 32)],
)
def test_groups_of_the_cache(kind, bits):
    assert bytes_of(KV[kind]) * 8 == bits


def test_a_scale_per_row_adds_up_to_four_bytes_per_output_channel():
    # Llama 2 7B: Q, K, V and output of 4096 rows, gate and up of 11008, down of 4096, in 32 layers
    rows = 32 * (4 * 4096 + 2 * 11008 + 4096)
    for kind in ("int8", "fp8-channel"):
        plain, scaled = (run("weights", {"model": "llama-2-7b", "weights": w}).outputs["total"].base for w in ("fp8", kind))
        assert scaled - plain == pytest.approx(4 * rows, rel=1e-9)


def test_q4_k_m_of_llama_3_1_8b_is_as_large_as_published():
    # llama.cpp, tools/quantize/README.md: 4.58 GiB; norms are kept in 32 bits there
    size = evaluate("weights.total?model=llama-3.1-8b&weights=q4_k_m&scope=everything").value
    assert size.to("GiB") == pytest.approx(4.58, abs=0.01)


def test_gpt_oss_as_published():
    # gpt-oss model card, Table 1: checkpoints of 60.8 and 12.8 GiB, experts in MXFP4, the rest in BF16
    for slug, size in (("gpt-oss-120b", 60.8), ("gpt-oss-20b", 12.8)):
        got = evaluate(f"weights.total?model={slug}&weights=mxfp4&scope=experts").value
        assert got.to("GiB") == pytest.approx(size, abs=0.05)


def test_only_mixtures_have_experts_to_quantize():
    with pytest.raises(InputProblems, match=r"scope.*no experts"):
        run("weights", {"model": "llama-2-7b", "weights": "mxfp4", "scope": "experts"})


@pytest.mark.parametrize("kind", sorted(WEIGHTS))
@pytest.mark.parametrize("slug", ["llama-3.1-8b", "mixtral-8x7b", "deepseek-v2", "gemma-2-9b"])
def test_scopes_are_ordered_and_no_format_is_free(kind, slug):
    linear, everything = (
        run("weights", {"model": slug, "weights": kind, "scope": scope}).outputs["total"].base
        for scope in ("linear", "everything")
    )
    total = parameter_counts(MODELS[slug]).total
    assert everything >= total * WEIGHTS[kind].bits / 8
    assert linear >= everything or not WEIGHTS[kind].quantized


def test_a_mixed_type_lies_between_its_parts():
    for mixed, plain in (("q4_k_m", "q4_k"), ("q5_k_m", "q5_k")):
        for slug in MODELS:
            element = run("weights", {"model": slug, "weights": mixed}).outputs["bytes_per_parameter"].base
            assert bytes_of(WEIGHTS[plain]) < element < bytes_of(WEIGHTS["q6_k"])


def test_cache_formats_are_those_of_weights():
    for kind in KV.keys() & WEIGHTS.keys():
        assert bytes_of(KV[kind]) == pytest.approx(bytes_of(WEIGHTS[kind]), rel=1e-12)


def test_what_only_experts_take():
    # Mixtral 8x7B: 32 layers of 8 experts with gate and up of 14336 rows and down of 4096; all else in 16 bits
    experts, rows = 32 * 8 * 3 * 4096 * 14336, 32 * 8 * (2 * 14336 + 4096)
    got = evaluate("weights.total?model=mixtral-8x7b&weights=int8&scope=experts").value.base
    assert got == pytest.approx(experts + 4 * rows + 2 * (46_702_792_704 - experts), rel=1e-12)
    # half of the layers (i < 4, i >= 28, every third between: 16) keep the down matrices in Q6_K
    mixed = evaluate("weights.total?model=mixtral-8x7b&weights=q4_k_m&scope=experts").value.base
    down = experts / 3 * 16 / 32
    assert mixed == pytest.approx((experts - down) * 4.5 / 8 + down * 6.5625 / 8 + 2 * (46_702_792_704 - experts), rel=1e-12)
