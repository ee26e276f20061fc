"""KV cache, worked by hand: 2 x layers x KV heads x head dimension x bytes x tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import evaluate, run


def total(**inputs):
    return run("kv_cache", inputs).outputs["total"].base


def test_grouped_query_attention_keeps_the_kv_heads():
    # Llama 2 70B: 2 * 80 * 8 * 128 * 2 bytes = 327,680 per token; 4096 tokens: 1.342 GB
    assert evaluate("kv_cache.per_token?model=llama-2-70b").value.base == 327_680
    assert total(model="llama-2-70b", context=4096) == 327_680 * 4096


def test_multi_head_attention_keeps_every_head():
    # Llama 2 7B: 2 * 32 * 32 * 128 * 2 = 524,288 bytes; 32 sequences of 4096 tokens: 68.7 GB
    assert total(model="llama-2-7b", context=4096, sequences=32) == 524_288 * 4096 * 32


def test_multi_query_attention_keeps_one_head():
    assert total(model="llama-2-7b", kv_heads=1) * 32 == total(model="llama-2-7b")


def test_counting_query_heads_is_eight_times_too_much_for_llama_2_70b():
    outputs = run("kv_cache", {"model": "llama-2-70b"}).outputs
    assert outputs["with_query_heads"].base == 8 * outputs["total"].base


def test_block_formats_carry_their_scales():
    # Q8_0: 32 elements of 8 bits and one FP16 scale: 34 bytes for 32 elements
    assert total(kv="q8_0") / total(kv="fp16") == pytest.approx(34 / 64, rel=1e-12)


@given(st.integers(1, 200_000), st.integers(1, 200_000), st.integers(1, 512))
def test_adds_over_tokens_and_sequences(first, second, sequences):
    together = total(context=first + second, sequences=sequences)
    assert total(context=first, sequences=sequences) + total(context=second, sequences=sequences) == pytest.approx(
        together, rel=1e-12
    )


@given(st.floats(0, 5000), st.integers(1, 100_000))
def test_what_is_said_to_fit_fits_and_one_more_does_not(room, context):
    outputs = run("kv_cache", {"room": f"{room:.6f} GB", "context": context}).outputs
    room_bytes = float(f"{room:.6f}") * 1e9
    assert outputs["fit"].base * outputs["per_sequence"].base <= room_bytes * (1 + 1e-12)
    assert (outputs["fit"].base + 1) * outputs["per_sequence"].base > room_bytes * (1 - 1e-12)
