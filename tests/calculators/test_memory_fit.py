"""Memory, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run


def outputs(**inputs):
    return run("memory_fit", inputs).outputs


def test_llama_2_70b_on_two_cards_of_80_gb():
    # 137.953 GB weights + 1.342 GB KV + 2 * 1 GB overhead against 160 GB
    got = outputs(capacity="80 GB", overhead="1 GB", context=4096, batch=1)
    assert got["total"].base == pytest.approx(68_976_648_192 * 2 + 327_680 * 4096 + 2e9)
    assert got["fits"] is True
    assert got["free"].base == pytest.approx(160e9 - got["total"].base)


def test_seven_billion_with_32_long_sequences_needs_more_than_24_gb():
    got = outputs(gpu="rtx-4090", gpus=1, model="llama-2-7b", batch=32, context=4096, overhead="0 GB")
    assert got["fits"] is False
    assert got["total"].base == pytest.approx(6_738_415_616 * 2 + 524_288 * 4096 * 32)
    assert got["short"].base == pytest.approx(got["total"].base - got["capacity"].base)


def test_tensor_parallel_counts_divide_the_heads():
    # 138 GB on cards of 24 GB with 1 GB overhead: ceil(139.3 / 23) = 7 by memory, 8 divides 64 heads
    got = outputs(gpu="rtx-4090", gpus=8, capacity="24 GB", overhead="1 GB")
    assert got["min_gpus"].base == 7
    assert got["min_gpus_dividing"].base == 8


def test_overhead_that_leaves_nothing_is_refused():
    with pytest.raises(InputProblems, match=r"overhead.*leaves nothing"):
        outputs(overhead="90 GB")


@given(st.integers(1, 16), st.integers(1, 200), st.integers(1, 32_000))
def test_parts_add_up_and_the_verdict_follows(gpus, batch, context):
    got = outputs(gpus=gpus, batch=batch, context=context)
    assert got["weights"].base + got["kv_cache"].base + got["overhead"].base == pytest.approx(got["total"].base)
    assert got["fits"] == (got["total"].base <= got["capacity"].base)
    assert min(got["free"].base, got["short"].base) == 0
    assert (got["max_batch"].base >= batch) == got["fits"]


@given(st.integers(1, 64), st.integers(1, 32_000))
def test_the_fewest_gpus_fit_and_one_fewer_does_not(batch, context):
    found = outputs(batch=batch, context=context, gpus=1)["min_gpus"]
    if found == "none":
        assert not outputs(batch=batch, context=context, gpus=1024)["fits"]
        return
    fewest = int(found.base)
    assert outputs(batch=batch, context=context, gpus=fewest)["fits"]
    assert fewest == 1 or not outputs(batch=batch, context=context, gpus=fewest - 1)["fits"]


def test_a_latent_is_replicated_on_every_gpu():
    # DeepSeek-V3: 61 * 576 * 2 bytes per token on each of 8 GPUs
    got = outputs(model="deepseek-v3", gpu="h200-sxm-141gb", gpus=8, weights="fp8-block", context=1000)
    assert got["kv_cache"].base == 8 * 61 * 576 * 2 * 1000


def test_a_mixture_holds_all_of_its_experts():
    assert outputs(model="mixtral-8x7b", gpus=2)["weights"].base == 2 * 46_702_792_704


def test_windows_kept_or_not():
    # gpt-oss-20b: 12 full and 12 windowed layers of 2,048 bytes per token
    window, full = (
        outputs(model="gpt-oss-20b", gpus=1, context=10_000, policy=policy)["kv_cache"].base for policy in ("window", "full")
    )
    assert full == 24 * 2048 * 10_000
    assert window == 12 * 2048 * (10_000 + 128)


@pytest.mark.parametrize("model", ["deepseek-v3", "gpt-oss-120b", "falcon-7b"])
def test_the_fewest_gpus_count_the_replicas(model):
    found = outputs(model=model, gpus=1, gpu="h200-sxm-141gb", weights="fp8", batch=16, context=8192)["min_gpus"]
    fewest = int(found.base)
    for gpus in (fewest, fewest - 1):
        fits = gpus and outputs(model=model, gpus=gpus, gpu="h200-sxm-141gb", weights="fp8", batch=16, context=8192)["fits"]
        assert bool(fits) == (gpus == fewest)


def test_more_gpus_than_kv_heads_keep_copies_of_their_matrices():
    # Llama 2 70B, 8 KV heads on 16 GPUs: K and V matrices of 80 layers twice, 2 * 80 * 2 * 8192 * 1024 bytes more
    got = outputs(gpus=16)
    assert got["copies"].base == pytest.approx(2 * 80 * 2 * 8192 * 1024)
    assert outputs(gpus=8)["copies"].base == 0


def test_every_gpu_keeps_the_matrices_that_make_latents():
    # DeepSeek-V3: 61 layers of 7168 * (1536 + 512 + 64) parameters, a byte each, seven copies beyond the first
    got = outputs(model="deepseek-v3", gpu="h200-sxm-141gb", gpus=8, weights="fp8")
    assert got["copies"].base == pytest.approx(7 * 61 * 7168 * 2112)


def test_embeddings_split_or_kept_whole():
    split, whole = (outputs(gpus=4, embeddings=how) for how in ("split", "replicated"))
    assert whole["weights"].base - split["weights"].base == pytest.approx(3 * 2 * 32000 * 8192 * 2)
    assert whole["per_gpu"].base - split["per_gpu"].base == pytest.approx(3 / 4 * 2 * 32000 * 8192 * 2)


def test_stages_have_whole_layers():
    # 80 layers on 3 stages: 27 of them on the fullest, with one of the two tables
    got = outputs(gpus=3, stages=3, overhead="0 GB")
    tables = 32000 * 8192 * 2
    layers = 68_976_648_192 * 2 - 2 * tables
    assert got["per_gpu"].base == pytest.approx(layers * 27 / 80 + tables + 327_680 * 4096 * 27 / 80)
    assert got["weights"].base == pytest.approx(68_976_648_192 * 2)


def test_stages_need_no_copies_of_heads():
    assert outputs(gpus=16, stages=2)["copies"].base == 0
    assert outputs(gpus=16, stages=2)["kv_cache"].base < outputs(gpus=16)["kv_cache"].base


def test_a_shared_embedding_is_on_the_first_and_the_last_stage():
    one, two = (outputs(model="llama-3.2-1b", gpus=2, stages=stages)["weights"].base for stages in (1, 2))
    assert two - one == pytest.approx(128_256 * 2048 * 2)


def test_experts_dealt_out_leave_attention_whole():
    # DeepSeek-V3 on 8 H200: 32 of 256 experts each; every GPU has the rest, and the latents of its own requests only
    inputs = {"model": "deepseek-v3", "gpu": "h200-sxm-141gb", "gpus": 8, "weights": "fp8-block", "batch": 64}
    tensor, dealt = outputs(**inputs), outputs(**inputs, sharding="expert")
    assert dealt["weights"].base > tensor["weights"].base
    assert dealt["kv_cache"].base == pytest.approx(tensor["kv_cache"].base / 8)


def test_activations_of_a_prefill():
    # Llama 2 70B on 2 GPUs: (2 * 8192 + 3 * 28672 / 2) * 2 bytes for each of 8192 tokens, on each GPU
    got = outputs(prefill=8192)
    assert got["activations"].base == pytest.approx(2 * 8192 * (2 * 8192 + 3 * 28672 / 2) * 2)
    assert got["total"].base == pytest.approx(outputs()["total"].base + got["activations"].base)


def test_overhead_is_a_band():
    least, yours, most = (outputs()[name].base for name in ("max_batch_least", "max_batch", "max_batch_most"))
    assert least >= yours >= most
    assert outputs(overhead="5 GiB")["max_batch"].base == most
    assert outputs(overhead="0.65 GB")["max_batch"].base == least


def test_the_bits_that_fit_next_to_the_cache():
    # Llama 2 70B on one card of 24 GB with one sequence of 4096 tokens and no overhead
    got = outputs(gpu="rtx-4090", gpus=1, capacity="24 GB", overhead="0 GB")
    room = run("weights", {"model": "llama-2-70b", "room": f"{24e9 - 327_680 * 4096:.0f} byte"}).outputs
    assert got["bits_that_fit"] == room["bits_that_fit"]
    assert got["format_that_fits"] == room["format_that_fits"]


def test_marketed_memory_is_shown_next_to_what_counts():
    got = outputs(gpu="rtx-4090", gpus=2, model="llama-3.1-8b")
    assert got["marketed"].base == 48e9 or got["marketed"].base == 48 * 1024**3
    assert got["usable"].base == pytest.approx(got["capacity"].base / got["marketed"].base)


def test_blocks_count():
    assert outputs(context=1000, block=16)["kv_cache"].base == 1008 * 327_680


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"gpus": 4, "stages": 3}, r"stages.*evenly"),
        ({"gpus": 100, "stages": 100}, r"stages.*80 layers"),
        ({"sharding": "expert"}, r"sharding.*no experts"),
    ],
)
def test_spreads_that_cannot_be_are_refused(inputs, said):
    with pytest.raises(InputProblems, match=said):
        outputs(**inputs)


@given(st.sampled_from([1, 2, 4]), st.integers(1, 8), st.integers(1, 100), st.sampled_from(["tensor", "expert"]))
def test_the_largest_batch_fits_and_one_more_does_not(stages, groups, batch, sharding):
    inputs = {"model": "mixtral-8x7b", "gpus": stages * groups, "stages": stages, "sharding": sharding, "context": 8192}
    most = int(outputs(**inputs, batch=batch)["max_batch"].base)
    assert not most or outputs(**inputs, batch=most)["fits"]
    assert not outputs(**inputs, batch=most + 1)["fits"]


@pytest.mark.parametrize(
    ("model", "gpus", "told"), [("llama-2-70b", 1, False), ("llama-2-70b", 2, True), ("deepseek-v3", 8, False)]
)
def test_heads_are_dealt_out_where_there_are_several_gpus_and_heads(model, gpus, told):
    working = run("memory_fit", {"gpu": "mi300x", "model": model, "gpus": gpus, "weights": "fp8"}).working
    assert ("KV heads stored" in [step.label for step in working.steps]) == told
    assert (f"{model}/architecture.kv_lora_rank" in working.facts) == (model == "deepseek-v3")  # the latent's size is named


def said(**inputs):
    return run("memory_fit", {"gpu": "h100-sxm5-80gb", "weights": "fp16"} | inputs).summary


def test_the_summary_says_whether_it_fits_and_what_would():
    assert said(model="llama-2-70b", gpus=2).startswith("Fits on 2 × H100 SXM with ")
    assert said(model="llama-2-70b", gpus=1).endswith(" It takes 2 GPUs.")
    # every GPU needs the latents of all sequences: no number of GPUs holds more than fits on each
    assert "It takes" not in said(model="deepseek-v3", gpus=8, batch=100_000)


def test_what_is_exactly_needed_fits():
    # Llama 2 70B in FP16 and 4,096 tokens of cache, half on each of two GPUs
    each = (2 * 68_976_648_192 + 4096 * 327_680) // 2
    just, short = (outputs(overhead="0 GB", capacity=f"{size} byte") for size in (each, each - 1))
    assert (just["fits"], just["min_gpus"].base, just["max_batch"].base, just["free"].base) == (True, 2, 1, 0)
    assert (short["fits"], short["min_gpus"].base, short["max_batch"].base, short["short"].base) == (False, 3, 0, 2)


def test_an_overhead_of_all_the_memory_is_refused():
    with pytest.raises(InputProblems, match=r"overhead.*leaves nothing"):
        outputs(capacity="80 GB", overhead="80 GB")
    assert outputs(capacity="80 GB", overhead="79.9 GB")["fits"] is False


def test_as_many_stages_as_layers_have_one_each():
    # the fullest of 80 stages: one layer, and one of the two tables
    got = outputs(gpus=80, stages=80, overhead="0 GB")
    tables = 32000 * 8192 * 2
    assert got["per_gpu"].base == pytest.approx((68_976_648_192 * 2 - 2 * tables + 327_680 * 4096) / 80 + tables)


def test_gpus_of_a_stage_divide_the_heads():
    # 138 GB on cards of 24 GB in three stages: nine by memory, three in a stage; four in a stage divide 64 heads
    got = outputs(gpu="rtx-4090", gpus=12, stages=3, capacity="24 GB", overhead="1 GB")
    assert (got["min_gpus"].base, got["min_gpus_dividing"].base) == (9, 12)


def test_the_search_ends_at_1024():
    # each GPU has room for one of 1,024 sequences
    inputs = {"model": "mixtral-8x7b", "sharding": "expert", "batch": 1024, "gpus": 1024, "overhead": "0 GB"}
    each = outputs(**inputs)["per_gpu"].base
    got = outputs(**inputs, capacity=f"{each:.0f} byte")
    assert (got["min_gpus"].base, got["min_gpus_dividing"]) == (1024, "none")
    finished = run("memory_fit", inputs | {"capacity": f"{each - 1:.0f} byte"})
    assert finished.outputs["min_gpus"] == "none"
    assert any("No number of GPUs holds this" in remark for remark in finished.working.remarks)
    assert "It takes" not in finished.summary


def test_a_shared_embedding_is_not_twice_on_one_stage():
    # Llama 3.2 1B: 1,235,814,400 parameters in two bytes
    assert outputs(model="llama-3.2-1b", gpus=1, stages=1)["weights"].base == 2 * 1_235_814_400


def test_only_a_capacity_that_no_driver_stated_is_remarked_on():
    for gpu, told in (("tpu-v5e", True), ("h100-sxm5-80gb", False)):
        remarks = run("memory_fit", {"gpu": gpu, "model": "llama-3.2-1b"}).working.remarks
        assert any("marketed capacity counts" in remark for remark in remarks) == told
