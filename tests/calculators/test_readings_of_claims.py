"""Every reading of a number about a GPU: what it is, how large, and how far-fetched, from data sheets and by hand."""

import pytest

from calculators import facts
from calculators.claim_readings import bandwidths, costs, counts, fits, memories, rates, ratios

BASE = facts.load()
H100, A100, T4, L4 = (BASE.record(slug) for slug in ("h100-sxm5-80gb", "a100-sxm4-80gb", "t4", "l4"))
LLAMA = BASE.record("llama-2-70b")


def listed(readings, unit=1.0):
    """Value and order of each reading, by its words."""
    return {reading.words: (pytest.approx(reading.value / unit, rel=1e-5), reading.order) for reading in readings}


def test_how_many_may_be_meant():
    assert counts(H100, 1) == {1: "one H100 SXM", 8: "8 together, as in p5.48xlarge"}
    assert counts(H100, 4) == {1: "one H100 SXM", 4: "4 × H100 SXM", 8: "8 together, as in p5.48xlarge"}
    assert counts(H100, 8)[8] == "8 × H100 SXM"
    assert counts(BASE.record("gb200-per-gpu"), 1)[72] == "72 together, as in GB200 NVL72"


# NVIDIA, H100 data sheet and architecture paper: dense and sparse peaks at 1830 and 1755 MHz; preliminary ones of 2022.
OF_H100 = {
    "FP64 on the vector units, dense": (33.5, 3),
    "FP64 on the matrix units, dense": (66.9, 2),
    "FP32 on the vector units, dense": (66.9, 1),
    "TF32 on the matrix units, dense": (494.7, 1),
    "BF16 on the vector units, dense": (133.8, 1),
    "BF16 on the matrix units, dense": (989.4, 0),
    "FP16 on the matrix units, dense": (989.4, 0),
    "FP8 on the matrix units, dense": (1978.9, 0),
    "INT8 on the matrix units, dense": (1978.9, 3),
    "TF32 on the matrix units, 2:4 sparse": (989.4, 2),
    "BF16 on the matrix units, 2:4 sparse": (1978.9, 1),
    "FP8 on the matrix units, 2:4 sparse": (3957.8, 1),
    "INT8 on the matrix units, 2:4 sparse": (3957.8, 4),
    "FP64 on the vector units, preliminary": (30, 7),
    "FP16 on the matrix units, preliminary": (1000, 4),
    "FP16 on the matrix units with FP16 sums, preliminary": (1000, 5),
    # 132 SMs * 4096 per clock * 1980 MHz, where 1830 MHz give 989.4
    "BF16 on the matrix units, dense, at the boost clock instead of that of the printed peak": (1070.53, 2),
    "TF32 on the matrix units, dense, at the boost clock instead of that of the printed peak": (535.265, 3),
}


def test_rates_of_one_and_of_all():
    found = listed(rates(H100, 1, False), 1e12)
    for words, (rate, order) in OF_H100.items():
        assert found[f"{words}, one H100 SXM"] == (rate, order), words
        assert found[f"{words}, 8 together, as in p5.48xlarge"] == (8 * rate, order + 3), words
    assert not any("which no source states" in words for words in found)
    assert not any("FP64" in words and "boost" in words for words in found)  # they are printed at the boost clock


def test_integers_are_as_near_as_any_where_operations_are_claimed():
    # T4: 8.1, 65, 130 and 260; what would be sparse is stated by no source
    found = listed(rates(T4, 1, True), 1e12)
    assert {words.removesuffix(", one T4"): each for words, each in found.items() if words.endswith("one T4")} == {
        "FP32 on the vector units, dense": (8.1, 1),
        "FP16 on the matrix units, dense": (65, 0),
        "INT8 on the matrix units, dense": (130, 0),
        "INT4 on the matrix units, dense": (260, 2),
        "FP16 on the matrix units, twice the dense rate, which no source states": (130, 3),
        "INT8 on the matrix units, twice the dense rate, which no source states": (260, 3),
        "INT4 on the matrix units, twice the dense rate, which no source states": (520, 5),
    }
    assert listed(rates(T4, 1, False), 1e12)["INT8 on the matrix units, dense, one T4"] == (130, 3)
    assert listed(rates(T4, 1, False), 1e12)["INT4 on the matrix units, dense, one T4"] == (260, 5)


