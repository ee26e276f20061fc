"""MIG: placements against the user guide's own layouts, shares by hand, and mixes that must be refused with the reason."""

import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators import InputProblems, facts, prices, run
from calculators.mig_placement import layout, place, placed_gpus, read_mix, slices, whole, why_no_placements
from calculators.present.accelerators.mig import why_not
from calculators.present.form import form
from calculators.units import Quantity, show

GPUS = facts.load().accelerators
PLACED = placed_gpus(GPUS.values())


def outputs(**inputs):
    return run("mig", inputs).outputs


def starts(gpu: str, mix: str) -> list[tuple[str, int]]:
    return sorted((one.profile.name, one.start) for one in layout(GPUS[gpu], read_mix(mix)))


# NVIDIA MIG User Guide, "Getting started", instance geometry: what `nvidia-smi mig -lgi` lists after the driver chose the places.
@pytest.mark.parametrize(
    ("mix", "listed"),
    [
        ("19,14,5", [("1g.5gb", 6), ("2g.10gb", 4), ("4g.20gb", 0)]),
        ("9,19,14,19", [("1g.5gb", 0), ("1g.5gb", 1), ("2g.10gb", 2), ("3g.20gb", 4)]),
        ("14,19,19,19,19,19", [("1g.5gb", 0), ("1g.5gb", 1), ("1g.5gb", 2), ("1g.5gb", 3), ("1g.5gb", 6), ("2g.10gb", 4)]),
        ("9,3g.20gb", [("3g.20gb", 0), ("3g.20gb", 4)]),
    ],
)
def test_the_layouts_of_the_user_guide(mix, listed):
    assert starts("a100-sxm4-40gb", mix) == listed


def test_an_instance_of_one_slice_by_hand():
    # H100 SXM, 1g.10gb: 16 / 132 SMs = 12.1%; 989.4 x 16 / 132 = 119.9 TFLOPS; 3352 / 8 = 419 GB/s
    got = outputs(mix="1g.10gb")
    assert got["sms"].base == 16
    assert got["sm_share"].to("%") == pytest.approx(12.1, abs=0.05)
    assert got["peak"].to("TFLOPS") == pytest.approx(119.9, abs=0.05)
    assert got["bandwidth"].to("GB/s") == pytest.approx(3352 / 8)
    # A100 SXM: 14 / 108 SMs = 13.0%
    assert outputs(gpu="a100-sxm4-80gb", mix="1g.10gb")["sm_share"].to("%") == pytest.approx(13.0, abs=0.05)


def test_the_largest_profile_of_an_a100_is_not_the_whole_card():
    got = outputs(gpu="a100-sxm4-80gb", mix="7g.80gb")
    assert (got["sms"].base, got["idle_sms"].base, got["memory_share"].base) == (98, 10, 1)


def test_three_two_one_one_takes_seven_and_eight_slices():
    got = outputs(mix="3g.40gb, 2g.20gb, 1g.10gb, 1g.10gb")  # 3+2+1+1 = 7 compute, 4+2+1+1 = 8 memory slices
    assert (got["compute_slices"].base, got["memory_slices"].base, got["left"]) == (7, 8, "nothing")
    assert got["command"] == "nvidia-smi mig -cgi 9,14,19,19 -C"
    assert got["command_placed"] == "nvidia-smi mig -cgi 9:4,14:2,19:1,19:0 -C"


def test_a_card_for_seven_models():
    # $30,000 / 7 = $4,286 for each
    got = outputs(mix="7x 1g.10gb", price="30000 USD")
    assert got["serving"].base == 7
    assert got["price_per_model"].base == pytest.approx(4286, abs=0.5)


def test_half_a_card_serves_what_memory_arithmetic_says():
    # 40,448 MiB - 2 GiB - weights, over 4096 x 128 KiB of KV cache for each sequence
    got = outputs(mix="3g.40gb", weights="fp16")
    weights = run("weights", {"model": "llama-3.1-8b"}).outputs["total"].base
    room = 40_448 * 2**20 - 2 * 2**30 - weights
    assert got["sequences"].base == room // (4096 * 131_072)


def test_the_order_of_creation_puts_three_slices_first():
    # the guide: profile 9 must be specified first, or it is refused for want of resources
    assert outputs(mix="19,19,14,9")["command"].startswith("nvidia-smi mig -cgi 9,")


