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