def test_a_reading_carries_what_it_says_and_its_facts():
    found = {reading.words: reading for reading in rates(H100, 1, False)}
    sparse = found["BF16 on the matrix units, 2:4 sparse, one H100 SXM"]
    assert sparse.tags == {"bf16", "sparse"} and [fact.key for fact in sparse.facts] == ["peak_sparse.bf16_tensor"]
    dense = found["BF16 on the matrix units, dense, one H100 SXM"]
    assert dense.tags == {"bf16", "dense"} and dense.step[1] == {"each": 989.4e12, "gpus": 1}
    assert all(reading.whole for reading in found.values())


def test_memory_in_gb_and_in_gib():
    # 80 GB; 80 GiB are 85.899 GB; the driver shows 81,559 MiB = 85.5208 GB = 79.6475 GiB
    found = listed(memories(H100, 2), 1e9)
    assert found == {
        "memory as marketed, one H100 SXM": (80, 0),
        "memory as marketed, one H100 SXM, if its GB are GiB": (85.89935, 1),
        "memory as marketed, 2 × H100 SXM": (160, 3),
        "memory as marketed, 2 × H100 SXM, if its GB are GiB": (171.79869, 4),
        "memory as marketed, 8 together, as in p5.48xlarge": (640, 3),
        "memory as marketed, 8 together, as in p5.48xlarge, if its GB are GiB": (687.19477, 4),
        "memory as the driver reports it, one H100 SXM": (85.52081, 1),
        "memory as the driver reports it, one H100 SXM, in GiB that are called GB": (79.64746, 2),
        "memory as the driver reports it, 2 × H100 SXM": (171.04161, 4),
        "memory as the driver reports it, 2 × H100 SXM, in GiB that are called GB": (159.29492, 5),
        "memory as the driver reports it, 8 together, as in p5.48xlarge": (684.16645, 4),
        "memory as the driver reports it, 8 together, as in p5.48xlarge, in GiB that are called GB": (637.17969, 5),
    }


def test_gib_and_gb_are_told_apart_to_the_byte():
    found = {reading.words: reading.value for reading in memories(H100, 1)}
    assert found["memory as marketed, one H100 SXM, if its GB are GiB"] == 80 * 2**30
    visible = 81_559 * 2**20 / 2**30 * 1e9
    assert found["memory as the driver reports it, one H100 SXM, in GiB that are called GB"] == pytest.approx(visible, rel=1e-15)


def test_two_are_as_far_fetched_as_any_other_number_of_them():
    assert listed(rates(H100, 2, False), 1e12)["BF16 on the matrix units, dense, 2 × H100 SXM"] == (2 * 989.4, 3)
    assert listed(bandwidths(H100, 2), 1e9)["memory bandwidth, 2 × H100 SXM"] == (6704, 3)


def test_bandwidth_of_memory_and_links_one_way_and_both():
    # 3352 GB/s; NVLink 4: 18 links of 25 GB/s each way; PCIe 5.0, 16 lanes: 32 GT/s * 16 / 8 * 128/130 = 63.0154
    found = listed(bandwidths(H100, 1), 1e9)
    one = {
        "memory bandwidth": (3352, 0),
        "NVLink, all links, one way": (450, 1),
        "NVLink, all links, both ways added": (900, 2),
        "NVLink, each link, one way": (25, 2),
        "NVLink, each link, both ways added": (50, 3),
        "PCIe, one way": (63.0154, 1),
        "PCIe, both ways added": (126.0308, 2),
    }
    assert found == {f"{words}, one H100 SXM": each for words, each in one.items()} | {
        f"{words}, 8 together, as in p5.48xlarge": (8 * value, order + 3) for words, (value, order) in one.items()
    }
    # PCIe 4.0, 16 lanes, and no other link
    assert set(listed(bandwidths(L4, 1), 1e9)) == {
        f"{words}, {whose}"
        for words in ("memory bandwidth", "PCIe, one way", "PCIe, both ways added")
        for whose in ("one L4", "8 together, as in g6.48xlarge")
    }


def test_a_link_that_is_stated_one_way_and_an_accelerator_without_pcie():
    # Google: each ICI link of TPU v5p 90 GB/s one way, 600 GB/s of all six
    found = listed(bandwidths(BASE.record("tpu-v5p"), 1), 1e9)
    one = {words.rsplit(", ", 1)[0]: each for words, each in found.items() if "one TPU v5p" in words}
    assert (one["ICI, all links, one way"], one["ICI, all links, both ways added"]) == ((600, 1), (1200, 2))
    assert (one["ICI, each link, one way"], one["ICI, each link, both ways added"]) == ((90, 2), (180, 3))
    assert not any("PCIe" in words for words in found)


