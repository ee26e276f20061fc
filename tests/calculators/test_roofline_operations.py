"""What each operation takes, worked by hand, and where it turns compute bound."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, facts, run
from calculators.architecture import Configuration, parameter_counts
from calculators.operations.layer import matrices
from calculators.present.form import form

MODELS = facts.load().models
RIDGE = 989.4 / 3.352 * 1000 / 1000  # FLOP/byte of an H100 SXM in BF16


def outputs(**inputs):
    return run("roofline", inputs).outputs


def remarks(**inputs):
    return " ".join(run("roofline", inputs).working.remarks)


def refused(field, **inputs):
    with pytest.raises(InputProblems) as caught:
        outputs(**inputs)
    [problem] = [problem for problem in caught.value.problems if problem.field == field]
    return problem


def test_gemv_is_a_gemm_of_one_row():
    one, vector = outputs(m=1), outputs(workload="gemv")
    assert (one["flop"], one["traffic"]) == (vector["flop"], vector["traffic"])
    assert vector["count_at_ridge"] == "none" and "one row" in remarks(workload="gemv")


def test_a_batch_of_one_multiplication_is_a_gemm():
    assert outputs(workload="batched", matrices=1, m=64)["traffic"] == outputs(m=64)["traffic"]


def test_own_matrices_for_each_row_never_turn_compute_bound_by_being_more():
    # int8[B,D] x int8[B,D,F]: 2BDF / (BD + BDF + BF), about 2 FLOP/byte for any B (scaling book, rooflines, question 4)
    few, many = (outputs(workload="batched", format="int8", m=1, matrices=count)["intensity"] for count in (4, 4096))
    assert few.base == pytest.approx(many.base) == pytest.approx(2, rel=1e-3)


def test_weights_in_half_the_bytes_need_half_the_rows():
    # Weights in 8 bits, multiplied in BF16: 2·B·D·F / (D·F) = 2·B for large matrices, twice that of 16-bit weights
    large = {"n": 1_000_000, "k": 1_000_000}
    wide, narrow = outputs(**large)["count_at_ridge"], outputs(weights="fp8", **large)["count_at_ridge"]
    assert narrow.base == pytest.approx(wide.base / 2, abs=1)


def test_stored_weights_count_their_scales():
    # INT8 with an FP32 scale per output: k * n * 1 + n * 4 bytes; x and y of one row in two bytes
    got = outputs(workload="gemv", weights="int8", n=1000, k=2000)["traffic"]
    assert got.base == 2000 * 1000 + 1000 * 4 + (2000 + 1000) * 2


def test_345_rows_reach_the_ridge_of_an_h100():
    # 4096 x 4096 in BF16: m = R·K·N·2 / (2·K·N - R·(K + N)·2) with R = 295.17: 344.9
    rows = outputs(n=4096, k=4096)["count_at_ridge"].base
    assert rows == 345
    assert outputs(m=344)["bound"] == "memory bandwidth" and outputs(m=345)["bound"] == "arithmetic"


def test_rows_of_independent_products_reach_the_ridge_by_themselves():
    # 4096 x 1024 in BF16 at 256 FLOP/byte: rows * 2 * 2^22 = 256 * (rows * 5120 * 2 + 2^23), so 2^31 / 5,767,168 = 372.4 rows
    given = {"workload": "batched", "matrices": 7, "n": 4096, "k": 1024, "peak": "256 TFLOPS", "bandwidth": "1 TB/s"}
    assert outputs(**given)["count_at_ridge"].base == 373


def test_scales_of_channels_are_read_before_the_first_row():
    # 4096 channels of 32 in INT8 with an FP32 scale: 147,456 bytes; at 16 FLOP/byte 16 * 147,456 / (2^18 - 16 * 8256) = 18.1 rows
    given = {"weights": "int8", "n": 4096, "k": 32, "peak": "16 TFLOPS", "bandwidth": "1 TB/s"}
    assert outputs(**given)["count_at_ridge"].base == 19


def test_no_number_of_rows_suffices_for_a_thin_matrix():
    # 2·N·K / ((N + K)·2) = 85.3 FLOP/byte at most for 4096 x 87.1; a LoRA of rank 16: under 16
    got = outputs(n=16, k=4096)
    assert got["count_at_ridge"] == "none"
    assert "stays below 15.9" in remarks(n=16, k=4096)


def test_attention_of_a_prompt_by_hand():
    # One sequence of 4096, 32 heads of 128, 8 KV heads, BF16, causal: 4 · 128 · 32 · 4096·4097/2 = 137.5e9 FLOP;
    # Q and O 2·4096·32·128·2 = 67.1e6 bytes, K and V 2·4096·8·128·2 = 16.8e6
    got = outputs(workload="prefill")
    assert got["flop"].base == 4 * 128 * 32 * 4096 * 4097 / 2
    assert got["traffic"].base == 2 * 4096 * 32 * 128 * 2 + 2 * 4096 * 8 * 128 * 2


def test_multi_head_attention_of_a_prompt_has_half_its_length_as_intensity():
    # TS / (T + S) FLOP/byte with 16-bit elements (scaling book, inference chapter): T / 2 where S = T
    got = outputs(workload="prefill", mask="full", heads=16, kv_heads=16, sequence=2000)
    assert got["intensity"].base == pytest.approx(1000)
    assert outputs(workload="prefill", mask="full", heads=16, kv_heads=16)["count_at_ridge"].base == 591  # ceil(2 · 295.17)


def test_unfused_attention_moves_its_scores_four_times():
    # FlashAttention, algorithm 0: S written and read, P written and read: 4 · 32 · 4096² · 2 bytes more
    fused, unfused = (outputs(workload="prefill", mask="full", kernel=kernel) for kernel in ("fused", "unfused"))
    assert unfused["traffic"].base - fused["traffic"].base == 4 * 32 * 4096**2 * 2
    assert unfused["flop"] == fused["flop"]
    assert unfused["bound"] == "memory bandwidth" and unfused["count_at_ridge"] == "none"  # at most head_dim / 2 = 64
    assert unfused["working_set"].base - fused["working_set"].base == 2 * 32 * 4096**2 * 2


def test_a_mask_saves_an_unfused_kernel_nothing():
    whole, causal = (outputs(workload="prefill", kernel="unfused", mask=mask)["flop"] for mask in ("full", "causal"))
    assert whole == causal


def test_what_a_prompt_touches_by_hand():
    # 4096 tokens, 32 query and 8 KV heads of 128 in BF16; unfused, the scores and their probabilities are held as well
    ends, cache = 2 * 4096 * 32 * 128 * 2, 2 * 4096 * 8 * 128 * 2
    assert outputs(workload="prefill")["working_set"].base == ends + cache
    assert outputs(workload="prefill", kernel="unfused")["working_set"].base == ends + cache + 2 * 32 * 4096**2 * 2


@pytest.mark.parametrize(
    ("kernel", "ridge", "tokens"),
    [
        ("fused", 256, 512),  # half its length is its arithmetic per byte
        # a token: 4 * 16 * 128 * n FLOP; 2 * 32 * 128 * 2 bytes and 4 * 16 * 2 * n of scores: 163,840 / (8192 - 1280) = 23.7
        ("unfused", 10, 24),
    ],
)
def test_the_prompt_that_reaches_the_ridge_by_hand(kernel, ridge, tokens):
    given = {"mask": "full", "heads": 16, "kv_heads": 16, "peak": f"{ridge} TFLOPS", "bandwidth": "1 TB/s"}
    assert outputs(workload="prefill", kernel=kernel, **given)["count_at_ridge"].base == tokens


def test_nothing_is_multiplied_before_the_first_key_where_all_keys_are_seen():
    # one head of one element: 4 * n FLOP on 2 * (1 + 1) * 2 = 8 bytes for each token; 100.05 FLOP/byte: 8 * 100.05 / 4 = 200.1
    given = {"mask": "full", "heads": 1, "kv_heads": 1, "head_dim": 1, "peak": "100.05 TFLOPS", "bandwidth": "1 TB/s"}
    assert outputs(workload="prefill", **given)["count_at_ridge"].base == 201


@pytest.mark.parametrize(
    ("kernel", "mask", "told"), [("unfused", "causal", True), ("unfused", "full", False), ("fused", "causal", False)]
)
def test_only_a_mask_that_saves_nothing_is_remarked_on(kernel, mask, told):
    assert ("works out the whole square" in remarks(workload="prefill", kernel=kernel, mask=mask)) == told


def test_attention_of_one_token_by_hand():
    # queries and results 2 * 32 * 128 * 2 bytes, keys and values of 1000 tokens 2 * 1000 * 8 * 128 * 2
    assert outputs(workload="decode", context=1000)["traffic"].base == 16_384 + 4_096_000


def test_decode_attention_never_turns_compute_bound():
    # MHA in 16 bits: 4·d·s FLOP on 4·d·s bytes of cache, 1 FLOP/byte; a group of 8 heads shares them: 8
    mha = outputs(workload="decode", heads=32, kv_heads=32, context=1_000_000)
    gqa = outputs(workload="decode", heads=64, kv_heads=8, context=1_000_000)
    assert mha["intensity"].base == pytest.approx(1, rel=1e-5) and gqa["intensity"].base == pytest.approx(8, rel=1e-4)
    assert outputs(workload="decode", batch=1000)["intensity"].base == pytest.approx(outputs(workload="decode")["intensity"].base)
    assert gqa["count_at_ridge"] == "none" and "never turns compute bound" in remarks(workload="decode")


def test_a_cache_in_half_the_bytes_is_read_in_half_the_time():
    wide, narrow = (outputs(workload="decode", kv=kv, context=1_000_000)["time"].base for kv in ("same", "fp8"))
    assert narrow == pytest.approx(wide / 2, rel=1e-4)


def test_elementwise_uses_the_vector_units():
    # ReLU in BF16: 1 FLOP on 4 bytes; the vector units of an H100 do 133.8 TFLOPS, its matrix units 989.4
    got = outputs(workload="elementwise")
    assert got["intensity"].base == 0.25
    assert got["ridge_point"].base == pytest.approx(133.8 / 3.352, rel=1e-9)
    assert got["time"].base == pytest.approx(4_194_304 * 4 / 3352e9)


def test_elementwise_work_can_be_bound_by_arithmetic():
    got = outputs(workload="elementwise", operations=1000)
    assert got["bound"] == "arithmetic" and "compute bound at any size" in remarks(workload="elementwise", operations=1000)


@pytest.mark.parametrize("slug", MODELS)
def test_the_matrices_of_a_layer_are_those_of_the_model(slug):
    model = MODELS[slug]
    c, counts = Configuration(model), parameter_counts(model)
    attention = counts.attention // c.layers
    if c.experts:
        mixture = (counts.experts + counts.shared_experts) // c.expert_layers + c.experts * c.hidden
    else:
        mixture = counts.feed_forward // c.layers
    assert sum(matrix.size for matrix in matrices(c)) == attention + mixture


def test_a_layer_by_hand():
    # Llama 3.1 8B: 4096 · (6144 + 4096 + 3 · 14336) = 218,103,808 weights; one token without context: 2 FLOP each;
    # in and out of QKV, output, gate and up, down: 10240 + 8192 + 32768 + 18432 elements
    got = outputs(workload="layer", context=0)
    assert got["flop"].base == 2 * 218_103_808
    assert got["traffic"].base == (218_103_808 + 10_240 + 8_192 + 32_768 + 18_432) * 2


def test_a_layer_of_a_mixture_in_int8_by_hand():
    # Mixtral 8x7B, one token after 1000. Attention: 4096 x (4096 + 2048) and 4096 x 4096; an expert: 3 * 4096 * 14336
    attention, router, expert = 41_943_040, 4096 * 8, 176_160_768
    got = outputs(workload="layer", model="mixtral-8x7b", weights="int8", batch=1, context=1000)
    assert got["flop"].base == 2 * (attention + router + 2 * expert) + 2 * 32 * (128 + 128) * 1000
    # an FP32 scale for each output, but the router stays in BF16; two of eight experts are read
    weights = attention + 4 * (6144 + 4096) + 2 * router + 2 * (expert + 4 * (2 * 14_336 + 4096))
    # in and out of QKV, output, router and two experts, and of attention; keys and values of 8 heads of 128
    moved = 10_240 + 8192 + (4096 + 8) + 2 * (4096 + 2 * 14_336 + 14_336 + 4096) + 32 * (128 + 128)
    assert got["traffic"].base == pytest.approx(weights + 2 * moved + 2 * 8 * 128 * 2 * 1000, rel=1e-12)


def test_a_layer_with_latents_by_hand():
    # DeepSeek-V3: down to 1536 + 512 + 64, queries 128 * (128 + 64), into the latents and back for each head, and out
    down, queries, into, out = 7168 * 2112, 1536 * 24_576, 128 * 128 * 512, 16_384 * 7168
    router, expert = 7168 * 256, 3 * 7168 * 2048
    used = down + queries + 2 * into + out + router + 9 * expert  # one expert is shared, eight are chosen
    got = outputs(workload="layer", model="deepseek-v3", weights="int8", batch=1, context=1000)
    assert got["flop"].base == 2 * used + 2 * 128 * (576 + 512) * 1000
    scales = 2112 + 24_576 + 128 * (512 + 128) + 7168 + 9 * (2 * 2048 + 7168)
    moved = (7168 + 2112) + (1536 + 24_576) + 2 * 128 * (128 + 512) + (16_384 + 7168) + (7168 + 256)
    moved += 9 * (7168 + 2 * 2048 + 2048 + 7168) + 128 * (576 + 512)
    traffic = used + router + 4 * scales + 2 * moved + (512 + 64) * 2 * 1000
    assert got["traffic"].base == pytest.approx(traffic, rel=1e-12)


def test_sequences_at_the_ridge_of_a_layer_by_hand():
    # Llama 3.1 8B after 1000 tokens at 20 FLOP/byte: the weights' 436,207,616 bytes, 2 FLOP for each weight and 16,384,000 of
    # attention; 155,648 bytes in and out and 4,096,000 of cache: 20 * 436,207,616 / (452,591,616 - 20 * 4,251,648) = 23.7
    given = {"workload": "layer", "context": 1000, "peak": "20 TFLOPS", "bandwidth": "1 TB/s"}
    assert outputs(**given)["count_at_ridge"].base == 24


@pytest.mark.parametrize(("model", "most"), [("gemma-3-27b", "window"), ("gpt-oss-20b", "full")])
def test_most_layers_are_more_than_half(model, most):
    # Gemma 3 27B: 52 windows in 62 layers; gpt-oss 20B: 12 in 24
    given = {"workload": "layer", "model": model, "context": 50_000}
    assert outputs(**given)["traffic"] == outputs(**given, span=most)["traffic"]
    assert outputs(**given, span="window")["traffic"].base < outputs(**given, span="full")["traffic"].base


def test_only_layers_of_two_kinds_are_remarked_on():
    assert "12 of the 24 layers attend to a sliding window" in remarks(workload="layer", model="gpt-oss-20b")
    for model in ("llama-3.1-8b", "mistral-7b-v0.1", "mixtral-8x7b"):  # no window, all windows, all experts
        assert "of the 32 layers" not in remarks(workload="layer", model=model)


def test_a_single_layer_with_a_window_is_remarked_on():
    config = {"model_type": "qwen2", "hidden_size": 64, "intermediate_size": 128, "num_attention_heads": 4, "vocab_size": 1000}
    config |= {"num_key_value_heads": 4, "num_hidden_layers": 4, "tie_word_embeddings": False}
    config |= {"use_sliding_window": True, "sliding_window": 16, "max_window_layers": 3}
    assert "1 of the 4 layers attend to a sliding window" in remarks(workload="layer", model=json.dumps(config))


def test_a_long_context_keeps_a_layer_from_turning_compute_bound():
    short, long = outputs(workload="layer", context=0), outputs(workload="layer", context=4096)
    assert short["count_at_ridge"].base > RIDGE  # the activations count too
    assert long["count_at_ridge"] == "none"


def test_a_mixture_needs_more_tokens_than_a_dense_layer():
    # each of 256 experts sees 1 in 32 tokens: about 32 times the ridge before it is compute bound
    dense = outputs(workload="layer", context=0)["count_at_ridge"].base
    mixture = {"workload": "layer", "model": "deepseek-v3", "context": 0}
    found = outputs(**mixture)["count_at_ridge"].base
    assert found > 10 * dense
    assert outputs(**mixture, batch=int(found))["bound"] == "arithmetic"
    assert outputs(**mixture, batch=int(found) - 1)["bound"] == "memory bandwidth"
    assert "3 of the 61 layers have no experts" in remarks(**mixture)


def test_a_window_bounds_what_a_layer_reads():
    near, far = (outputs(workload="layer", model="gemma-2-9b", span="window", context=c)["traffic"] for c in (4096, 100_000))
    assert near == far
    everything = outputs(workload="layer", model="gemma-2-9b", span="full", context=100_000)["traffic"]
    assert everything.base > far.base
    assert refused("span", workload="layer", span="window").accepted == "most, full"
    assert refused("span", workload="layer", model="mistral-7b-v0.1", span="full")
    assert outputs(workload="layer", model="mistral-7b-v0.1", context=100_000)["traffic"].base > 0


@given(st.integers(1, 5000), st.integers(1, 5000), st.sampled_from(["same", "fp8", "int4-g128"]))
def test_the_rows_at_the_ridge_are_the_first_that_reach_it(n, k, weights):
    got = outputs(n=n, k=k, weights=weights)
    if got["count_at_ridge"] == "none":
        assert outputs(n=n, k=k, weights=weights, m=10_000_000)["bound"] == "memory bandwidth"
        return
    rows = int(got["count_at_ridge"].base)
    if rows < 10_000_000:
        assert outputs(n=n, k=k, weights=weights, m=rows)["bound"] == "arithmetic"
        assert rows == 1 or outputs(n=n, k=k, weights=weights, m=rows - 1)["bound"] == "memory bandwidth"


@given(st.sampled_from(["causal", "full"]), st.sampled_from([(32, 32), (32, 8), (64, 1)]), st.sampled_from(["fused", "unfused"]))
def test_the_prompt_at_the_ridge_is_the_first_that_reaches_it(mask, heads, kernel):
    shape = {"workload": "prefill", "mask": mask, "heads": heads[0], "kv_heads": heads[1], "kernel": kernel}
    got = outputs(**shape)
    if got["count_at_ridge"] == "none":
        assert outputs(**shape, sequence=1_000_000)["bound"] == "memory bandwidth"
        return
    tokens = int(got["count_at_ridge"].base)
    assert outputs(**shape, sequence=tokens)["bound"] == "arithmetic"
    assert outputs(**shape, sequence=tokens - 1)["bound"] == "memory bandwidth"


@pytest.mark.parametrize(
    ("field", "inputs"),
    [
        ("m", {"workload": "elementwise", "m": 8}),
        ("m", {"workload": "gemv", "m": 8}),
        ("heads", {"heads": 8}),
        ("matrices", {"matrices": 8}),
        ("model", {"workload": "decode", "model": "llama-3.1-8b"}),
        ("kernel", {"workload": "decode", "kernel": "fused"}),
        ("weights", {"workload": "prefill", "weights": "fp8"}),
        ("context", {"workload": "prefill", "context": 9}),
        ("sparsity", {"workload": "decode", "sparsity": "sparse"}),
        ("accumulate", {"workload": "elementwise", "accumulate": "fp16"}),
        ("kv_heads", {"workload": "decode", "heads": 32, "kv_heads": 5}),
        ("context", {"workload": "decode", "context": 0}),
        ("reads", {"workload": "elementwise", "reads": 0, "writes": 0}),
        ("workload", {"workload": "convolution"}),
    ],
)
def test_what_an_operation_does_not_have_is_refused(field, inputs):
    assert refused(field, **inputs).accepted


def test_a_refused_operation_hides_no_other_problem():
    with pytest.raises(InputProblems) as caught:
        outputs(workload="convolution", m=3, bandwidth="-1 GB/s")
    assert {problem.field for problem in caught.value.problems} == {"workload", "bandwidth"}


def test_the_form_hides_what_the_chosen_operation_does_not_have():
    html = form(run("roofline"))
    hidden = set(re.findall(r'data-field="(\w+)" data-when="workload" data-values="[\w ]+" hidden', html))
    assert {"matrices", "heads", "sequence", "elements", "model"} <= hidden and not {"m", "n", "k", "weights"} & hidden
    assert hidden == {name for name, value in run("roofline").values.items() if value.value is None} - {
        "second",
        "third",
        "fourth",
    } - {
        "measured",
        "l2_bandwidth",
    }