@pytest.mark.parametrize(
    ("inputs", "field", "said"),
    [
        ({"gpu": "rtx-4090"}, "gpu", "GeForce cards are not among"),
        ({"gpu": "mi300x"}, "gpu", "cannot be divided"),
        ({"mix": "3g.40gb, 3g.40gb, 1g.10gb"}, "mix", r"takes 9 memory slices \(4 \+ 4 \+ 1\), and H100 SXM has 8"),
        ({"mix": "4g, 4g"}, "mix", "takes 8 compute slices"),
        ({"mix": "1g.10gb+me, 1g.10gb+me"}, "mix", "has 2 × 1g.10gb.me, and H100 SXM holds 1 at a time"),
        ({"gpu": "a30", "mix": "1g.6gb+me, 2g.12gb+me"}, "mix", "takes 2 JPEG decoders"),
        ({"mix": "1g.10gb:0, 1g.10gb:4, 3g"}, "mix", "adds up, but cannot be placed.*3g.40gb starts only at slice 0 or 4"),
        ({"mix": "1g.10gb:7"}, "mix", "wants 1g.10gb at slice 7, but it starts only at slices 0 to 6"),
        ({"mix": "4g.40gb:4"}, "mix", "wants 4g.40gb at slice 4, but it starts only at slice 0$"),
        ({"mix": "1g.10gb:0, 1g.10gb:4, 3g"}, "mix", "keeps them apart; without one 1g.10gb or one 3g.40gb it does$"),
        # one on either side is left when one is gone
        ({"mix": "1g.10gb:0, 1g.10gb:1, 1g.10gb:4, 1g.10gb:5, 3g"}, "mix", "keeps them apart; without one 3g.40gb it does$"),
        ({"mix": "2g.10gb"}, "mix", "is no profile of H100 SXM"),
        ({"mix": "3g and 2g"}, "mix", "where a profile should be"),
        ({"mix": "99x 1g.10gb"}, "mix", "asks for 99"),
        ({"instance": "5"}, "instance", "is more than the 4 of the mix"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(inputs, field, said):
    with pytest.raises(InputProblems) as wrong:
        outputs(**inputs)
    [problem] = wrong.value.problems
    assert problem.field == field and problem.accepted
    assert re.search(said, problem.message)


def test_a_refused_mix_is_shown_as_it_was_written():
    with pytest.raises(InputProblems) as wrong:
        outputs(mix="2x 1g.10gb:0, 3g")
    assert wrong.value.problems[0].given == "1g.10gb:0, 1g.10gb:0, 3g"


@pytest.mark.parametrize(
    ("placements", "said"),
    [((0, 1), "slice 0 or 1"), ((0, 1, 2), "slices 0 to 2"), ((0, 1, 2, 3), "slices 0 to 3"), ((0, 2, 4), "slice 0 or 2 or 4")],
)
def test_starts_that_follow_one_another_are_a_range(placements, said):
    h100 = GPUS["h100-sxm5-80gb"]
    other = replace(h100, mig={**h100.mig} | {"1g.10gb": replace(h100.mig["1g.10gb"], placements=placements)})
    with pytest.raises(InputProblems, match=f"starts only at {said};"):
        layout(other, read_mix("1g.10gb:6"))


def test_of_profiles_with_as_many_slices_the_smaller_is_meant():
    assert outputs(mix="1g")["profile"] == "1g.10gb"


def test_a_card_whose_placements_were_not_read_gets_no_layout():
    a30 = GPUS["a30"]
    unread = {name: replace(profile, placements=()) for name, profile in a30.mig.items()}
    assert why_no_placements(a30) == ""
    assert "at which slices they start was not read" in why_no_placements(replace(a30, mig=unread))


def test_a_card_without_mig_says_so_and_one_with_unread_profiles_says_why():
    assert why_not(GPUS["l4"]) == "<p data-generated>L4 has no MIG.</p>"
    unread = replace(GPUS["a30"], missing={"mig.profiles": "not published"})
    assert why_not(unread) == "<p data-generated>The profiles are not known: not published.</p>"
    assert why_not(GPUS["rtx-4090"]) is None  # whether it has MIG is not stated


def test_what_does_not_fit_has_no_rate_and_no_price():
    got = outputs(mix="1g.10gb", weights="fp16")  # 16 GB of weights in 10 GB
    assert (got["sequences"].base, got["serving"].base) == (0, 0)
    assert (got["token_rate"], got["price_per_model"], got["hourly_per_model"]) == ("none",) * 3


def test_sms_that_were_not_read_are_not_invented():
    got = outputs(gpu="h20-96gb")
    assert (got["sms"], got["sm_share"], got["peak"], got["idle_sms"]) == ("none",) * 4


@pytest.mark.parametrize("gpu", PLACED)
def test_the_default_mix_of_every_gpu_can_be_placed(gpu):
    got = run("mig", {"gpu": gpu})
    assert got.outputs["left"] == "nothing"
    assert "rp-chart" in got.calculator.chart(got) and "<table" in got.calculator.table(got)


@pytest.mark.parametrize("shared_by", ["compute", "memory", "evenly"])
def test_the_instances_pay_for_the_whole_card(shared_by):
    paid = [outputs(instance=str(n), shared_by=shared_by, hourly="3")["hourly"].to("USD/h") for n in (1, 2, 3, 4)]
    assert sum(paid) == pytest.approx(3)


def test_prices_are_those_recorded_of_the_card_or_said_to_be_missing():
    recorded = run("mig", {"gpu": "a100-sxm4-80gb"})
    asked = [prices.newest(facts.load().accelerators["a100-sxm4-80gb"], terms) for terms in (prices.HOURLY, prices.PURCHASE)]
    assert [recorded.inputs.hourly, recorded.inputs.price] == [found.quantity.base for found in asked]
    finished = run("mig", {"gpu": "a30", "weights": "int4-g128"})
    assert finished.outputs["price_per_model"] == "none" and finished.outputs["hourly_per_model"] != "none"
    assert "No purchase price of a single A30, nor an estimate, is recorded: give your own." in finished.working.remarks


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PLACED), st.data())
def test_no_two_instances_share_a_slice(slug, data):
    gpu = GPUS[slug]
    names = data.draw(st.lists(st.sampled_from(list(gpu.mig)), min_size=1, max_size=7))
    try:
        found = layout(gpu, read_mix(", ".join(names)))
    except InputProblems:
        return
    taken = [slice for one in found for slice in range(one.start, one.start + one.size)]
    assert len(taken) == len(set(taken)) and max(taken) < slices(whole(gpu), "memory_slices")
    assert all(one.start in one.profile.placements for one in found)
    assert sum(slices(one.profile, "compute_slices") for one in found) <= slices(whole(gpu), "compute_slices")


@pytest.mark.parametrize("gpu", ["a100-sxm4-40gb", "a30"])
def test_on_an_empty_card_sums_are_enough(gpu):
    """Every mix whose slices add up can be placed: only instances that are there already can be in the way."""
    profiles = [profile for profile in GPUS[gpu].mig.values() if "+" not in profile.name]
    card = {key: slices(whole(GPUS[gpu]), key) for key in ("memory_slices", "compute_slices")}
    mixes = itertools.chain.from_iterable(itertools.combinations_with_replacement(profiles, n) for n in range(1, 8))
    adding_up = [mix for mix in mixes if all(sum(slices(p, key) for p in mix) <= most for key, most in card.items())]
    assert len(adding_up) > 5
    assert all(place([(profile, None) for profile in mix]) for mix in adding_up)


def test_the_form_shows_the_mix_of_the_chosen_gpu():
    shown = form(run("mig", {"gpu": "a30"}))
    assert 'placeholder="2g.12gb, 1g.6gb, 1g.6gb"' in shown
    assert shown.index('name="mix"') < shown.index("More inputs")


def said(**inputs):
    return " ".join(run("mig", inputs).working.remarks)


def test_the_summary_counts_equal_instances():
    # half of an H100: 40,448 MiB = 42.41 GB
    summary = run("mig", {"mix": "3g.40gb, 2g.20gb, 1g.10gb, 1g.10gb"}).summary
    assert summary.startswith("3g.40gb + 2g.20gb + 2 × 1g.10gb can be placed on H100 SXM. Its 3g.40gb has 42.4 GB and room for ")


def test_what_is_remarked_on():
    assert "roughly an eighth" in said() and "roughly a quarter" in said(gpu="a30")
    assert "was not read" in said(gpu="h20-96gb") and "was not read" not in said()
    assert "does not serve" in said(mix="1g.10gb", weights="fp16") and "does not serve" not in said(mix="1g.10gb")
    assert "before R510" in said(mix="4g.40gb, 3g.40gb")
    assert all("before R510" not in said(mix=mix) for mix in ("3g.40gb, 3g.40gb", "4g.40gb"))


def test_what_a_model_that_does_not_fit_would_need():
    # Llama 3.1 8B in BF16, 16.06 GB, and 2 GiB beside it; 9,728 MiB are visible of 10 GB
    weights = run("weights", {"model": "llama-3.1-8b"}).outputs["total"].base
    needed, there = (show(Quantity(each, "GB")) for each in (weights + 2 * 2**30, outputs(mix="1g.10gb")["memory"].base))
    assert f"{needed} without any, of {there}" in said(mix="1g.10gb", weights="bf16")


@pytest.mark.parametrize(
    ("shared_by", "paid"), [("compute", (9 / 7, 3 / 7)), ("memory", (12 / 8, 3 / 8)), ("evenly", (0.75, 0.75))]
)
def test_what_the_first_and_the_last_instance_pay_by_hand(shared_by, paid):
    # 3 + 2 + 1 + 1 compute slices and 4 + 2 + 1 + 1 memory slices share $3 an hour
    mix = {"mix": "3g.40gb, 2g.20gb, 1g.10gb, 1g.10gb", "shared_by": shared_by, "hourly": "3"}
    assert [outputs(**mix, instance=n)["hourly"].to("USD/h") for n in ("1", "4")] == pytest.approx(paid)


def test_seven_instances_serve_seven_times_as_much():
    got = outputs(mix="7x 1g.10gb", hourly="3")
    assert got["total_sequences"].base == 7 * got["sequences"].base > 0
    assert got["hourly_per_model"].to("USD/h") == pytest.approx(3 / 7)


def test_an_instance_decodes_as_a_card_of_its_size_would():
    got = outputs(mix="3g.40gb")
    alone = {
        "gpu": "h100-sxm5-80gb", "gpus": 1, "model": "llama-3.1-8b", "weights": "int4-g128", "context": 4096,
        "batch": int(got["sequences"].base), "bandwidth": f"{3352 / 2} GB/s", "peak": f"{got['peak'].base!r} FLOPS",
    }  # fmt: skip
    assert got["token_rate"].base == pytest.approx(run("decode", alone).outputs["token_rate"].base)


@pytest.mark.parametrize(("gpu", "mix"), [("h100-sxm5-80gb", "1g.10gb"), ("h20-96gb", "1g.12gb")])
def test_many_short_sequences_are_limited_by_the_arithmetic_of_the_instance(gpu, mix):
    # of the whole card where the SMs of the profile were not read
    finished = run("mig", {"gpu": gpu, "mix": mix, "context": 16})
    got = finished.outputs
    peak = finished.inputs.peak if got["peak"] == "none" else got["peak"].base
    alone = {
        "gpu": gpu, "gpus": 1, "model": "llama-3.1-8b", "weights": "int4-g128", "context": 16, "capacity_rule": "ignore",
        "batch": int(got["sequences"].base), "bandwidth": f"{got['bandwidth'].base!r} byte/s", "peak": f"{peak!r} FLOPS",
    }  # fmt: skip
    bound = run("decode", alone).outputs
    assert bound["bound"] == "arithmetic"
    assert got["token_rate"].base == pytest.approx(bound["token_rate"].base)


def test_a_cache_on_one_instance_has_each_head_once():
    # Falcon 7B has a single head of keys and values: 32 layers x 2 x 64 x 2 bytes for each of 2,048 tokens
    got = outputs(mix="3g.40gb", model="falcon-7b", weights="int4-g128", context=2048)
    weights = run("weights", {"model": "falcon-7b", "weights": "int4-g128"}).outputs["total"].base
    assert got["sequences"].base == (got["memory"].base - 2 * 2**30 - weights) // (2048 * 32 * 2 * 64 * 2)


def test_how_many_instances_a_mix_may_list():
    assert len(read_mix("16x 1g.10gb")) == len(read_mix("8x 1g, 8 × 1g")) == 16
    assert len(read_mix("1x 1g")) == 1
    for mix, said in (("17x 1g", "asks for 17"), ("0x 1g", "asks for 0"), ("8x 1g, 9x 1g", "lists 17 instances")):
        with pytest.raises(ValueError, match=said):
            read_mix(mix)


def test_what_can_still_be_added_by_hand():
    # beside three slices that start at slice 4, four memory slices and four compute slices are left
    left = outputs(mix="3g.40gb")["left"].split(", ")
    assert {"1g.10gb", "1g.20gb", "2g.20gb", "3g.40gb", "4g.40gb"} <= set(left) and "7g.80gb" not in left
    # a card holds one profile with media extensions, wherever it is
    assert "1g.10gb+me" not in outputs(mix="1g.10gb+me")["left"].split(", ")
    # five slices are free, and no four of them where three slices may start
    assert "3g.40gb" not in outputs(mix="1g.10gb:0, 1g.10gb:4")["left"].split(", ")