def test_ratios_of_two():
    # H100 over A100: 3352/2039, 80/80, 700/400, 50/40, 900/600; 989.4/312 dense, 1978.9/312 sparse to dense, FP8 over BF16
    found = listed(ratios(H100, A100))
    bf16 = "BF16 on the matrix units"
    for words, value, order in [
        ("memory bandwidth over memory bandwidth", 3352 / 2039, 1),
        ("memory over memory", 1, 1),
        ("power limit over power limit", 1.75, 1),
        ("L2 cache over L2 cache", 1.25, 1),
        ("NVLink over NVLink", 1.5, 1),
        (f"{bf16}, dense over {bf16}, dense", 989.4 / 312, 0),
        (f"{bf16}, 2:4 sparse over {bf16}, 2:4 sparse", 1978.9 / 624, 2),
        (f"{bf16}, 2:4 sparse over {bf16}, dense", 1978.9 / 312, 5),
        (f"{bf16}, dense over {bf16}, 2:4 sparse", 989.4 / 624, 5),
        (f"FP8 on the matrix units, dense over {bf16}, dense", 1978.9 / 312, 3),
        (f"FP8 on the matrix units, 2:4 sparse over {bf16}, dense", 3957.8 / 312, 8),
        (f"BF16 on the vector units, dense over {bf16}, dense", 133.8 / 312, 5),
        ("FP64 on the vector units, dense over FP64 on the vector units, dense", 33.5 / 9.7, 6),
    ]:
        assert found[words] == (value, order), words
    assert not any("preliminary" in words or "twice" in words or "boost" in words for words in found)
    assert {reading.tags for reading in ratios(H100, A100) if reading.words == "NVLink over NVLink"} == {frozenset({"nvlink"})}
    assert {reading.tags for reading in ratios(H100, A100) if reading.words == "memory over memory"} == {frozenset({"memory"})}


def test_a_ratio_needs_both():
    words = set(listed(ratios(H100, L4)))
    assert "memory over memory" in words and "NVLink over NVLink" not in words
    tpu = BASE.record("tpu-v5p")
    assert not any("NVLink over NVLink" in listed(ratios(*pair)) for pair in ((tpu, H100), (H100, tpu)))


def test_what_fits():
    # Llama-2-70B: 68,976,648,192 parameters; 80 heads' cache: 2 * 80 layers * 8 heads * 128 * 2 bytes = 327,680 per token
    found = {reading.words: reading for reading in fits(H100, 2, LLAMA, 4096, 1, 2 * 2**30, 70e9)}
    weights, cache = 68_976_648_192 * 2, 327_680 * 4096
    visible = 81_559 * 2**20
    norms = 0.999  # a copy of the norms on each GPU is a few parameters more
    all_of_it = found["BF16, with 4,096 tokens of KV cache and overhead"]
    assert norms < (weights + cache) / (visible - 2 * 2**30) / all_of_it.value <= 1
    assert all_of_it.whole and all_of_it.order == 1 and all_of_it.tags == {"bf16"}
    alone = found["BF16, the weights alone"]
    assert norms < weights / visible / alone.value <= 1
    assert not alone.whole and alone.order == 21
    named = found["BF16, 70 billion parameters by name, the weights alone, in the marketed memory"]
    assert named.value == pytest.approx(140 / 80) and named.order == 41 and not named.whole
    assert found["INT4 in groups of 128 (AWQ, GPTQ), the weights alone"].tags == {"int4"}
    assert alone.step[1]["b"] == pytest.approx(visible / 1e9) and named.step[1] == {"a": pytest.approx(140), "b": 80}


def test_what_fits_of_two_sequences_without_a_name_and_without_room():
    two = {reading.words: reading for reading in fits(H100, 1, LLAMA, 4096, 2, 0, None)}
    one = {reading.words: reading for reading in fits(H100, 1, LLAMA, 4096, 1, 0, None)}
    more = (
        two["FP16, with 8,192 tokens of KV cache and overhead"].value
        - one["FP16, with 4,096 tokens of KV cache and overhead"].value
    )
    assert more == pytest.approx(327_680 * 4096 / (81_559 * 2**20))
    assert not any("by name" in words for words in two)
    for overhead in (100e9, 81_559 * 2**20):
        assert not any("overhead" in reading.words for reading in fits(H100, 1, LLAMA, 4096, 1, overhead, None))


def test_half_a_byte_of_room_is_room():
    words = [reading.words for reading in fits(H100, 1, LLAMA, 4096, 1, 81_559 * 2**20 - 0.5, None)]
    assert "FP16, with 4,096 tokens of KV cache and overhead" in words


