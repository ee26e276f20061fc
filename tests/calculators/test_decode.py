"""Decoding, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, facts, run
from calculators.architecture import parameter_counts

WEIGHTS_READ = (68_976_648_192 - 32000 * 8192) * 2  # FP16, all but the input embedding


def outputs(**inputs):
    return run("decode", inputs).outputs


def test_two_h100_read_the_weights_and_the_cache():
    # (137.4e9 + 1024 * 327,680) bytes over 2 * 3.352e12 bytes/s = 20.55 ms
    got = outputs(gpu="h100-sxm5-80gb", gpus=2, model="llama-2-70b", context=1024)
    assert got["time_per_output_token"].base == pytest.approx((WEIGHTS_READ + 1024 * 327_680) / (2 * 3.352e12), rel=1e-12)
    assert got["token_rate"].base == pytest.approx(1 / got["time_per_output_token"].base)
    assert got["bound"] == "memory bandwidth"


def test_arithmetic_of_one_token():
    # two FLOP per parameter but the input embedding, and 4 * 80 * 64 * 128 FLOP per token of context
    got = outputs(model="llama-2-70b", context=1000)
    assert got["flop"].base == 2 * (68_976_648_192 - 32000 * 8192) + 4 * 80 * 64 * 128 * 1000


def test_what_does_not_fit_has_no_time_unless_asked_for():
    with pytest.raises(InputProblems, match=r"gpus.*too few"):
        outputs(gpus=1)
    run_anyway = run("decode", {"gpus": 1, "capacity_rule": "ignore"})
    assert run_anyway.outputs["time_per_output_token"].base == pytest.approx(2 * outputs(gpus=2)["time_per_output_token"].base)
    assert any("does not fit" in remark for remark in run_anyway.working.remarks)


def test_one_sequence_of_a_mixture_reads_two_experts_of_eight():
    got = outputs(model="mixtral-8x7b", gpus=2, context=1, batch=1)
    attention_and_head = 46_702_792_704 - 32000 * 4096 - 32 * 8 * 3 * 4096 * 14336
    read = 2 * (attention_and_head + 32 * 2 * 3 * 4096 * 14336)
    assert got["bytes_read"].base == pytest.approx(read + 2 * 32 * 8 * 128 * 2, rel=1e-9)


def test_more_gpus_than_kv_heads_keep_copies_of_the_cache_and_of_what_makes_it():
    # 16 GPUs keep the 8 KV heads of Llama 2 70B twice, and their matrices: 2 of 8192 x 1024 in 80 layers
    few, many = (outputs(gpus=gpus, context=100_000)["bytes_read"].base for gpus in (8, 16))
    assert many - few == pytest.approx(100_000 * 327_680 + 80 * 2 * 8192 * 1024 * 2, rel=1e-9)


def test_a_large_batch_is_limited_by_arithmetic():
    got = outputs(gpu="h100-sxm5-80gb", model="llama-2-7b", gpus=8, batch=4096, context=16)
    assert got["bound"] == "arithmetic"


@given(st.integers(1, 64), st.integers(1, 4096), st.sampled_from(["fp16", "fp8", "int4-g128"]))
def test_more_work_never_takes_less_time(batch, context, weights):
    one = outputs(gpus=8, batch=batch, context=context, weights=weights)
    more = outputs(gpus=8, batch=batch + 1, context=context + 1, weights=weights)
    assert more["time_per_output_token"].base > one["time_per_output_token"].base


@given(st.integers(1, 100), st.integers(1, 100))
def test_lower_efficiency_never_helps(mbu, mfu):
    real = outputs(bandwidth_efficiency=f"{mbu}%", compute_efficiency=f"{mfu}%")
    assert real["time_per_output_token"].base >= outputs()["time_per_output_token"].base


MIXTURES = sorted(slug for slug, model in facts.load().models.items() if "architecture.num_experts" in model)
ANYWAY = {"capacity_rule": "ignore", "gpus": 8}


@pytest.mark.parametrize("slug", MIXTURES)
def test_one_sequence_reads_exactly_its_experts(slug):
    counts = parameter_counts(facts.load().models[slug])
    got = outputs(model=slug, batch=1, context=1, **ANYWAY)
    assert got["experts"].base == pytest.approx(counts.experts_per_token)
    held = run("memory_fit", {"model": slug, "gpus": 8, "context": 1}).outputs
    read = 2 * counts.multiplied + held["copies"].base + held["kv_cache"].base
    assert got["bytes_read"].base == pytest.approx(read, rel=1e-9)


def test_a_batch_reads_the_experts_that_some_sequence_needs():
    # 8 experts, 2 per token, 4 sequences: 8 * (1 - (6/8)**4) = 5.46875
    assert outputs(model="mixtral-8x7b", batch=4, **ANYWAY)["experts"].base == pytest.approx(5.46875)


@given(st.sampled_from(MIXTURES), st.integers(1, 5000))
def test_experts_read_grow_with_the_batch_up_to_all(slug, batch):
    counts = parameter_counts(facts.load().models[slug])
    one, more = (outputs(model=slug, batch=size, **ANYWAY)["experts"].base for size in (batch, batch + 1))
    assert one <= more <= counts.num_experts


def test_a_dense_model_has_no_experts_to_read():
    assert outputs(model="llama-2-7b", gpus=1)["experts"] == "none"


def test_windowed_layers_read_and_attend_to_their_window():
    # gpt-oss-20b: 12 full layers and 12 with a window of 128; 64 query heads of 64; 2,048 bytes per layer and token
    short, long = (outputs(model="gpt-oss-20b", gpus=1, context=context) for context in (1000, 2000))
    assert long["bytes_read"].base - short["bytes_read"].base == pytest.approx(12 * 2048 * 1000)
    assert long["flop"].base - short["flop"].base == pytest.approx(12 * 1000 * 4 * 64 * 64)


def test_latent_attention_works_on_the_latent():
    # DeepSeek-V3: 128 heads, keys of 512 + 64 and values of 512 elements, 61 layers
    short, long = (outputs(model="deepseek-v3", context=context, **ANYWAY) for context in (1000, 2000))
    assert long["flop"].base - short["flop"].base == pytest.approx(61 * 1000 * 2 * 128 * (576 + 512))


@pytest.mark.parametrize("slug", sorted(facts.load().models))
def test_every_model_decodes(slug):
    got = outputs(model=slug, batch=2, **ANYWAY)
    counts = parameter_counts(facts.load().models[slug])
    assert got["bytes_read"].base > 2 * counts.multiplied
    assert got["flop"].base > 2 * 2 * counts.multiplied


def test_two_all_reduces_per_layer():
    # batch 4 on 8 H100: 4 * 8192 * 2 = 65,536 bytes; ring: 2 * 7/8 sent at 450 GB/s, 14 hops of 3.4 us; 160 of them
    ring = outputs(gpus=8, batch=4, exchange="links", algorithm="ring")
    assert ring["exchange_time"].base == pytest.approx(160 * (65_536 * 2 * 7 / 8 / 450e9 + 14 * 3.4e-6))
    direct = outputs(gpus=8, batch=4, exchange="links", algorithm="direct")
    assert direct["exchange_time"].base == pytest.approx(160 * (65_536 * 7 / 450e9 + 3.4e-6))
    assert outputs(gpus=8, batch=4, exchange="links")["exchange_time"] == direct["exchange_time"]


def test_one_gpu_exchanges_nothing():
    got = outputs(gpus=1, model="llama-2-7b", exchange="links")
    assert got["exchange_time"].base == 0
    assert got["time_per_output_token"] == outputs(gpus=1, model="llama-2-7b")["time_per_output_token"]


def test_launching_a_step_takes_its_time():
    slow = outputs(launch="5 ms")["time_per_output_token"].base
    assert slow == pytest.approx(outputs()["time_per_output_token"].base + 0.005)


def test_layers_dealt_out_run_at_the_bandwidth_of_one_gpu():
    # one GPU works at a time: 137.8 GB / 3.352 TB/s = 41.1 ms, on two GPUs as on eight
    two, eight = (outputs(gpus=gpus, split="layer") for gpus in (2, 8))
    assert two["time_per_output_token"] == eight["time_per_output_token"]
    assert two["time_per_output_token"].base == pytest.approx((WEIGHTS_READ + 1024 * 327_680) / 3.352e12)


def test_whole_layers_need_no_copies_of_heads():
    tensor, layer = (outputs(gpus=16, split=split, context=100_000)["bytes_read"].base for split in ("tensor", "layer"))
    # 16 GPUs keep the 8 KV heads twice, and so the matrices that make them: 2 of 8192 x 1024 in 80 layers
    assert tensor - layer == pytest.approx(100_000 * 327_680 + 80 * 2 * 8192 * 1024 * 2)


def test_a_pipeline_works_on_as_many_groups_as_it_has_stages():
    # 64 sequences on 4 GPUs: each group of 16 reads all weights and its own cache on its way through
    got = outputs(gpus=4, split="pipeline", batch=64)
    assert got["time_per_output_token"].base == pytest.approx((WEIGHTS_READ + 16 * 1024 * 327_680) / 3.352e12)
    assert got["token_rate"].base == pytest.approx(64 / got["time_per_output_token"].base)


def test_a_single_sequence_gains_nothing_from_a_pipeline():
    assert outputs(split="pipeline")["time_per_output_token"] == outputs(split="layer")["time_per_output_token"]


def test_speculation_by_hand():
    # acceptance 0.8, 4 drafted: (1 - 0.8**5) / 0.2 = 3.3616 tokens per step (Leviathan et al., equation 1)
    got = outputs(gpus=4, speculation="draft", acceptance="80%", drafted=4)
    assert got["tokens_per_step"].base == pytest.approx(3.3616)
    draft = outputs(gpus=4, model="llama-2-7b")["time_per_output_token"].base
    assert got["draft_time"].base == pytest.approx(4 * draft)
    plain = outputs(gpus=4)["time_per_output_token"].base  # verifying five tokens is as memory bound as one
    assert got["time_per_output_token"].base == pytest.approx((plain + 4 * draft) / 3.3616)


def test_guesses_that_are_never_accepted_cost_their_drafts():
    got = outputs(gpus=4, speculation="draft", acceptance="0%")
    assert got["tokens_per_step"].base == 1
    assert got["time_per_output_token"].base > outputs(gpus=4)["time_per_output_token"].base


@given(st.integers(0, 98), st.integers(1, 63))
def test_more_accepted_guesses_never_hurt(acceptance, drafted):
    one, more = (outputs(gpus=4, speculation="draft", acceptance=f"{share}%", drafted=drafted) for share in (acceptance, 99))
    assert 1 <= one["tokens_per_step"].base <= more["tokens_per_step"].base <= drafted + 1
    assert more["time_per_output_token"].base <= one["time_per_output_token"].base


def test_the_draft_model_has_to_fit_too():
    inputs = {"gpu": "a100-sxm4-80gb", "gpus": 2, "batch": 70, "context": 1024}
    outputs(**inputs)
    with pytest.raises(InputProblems, match="too few"):
        outputs(**inputs, speculation="draft", draft="llama-2-13b")


def test_a_mixture_reads_the_experts_of_all_drafted_tokens():
    one, five = (
        outputs(model="mixtral-8x7b", speculation=mode, drafted=4, draft="tinyllama-1.1b", **ANYWAY) for mode in ("off", "draft")
    )
    assert one["experts"].base == pytest.approx(2)
    assert five["experts"].base == pytest.approx(8 * (1 - (6 / 8) ** 5))


def test_without_a_peak_memory_alone_bounds():
    got = run("decode", {"gpu": "apple-m4-max", "gpus": 1, "model": "llama-3.1-8b", "weights": "q4_0"})
    assert got.outputs["bound"] == "memory bandwidth"
    assert got.outputs["arithmetic_time"] == "none"
    assert any("memory alone" in remark for remark in got.working.remarks)


def test_a_derived_peak_counts():
    # no dense FP8 peak is printed for some cards; half of the sparse one is known
    assert outputs(gpu="l4", gpus=1, model="llama-3.1-8b", compute="fp8")["arithmetic_time"] != "none"


def test_links_that_are_not_there_are_refused():
    with pytest.raises(InputProblems, match=r"exchange.*no such link"):
        outputs(gpu="rtx-4090", gpus=8, exchange="links")


def test_layers_dealt_out_pass_one_vector_at_each_boundary():
    # batch 4 on 8 GPUs: seven messages of 4 * 8192 * 2 = 65,536 bytes at 450 GB/s, each with a hop of 3.4 us
    got = outputs(gpus=8, batch=4, split="layer", exchange="links")
    assert got["exchange_time"].base == pytest.approx(7 * (65_536 / 450e9 + 3.4e-6))
    assert outputs(gpus=1, model="llama-2-7b", split="layer", exchange="links")["exchange_time"].base == 0


def test_a_drafted_token_is_exchanged_too():
    # four guesses and the token after them: five times what one token sends, in as many messages
    plain, drafted = (
        outputs(gpus=8, exchange="links", algorithm="ring", hop="0 us", drafted=4, speculation=mode) for mode in ("off", "draft")
    )
    assert drafted["exchange_time"].base == pytest.approx(5 * plain["exchange_time"].base)


@pytest.mark.parametrize("split", ["tensor", "layer"])
def test_one_gpu_needs_no_link_to_exchange_nothing_over(split):
    got = outputs(gpus=1, model="llama-2-7b", split=split, exchange="own")
    assert got["exchange_time"].base == 0


def test_two_gpus_pass_their_vectors_on_once():
    # batch 4: 65,536 bytes at 450 GB/s, after a hop of 3.4 us
    got = outputs(gpus=2, batch=4, split="layer", exchange="links")
    assert got["exchange_time"].base == pytest.approx(65_536 / 450e9 + 3.4e-6)


def test_a_drafted_token_is_multiplied_and_passed_on_too():
    plain, drafted = (
        outputs(gpus=8, split="layer", exchange="links", hop="0 us", drafted=4, speculation=mode) for mode in ("off", "draft")
    )
    assert drafted["flop"].base == pytest.approx(5 * plain["flop"].base)
    assert drafted["exchange_time"].base == pytest.approx(5 * plain["exchange_time"].base)


def test_what_just_fits_has_a_time():
    # Llama 2 70B in FP16 and 1,024 tokens of cache, half on each of two GPUs
    each = (2 * 68_976_648_192 + 1024 * 327_680) // 2
    assert outputs(capacity=f"{each} byte")["bytes_read"].base > 0
    with pytest.raises(InputProblems, match="too few"):
        outputs(capacity=f"{each - 1} byte")


@pytest.mark.parametrize(
    ("inputs", "floor"),
    [
        ({}, True),
        ({"bandwidth_efficiency": "99%"}, False),
        ({"compute_efficiency": "99%"}, False),
        ({"speculation": "draft"}, False),
        ({"model": "mixtral-8x7b"}, True),
        ({"model": "mixtral-8x7b", "batch": 2}, False),  # which experts are read depends on the text
        ({"batch": 2}, True),
    ],
)
def test_the_summary_says_whether_it_is_a_floor(inputs, floor):
    said = run("decode", {"gpus": 4} | inputs).summary
    assert said.startswith("At least " if floor else "About ") and (", at most " in said) == floor


def test_one_group_of_a_pipeline_is_never_empty():
    # three sequences on four GPUs: three groups of one
    got = outputs(gpus=4, split="pipeline", batch=3)
    assert got["bytes_read"].base == pytest.approx(WEIGHTS_READ + 1024 * 327_680)
    assert got["token_rate"].base == pytest.approx(3 / got["time_per_output_token"].base)
