"""Claims in circulation, and what they have to mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, claim_text, facts, run
from calculators.claim_readings import counts


def check(claim, kind="rate", **inputs):
    return run("claim", {"claim": claim, "kind": kind} | inputs)


def remarks(finished):
    return " ".join(finished.working.remarks)


# NVIDIA's tables: H100 SXM, BF16 989.4 dense and 1978.9 sparse, FP8 1978.9 and 3957.8; A100 312 and 624; RTX 4090, FP8 with FP16
# accumulate and sparsity 1321.2, BF16 165.2.
FAMOUS = [
    ("1,979 TFLOPS BF16", "h100-sxm5-80gb", "BF16 on the matrix units, 2:4 sparse, one H100 SXM"),
    ("1979 TFLOPS", "h100-sxm5-80gb", "FP8 on the matrix units, dense, one H100 SXM"),
    ("3,958 TFLOPS", "h100-sxm5-80gb", "FP8 on the matrix units, 2:4 sparse, one H100 SXM"),
    ("A100 624 TFLOPS", "a100-sxm4-80gb", "BF16 on the matrix units, 2:4 sparse, one A100 SXM"),
    ("RTX 4090: 1,321 TFLOPS", "rtx-4090", "FP8 on the matrix units with FP16 sums, 2:4 sparse, one RTX 4090"),
    ("NVL72 is 1 exaflop", "gb200-per-gpu", "FP4 on the matrix units, 2:4 sparse, 72 together, as in GB200 NVL72"),
]


@pytest.mark.parametrize(("claim", "gpu", "reading"), FAMOUS)
def test_famous_rates(claim, gpu, reading):
    got = check(claim, gpu=gpu).outputs
    assert got["verdict"].startswith("reproduced") and got["reading"] == reading


# A claim as it is pasted, and what it is about.
PASTED = [
    ("1979 TFLOPS", "rate"), ("1 exaflop rack", "rate"), ("80 GB", "memory"), ("3.35 TB/s", "bandwidth"),
    ("900 GB/s NVLink", "bandwidth"), ("4x faster", "ratio"), ("4x faster than a single GPU", "ratio"), ("30% more", "ratio"),
    ("70B on one card", "fits"), ("70B on 2x H100", "fits"), ("it fits on 2 GPUs of 80 GB", "fits"),
    ("$0.10 per million tokens", "cost"), ("Llama 70B at 0.10 USD per million tokens on one GPU", "cost"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "kind"), PASTED)
def test_a_pasted_claim_says_what_it_is_about(claim, kind):
    assert claim_text.kind_of(claim) == kind
    pasted, chosen = run("claim", {"claim": claim}), run("claim", {"claim": claim, "kind": kind})
    assert pasted.outputs == chosen.outputs and pasted.working.remarks == chosen.working.remarks


def test_the_kind_that_is_chosen_counts():
    assert check("70B on 2x H100", "ratio").outputs["value"] != check("70B on 2x H100", "fits").outputs["value"]
    with pytest.raises(InputProblems, match="no such number"):
        check("4x faster", "rate")


def test_a_number_that_several_readings_reproduce_says_so():
    finished = check("1979 TFLOPS")
    assert finished.outputs["matching"].base == 4
    assert "BF16 on the matrix units, 2:4 sparse" in remarks(finished)
    assert "does not say which" in remarks(finished)


def test_what_a_claim_names_is_set_against_it():
    # 1,321 TFLOPS in BF16 is eight times the 165.2 of the RTX 4090; 1,979 dense in BF16 twice the 989.4 of the H100
    ada = check("1,321 TFLOPS BF16", gpu="rtx-4090").outputs
    assert ada["verdict"] == "reproduced, but not as what it says"
    assert ada["as_named"].base == pytest.approx(8, rel=1e-3)
    assert check("1,979 TFLOPS BF16 dense").outputs["as_named"].base == pytest.approx(2, rel=1e-3)


def test_a_rounded_down_exaflop():
    # 72 * 20 PFLOPS = 1.44 EFLOPS; the 0.72 of FP8 or of dense FP4 is no exaflop
    finished = check("1 exaflop rack", gpu="gb200-per-gpu")
    assert finished.outputs["verdict"] == "reproduced, rounded down"
    assert finished.outputs["value"] == "1.44 EFLOPS" and finished.outputs["matching"].base == 1


def test_a_link_counts_both_ways():
    got = check("900 GB/s NVLink", "bandwidth").outputs
    assert got["reading"] == "NVLink, all links, both ways added, one H100 SXM"
    assert check("450 GB/s", "bandwidth").outputs["reading"] == "NVLink, all links, one way, one H100 SXM"
    # 72 * 1.8 TB/s = 129.6 TB/s in a rack
    rack = check("130 TB/s", "bandwidth", gpu="gb200-per-gpu").outputs
    assert "72 together" in rack["reading"] and rack["verdict"] == "reproduced"


def test_a_link_that_is_not_there():
    finished = check("900 GB/s NVLink", "bandwidth", gpu="rtx-4090")
    assert finished.outputs["verdict"] == "not reproduced" and finished.outputs["as_named"] == "none"
    assert "NVLink" in remarks(finished)


def test_bits_are_not_bytes():
    # 3,352 GB/s are 26,816 Gbit/s
    assert check("26,816 Gbit/s", "bandwidth").outputs["reading"].startswith("memory bandwidth")
    assert check("3352 Gb/s", "bandwidth").outputs["reading"] != check("3352 GB/s", "bandwidth").outputs["reading"]


def test_gigabytes_and_gibibytes():
    # 80 GB as marketed; the driver reports 81,559 MiB = 79.65 GiB
    assert check("80 GB", "memory").outputs["reading"] == "memory as marketed, one H100 SXM"
    finished = check("80 GiB", "memory")
    assert "GiB" in finished.outputs["reading"] and "as the driver reports it" in remarks(finished)


def test_seventy_billion_parameters_on_one_card():
    # 68.98e9 parameters: FP16 138 GB, INT4 in groups 36.7 GB with the rest in 16 bits, on 85.5 GB
    finished = check("Llama 70B on one H100", "fits")
    assert finished.outputs["verdict"] == "true"
    holds, not_for = remarks(finished).split("It does not hold for")
    assert "INT4" in holds and "FP16, with" not in holds and "FP16, with" in not_for
    in_fp16 = check("Llama 70B in FP16 on one H100", "fits").outputs
    assert in_fp16["verdict"] == "true, but not as what it says" and in_fp16["as_named"].base < 1
    # 24 GB: two bits hold the weights and leave nothing for the cache; 16 GB hold not even these
    ada = check("70B on a single GPU", "fits", gpu="rtx-4090").outputs
    assert ada["verdict"] == "true of the weights alone" and "Q2_K" in ada["reading"]
    assert check("70B on a single GPU", "fits", gpu="rtx-4080").outputs["verdict"] == "false"
    assert check("70B in FP16 on two H100s", "fits").outputs["verdict"] == "true"


def test_a_ratio_is_tried_with_every_pair_of_formats():
    # 989.4 / 312 = 3.17; 1978.9 / 312 = 6.34: sparse to dense, or FP8 to BF16
    assert check("3.17x", "ratio").outputs["reading"].startswith("BF16 on the matrix units, dense over BF16")
    finished = check("6.34x faster", "ratio")
    assert finished.outputs["verdict"].startswith("reproduced")
    assert check("217% more", "ratio").outputs["value"] == check("3.17x", "ratio").outputs["value"]
    # 3,352 / 2,039 = 1.64
    assert check("1.64x memory bandwidth", "ratio").outputs["reading"] == "memory bandwidth over memory bandwidth"
    assert check("1000x", "ratio").outputs["verdict"] == "not reproduced"


def test_a_price_per_thousand_is_found_out():
    # $31,471.68 over three years are $1.1976 an hour; at 95 tokens/s $3.50 per million tokens, $0.0035 per thousand
    wrong = check("$0.0035 per million tokens", "cost", rate="95", hourly="1.19756")
    assert wrong.outputs["verdict"] == "reproduced" and "thousand" in wrong.outputs["reading"]
    assert "thousand tokens" in remarks(wrong).split("unsaid: ")[1]
    right = check("$3.50 per million tokens", "cost", rate="95", hourly="1.19756")
    assert right.outputs["reading"] == "at 95 tokens/s, per million tokens"


def test_a_price_below_the_bound_is_impossible():
    # two H100 at $4.00: a batch of one in FP16 costs at least 8/3600 * 138 GB / 6.7 TB/s = $46 per million
    given = {"hourly": "4", "gpus": "2", "batch": "1"}
    assert check("$0.00000001 per million tokens", "cost", **given).outputs["verdict"] == "below every bound"
    assert check("$60 per million tokens", "cost", **given).outputs["verdict"] == "possible"
    assert check("$0.50 per million output tokens", "cost", **given | {"batch": "256"}).outputs["verdict"].startswith("possible")


@given(st.sampled_from(sorted(facts.load().accelerators["h100-sxm5-80gb"].section("peak"))))
def test_every_printed_peak_is_reproduced(key):
    fact = facts.load().accelerators["h100-sxm5-80gb"][f"peak.{key}"]
    got = check(str(fact)).outputs
    assert got["verdict"] == "reproduced" and got["ratio"].base == pytest.approx(1, rel=1e-9)


@given(st.floats(0.001, 1e6))
def test_any_number_gets_an_answer(number):
    got = check(f"{number:.4f} TFLOPS" if number >= 0.01 else "0.01 TFLOPS").outputs
    assert got["ratio"].base > 0 and got["tried"].base >= got["matching"].base + got["near"].base


def test_systems_say_how_many_there_may_be():
    assert counts(facts.load().accelerators["gb200-per-gpu"], 1)[72] == "72 together, as in GB200 NVL72"


@pytest.mark.parametrize(("text", "kind", "base", "unit"), [
    ("1 exaflop rack", "rate", 1e18, "EFLOPS"), ("1,321 AI TOPS", "rate", None, ""), ("1321 TOPS", "rate", 1.321e15, "TOPS"),
    ("up to 2 petaFLOPS", "rate", 2e15, "PFLOPS"), ("192GB HBM", "memory", 192e9, "GB"), ("24 GiB", "memory", 24 * 2**30, "GiB"),
    ("400 Gb/s", "bandwidth", 50e9, "Gbit/s"), ("3.35 TB/s", "bandwidth", 3.35e12, "TB/s"), ("twice as fast", "ratio", 2, "x"),
    ("30% more", "ratio", 1.3, "x"), ("217%", "ratio", 2.17, "x"), ("70B on one card", "fits", 1, "GPU"),
    ("on 2 GPUs", "fits", 2, "GPU"), ("$0.10 per million tokens", "cost", 1e-7, "USD/Mtoken"),
    ("$0.002/1K tokens", "cost", 2e-6, "USD/ktoken"),
])  # fmt: skip
def test_claims_are_read_as_they_are_written(text, kind, base, unit):
    if base is None:
        with pytest.raises(ValueError):
            claim_text.read(text.replace("1,321 AI TOPS", "AI TOPS"), kind)
        return
    found = claim_text.read(text, kind)
    assert (found.base, found.unit) == (pytest.approx(base), unit)


@pytest.mark.parametrize(("claim", "kind", "field"), [
    ("banana", "rate", "claim"), ("80 GB", "rate", "claim"), ("0 TFLOPS", "rate", "claim"), ("H100", "rate", "claim"),
    ("4x", "memory", "claim"), ("x" * 97, "rate", "claim"), ("70B", "fits", "claim"), ("1 TFLOPS", "speed", "kind"),
])  # fmt: skip
def test_nonsense_is_refused_with_the_field(claim, kind, field):
    with pytest.raises(InputProblems) as raised:
        check(claim, kind)
    assert field in {problem.field for problem in raised.value.problems}


def test_a_price_that_nobody_recorded_is_asked_for():
    with pytest.raises(InputProblems, match="hourly"):
        check("$1 per million tokens", "cost", gpu="gaudi-2")