@pytest.mark.parametrize(
    ("named", "said"),
    [(7.5e9, "7.5"), (70e9, "70"), (1000.5e9, "1000"), (1001.5e9, "1002")],  # a tie goes to the even digit
)
def test_a_name_is_said_with_four_digits(named, said):
    words = [reading.words for reading in fits(H100, 1, LLAMA, 4096, 1, 0, named)]
    assert f"BF16, {said} billion parameters by name, the weights alone, in the marketed memory" in words


def test_the_weights_of_a_name_need_not_be_whole_bytes():
    [found] = [each for each in fits(H100, 1, LLAMA, 4096, 1, 0, 1.0) if "INT4" in each.words and "by name" in each.words]
    assert found.value == pytest.approx(0.5 / 80e9)


def test_costs_at_a_measured_rate():
    # 8 * 3 USD/h = 24 USD/h; 1000 tokens/s are 3.6 million per hour: 6.6667 USD per million
    found = listed(costs(H100, 8, LLAMA, 4096, 16, 3 / 3600, 1000), 1e-6)
    assert found == {
        "at 1,000 tokens/s, per million tokens": (6.66667, 0),
        "at 1,000 tokens/s, per thousand tokens, called a million": (6.66667e-3, 5),
        "at 1,000 tokens/s, per token, called a million": (6.66667e-6, 5),
    }
    readings = list(costs(H100, 8, LLAMA, 4096, 16, 3 / 3600, 1000))
    assert [reading.whole for reading in readings] == [True, False, False]
    assert [reading.step and reading.step[1]["token_rate"] for reading in readings] == [1000, None, None]


def test_costs_at_the_bounds():
    readings = list(costs(H100, 8, LLAMA, 4096, 16, 3 / 3600, None))
    found = listed(readings, 1e-6)
    per_million = {words: each for words, each in found.items() if words.endswith(", per million tokens")}
    # prefill: 2 * 68.71 billion multiplied parameters (all but the embedding) over 8 * 989.4e12, at 24 USD/h
    prefill = 2 * (68_976_648_192 - 32_000 * 8192) / (8 * 989.4e12) * 24 / 3600 * 1e6
    assert per_million.pop("input, prefill at its bound, per million tokens") == (pytest.approx(prefill, rel=1e-4), 9)
    # decoding, one sequence: 137.4 GB of weights and 1.34 GB of cache at 8 * 3352 GB/s
    once = (2 * (68_976_648_192 - 32_000 * 8192) + 327_680 * 4096) / (8 * 3.352e12) * 24 / 3600 * 1e6
    assert per_million["output, FP16 weights, batch 1, decoding at its bound, per million tokens"] == (
        pytest.approx(once, rel=1e-4), 2,
    )  # fmt: skip
    orders = {words.removeprefix("output, ").split(", decoding")[0]: order for words, (_, order) in per_million.items()}
    assert orders == {
        "FP16 weights, batch 1": 2, "FP16 weights, batch 16": 1, "FP8 weights, batch 1": 3, "FP8 weights, batch 16": 2,
        "INT4 weights, batch 1": 3, "INT4 weights, batch 16": 2,
    }  # fmt: skip
    assert {reading.tags for reading in readings} == {
        frozenset(tags) for tags in ({"input"}, {"output", "fp16"}, {"output", "fp8"}, {"output", "int4"})
    }
    # a single sequence is asked for once
    alone = listed(costs(H100, 8, LLAMA, 4096, 1, 3 / 3600, None))
    assert sum("batch" in words for words in alone) == 9 and not any("batch 16" in words for words in alone)


def test_a_large_batch_is_bounded_by_arithmetic():
    # 2 * 68.71 billion * 1024 / 989.4e12 = 142 ms for a step, where the weights take 41 ms to read
    found = listed(costs(H100, 1, LLAMA, 1, 1024, 1 / 3600, None), 1e-6)
    step = 2 * (68_976_648_192 - 32_000 * 8192) * 1024 / 989.4e12
    at_bound = found["output, FP16 weights, batch 1,024, decoding at its bound, per million tokens"]
    assert at_bound == (pytest.approx(step / 1024 / 3600 * 1e6, rel=1e-3), 1)


def test_prefill_is_bounded_by_fp16_where_there_is_no_bf16():
    # T4: 65 TFLOPS in FP16, at 1 USD/h
    found = listed(costs(T4, 1, LLAMA, 4096, 1, 1 / 3600, None), 1e-6)
    prefill = 2 * (68_976_648_192 - 32_000 * 8192) / 65e12 / 3600 * 1e6
    assert found["input, prefill at its bound, per million tokens"] == (pytest.approx(prefill, rel=1e-4), 9)
