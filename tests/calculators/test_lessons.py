"""Lessons: the traits that calculators and measurements share, and which group of measurements answers."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from invented import BASE, fact, group, lesson_of, record

from calculators.measured import lessons
from calculators.measured.lessons import Unmeasured

H100, A100, RTX = (BASE.accelerators[slug] for slug in ("h100-sxm5-80gb", "a100-sxm4-80gb", "rtx-4090"))


def test_the_narrowest_group_of_five_answers():
    taught = lesson_of(group(count=20), group("a", count=5), group("a", "b", count=4))
    assert taught.of(("a", "b")).traits == taught.of(("a",)).traits == taught.of(("a", "c")).traits == ("a",)
    assert taught.of(("c", "b")).traits == taught.of(()).traits == ()
    assert [taught.alike(traits) for traits in ((), ("a",), ("a", "b"), ("c",))] == [20, 5, 4, 0]
    assert [taught.knows(traits) for traits in ((), ("a",), ("a", "b"), ("c",))] == [True, True, False, False]
    with pytest.raises(Unmeasured):
        lesson_of(group(count=4)).of(("a",))


def test_a_subject_is_shown_on_the_page_of_its_first_metric():
    pages = {name: subject.page for name, subject in lessons.SUBJECTS.items()}
    assert (pages["reading"], pages["copying"], pages["training"]) == ("prompts", "kernels", "training")
    two_pages = replace(lessons.SUBJECTS["reading"], metrics=("gpu_hours", "decode_rate", "matmul_time"))
    assert two_pages.page == "training"


@pytest.mark.parametrize(
    ("format", "bits"),
    [
        ("fp32", "16 bits"),
        ("tf32", "16 bits"),
        ("bf16", "16 bits"),
        ("fp8", "8 bits"),
        ("q6_k", "4 bits"),
        ("int4", "4 bits"),
        ("fp4", "4 bits"),
    ],
)
def test_formats_are_told_apart_as_16_8_and_4_bits(format, bits):
    assert lessons.training_on(H100, format) == (f"arithmetic in {bits}", lessons.DENSE, "Hopper")


@pytest.mark.parametrize(
    ("gpus", "split", "sharing"),
    [(1, "tensor", lessons.ALONE), (2, "tensor", lessons.SHARING), (2, "layer", lessons.ALONE)],
)
def test_a_decoding_step_has_traits(gpus, split, sharing):
    asked = SimpleNamespace(speculation="off", split=split, gpus=gpus, gpu=H100)
    assert lessons.decoding(asked) == (sharing, "Hopper")


@pytest.mark.parametrize(("changed", "said"), [({"speculation": "on"}, "draft"), ({"split": "pipeline"}, "pipeline")])
def test_drafts_and_pipelines_were_never_measured(changed, said):
    asked = {"speculation": "off", "split": "tensor", "gpus": 1, "gpu": H100}
    with pytest.raises(Unmeasured, match=said):
        lessons.decoding(SimpleNamespace(**asked | changed))


SLOW, FAST = "sums in FP32 at half rate", "sums in FP32 at full rate"
UP_TO, LONGER = "prompts of up to 2,048 tokens", "prompts of more than 2,048 tokens"


@pytest.mark.parametrize(
    ("gpu", "compute", "prompt", "traits"),
    [
        (H100, "bf16", 2048, ("arithmetic in 16 bits", FAST, UP_TO, "Hopper")),
        (H100, "fp8", 2049, ("arithmetic in 8 bits", FAST, LONGER, "Hopper")),
        (RTX, "fp16", 1, ("arithmetic in 16 bits", SLOW, UP_TO, "Ada Lovelace")),
    ],
)
def test_a_prompt_has_traits(gpu, compute, prompt, traits):
    asked = SimpleNamespace(compute=compute, prompt=prompt, gpus=1, gpu=gpu)
    assert lessons.reading(asked) == (lessons.ALONE, *traits)
    with pytest.raises(Unmeasured, match="4 bits"):
        lessons.reading(SimpleNamespace(compute="fp4", prompt=prompt, gpus=1, gpu=gpu))


@pytest.mark.parametrize(
    ("sums", "slow", "said"), [(150, 100, FAST), (151, 100, SLOW), (200, None, FAST), (None, 100, FAST), (100, 100, FAST)]
)
def test_sums_in_fp32_are_slower_where_fp16_is_half_as_fast_again(sums, slow, said):
    given = {"fp16_tensor_fp16_accumulate": sums, "fp16_tensor": slow}
    gpu = record(*(fact(f"peak.{key}", rate, "TFLOPS") for key, rate in given.items() if rate))
    assert lessons.reading(SimpleNamespace(compute="fp16", prompt=1, gpus=1, gpu=gpu))[2] == said


@pytest.mark.parametrize(("model", "kind"), [("llama-3.1-8b", "a dense model"), ("mixtral-8x7b", "a mixture of experts")])
def test_a_server_and_a_run_know_the_kind_of_their_model(model, kind):
    asked = SimpleNamespace(mode="continuous", gpus=2, gpu=A100, model=BASE.models[model])
    assert lessons.serving(asked) == (lessons.SHARING, "Ampere", kind)
    asked = SimpleNamespace(measured=None, counted="mfu", model=BASE.models[model], format="bf16", gpu=A100)
    assert lessons.training(asked) == ("arithmetic in 16 bits", kind, "Ampere")


@pytest.mark.parametrize(("changed", "said"), [({"measured": 0.4}, "your own"), ({"counted": "hfu"}, "model FLOP")])
def test_training_that_measurements_say_nothing_of(changed, said):
    asked = {"measured": None, "counted": "mfu", "model": BASE.models["llama-3.1-8b"], "format": "bf16", "gpu": A100}
    with pytest.raises(Unmeasured, match=said):
        lessons.training(SimpleNamespace(**asked | changed))


def test_a_server_with_replicas_for_prompts_was_never_measured():
    with pytest.raises(Unmeasured, match="replicas of their own"):
        lessons.serving(SimpleNamespace(mode="disaggregated"))


def test_other_families_are_one():
    other = record(vendor="Google")
    assert lessons.copying(SimpleNamespace(gpu=other)) == ("accelerators of other families",)
    assert lessons.copying(SimpleNamespace(gpu=H100)) == ("Hopper",)


@pytest.mark.parametrize("workload", ["gemm", "gemv", "batched"])
def test_a_multiplication_has_traits(workload):
    asked = {"sparsity": "dense", "format": "fp8", "gpu": H100}
    assert lessons.multiplying(SimpleNamespace(**asked)) == ("operands of 8 bits", "Hopper")
    assert lessons.multiplying(SimpleNamespace(**asked, workload=workload)) == ("operands of 8 bits", "Hopper")
    with pytest.raises(Unmeasured, match="only matrix multiplications"):
        lessons.multiplying(SimpleNamespace(**asked, workload="elementwise"))
    with pytest.raises(Unmeasured, match="sparse weights"):
        lessons.multiplying(SimpleNamespace(**asked | {"sparsity": "sparse"}, workload=workload))


EXCHANGE = {"path": "links", "algorithm": "ring", "gpu": H100, "system": BASE.systems["dgx-h100"]}


@pytest.mark.parametrize(
    ("changed", "traits"),
    [
        ({}, ("a ring over the links of the GPUs", "Hopper")),
        ({"nodes": 1, "operation": "all_reduce", "kind": "data"}, ("a ring over the links of the GPUs", "Hopper")),
        ({"algorithm": "in_switch", "gpu": A100}, ("the switch over the links of the GPUs", "Ampere")),
        ({"path": "pcie", "gpu": RTX}, ("a ring over PCIe", "Ada Lovelace")),
        ({"path": "system", "gpu": A100}, ("a ring over the links of the GPUs", "Hopper")),
    ],
)
def test_an_exchange_has_traits(changed, traits):
    assert lessons.exchanging(SimpleNamespace(**EXCHANGE | changed)) == traits


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"operation": "all_gather"}, "only all-reduces"),
        ({"kind": "pipeline"}, "only all-reduces"),
        ({"path": "own"}, "inside one node"),
        ({"nodes": 2}, "inside one node"),
        ({"algorithm": "tree"}, "only rings"),
    ],
)
def test_exchanges_that_were_measured_too_rarely(changed, said):
    with pytest.raises(Unmeasured, match=said):
        lessons.exchanging(SimpleNamespace(**EXCHANGE | changed))
