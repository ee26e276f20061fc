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
