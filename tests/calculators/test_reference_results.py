"""Results that published comparisons of GPUs for AI work out, or should have: each from a call of the calculator it belongs to.

The subjects are posts and lessons on H100, A100 and RTX 4090 for inference and training. Where they slipped, the number is what
their own inputs give. Their models are nominal (7B, 70B): such rows call the formula of the calculator with those numbers. The
written digits are the tolerance.
"""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from calculators import kv_cache, memory_fit, prefill, serving, weights
from calculators.call import evaluate, run
from calculators.decode_step import memory_time, token_rate
from calculators.problems import InputProblems
from calculators.references import agrees
from calculators.units import Quantity


def call(output: str, **inputs: str) -> Callable[[], Quantity]:
    """An output of a calculator."""
    return lambda: evaluate(f"{output}?{urlencode(inputs)}").value


def of(function: Callable, **terms: float) -> Callable[[], Quantity]:
    """A formula of a calculator with numbers in base units."""
    return lambda: Quantity(float(function(**terms)), function.formula.unit)


def rate(weights_read: float, bandwidth: float) -> Callable[[], Quantity]:
    """Tokens per second of one sequence that reads nothing but its weights, on one GPU."""
    step = memory_time(bytes_read=weights_read, gpus=1, bandwidth=bandwidth, efficiency=1)
    return of(token_rate, tokens_per_step=1, step_time=step)


H100, A100, RTX_4090 = "h100-sxm5-80gb", "a100-sxm4-80gb", "rtx-4090"
KV_7B, KV_70B = 524_288 * 4096, 327_680 * 4096  # keys and values of 4096 tokens
ALL_REDUCE = {"operation": "all_reduce", "latency": "0 us", "network_latency": "0 us"}
PAIR = {"kind": "tensor", "gpus": 2, "messages": 1, "message": "128 MiB", "latency": "0 us"}
OWNED = {
    "host_share": "0%", "host_power": "0 W", "resale": "0%", "interest": "0%", "pue": 1, "idle_share": "0%",
    "electricity": "0.08 USD/kWh", "lifetime": "3 year", "busy": "100%",
}  # fmt: skip
OWN_H100 = OWNED | {"gpu": H100, "price": "30000 USD", "power": "700 W"}
OWN_4090 = OWNED | {"gpu": RTX_4090, "price": "1800 USD", "power": "350 W"}
FLEETS = {"a": A100, "a_gpus": 8, "b": H100, "b_gpus": 4}
# 8 A100 at 34% of 312 TFLOPS for 65 hours: 1.98582e20 FLOP, as 6 x 1e9 parameters x 33,096,960,000 tokens
RUN = {
    "gpu": A100, "gpus": 8, "utilization": "34%", "other": H100, "other_gpus": 8, "other_utilization": "51%",
    "parameters": "1e9", "tokens": "33096960000", "attention": "leave", "failures": "ignore",
}  # fmt: skip

# What is asked, of whom, what is right, and the call that gives it.
RESULTS = [
    # 16896 / 16384; 30,000 / 1,800
    ("ratio", "CUDA cores of an H100 over those of an RTX 4090", "1.031 x", call("compare.ratio", a="16896", b="16384")),
    ("price ratio", "RTX 4090s for the price of an H100", "16.7 x", call("compare.ratio", a="30000 USD", b="1800 USD")),
    # 132 SMs x 2048 FMA x 2 x 1.83 GHz; 128 x 256 x 2 x 2.52 GHz
    ("peak rate", "H100, FP16 dense, FP32 accumulate", "989.4 TFLOPS", call("peak_rate.peak", gpu=H100, format="fp16")),
    ("peak rate", "RTX 4090, the same", "165.2 TFLOPS", call("peak_rate.peak", gpu=RTX_4090, format="fp16")),
    ("peak ratio", "H100 over A100, dense BF16", "3.17 x", call("peak_rate.ratio", gpu=H100, against=A100, format="bf16")),
    # 989.4 / 700; 165.2 / 450
    ("efficiency", "H100, dense FP16 by TDP", "1.41 TFLOPS/W", call("balance.rate_per_watt", gpu=H100)),
    ("efficiency", "RTX 4090, the same", "0.367 TFLOPS/W", call("balance.rate_per_watt", gpu=RTX_4090)),
    # 384 bit x 21 Gbit/s / 8
    ("bandwidth", "RTX 4090, from its bus", "1008 GB/s",
     call("memory_bandwidth.bandwidth", gpu=RTX_4090, bus=384, rate="21 Gbit/s")),
    ("bandwidth per GB", "H100", "41.9 GB/s/GB", call("memory_bandwidth.per_capacity", gpu=H100)),
    ("bandwidth per GB", "RTX 4090", "42.0 GB/s/GB", call("memory_bandwidth.per_capacity", gpu=RTX_4090)),
    # 16 GT/s x 16 lanes x 128/130 / 8; 18 links x 25 GB/s; 400 / 8
    ("link", "PCIe 4.0 x16, one way", "31.5 GB/s", call("link.one_way", link="pcie-4")),
    ("link", "PCIe 4.0 x16, both ways", "63 GB/s", call("link.both_ways", link="pcie-4")),
    ("link", "NVLink of an H100, one way", "450 GB/s", call("link.one_way", link="nvlink-4")),
    ("link", "NVLink of an H100, both ways", "900 GB/s", call("link.both_ways", link="nvlink-4")),
    ("link", "InfiniBand at 400 Gbit/s", "50 GB/s", call("link.one_way", link="infiniband-ndr")),
    ("weights", "7B in FP16", "14 GB", of(weights.weight_bytes, linear=7e9, bytes_linear=2, rest=0, bytes_rest=2)),
    ("weights", "70B in INT4", "35 GB", of(weights.weight_bytes, linear=70e9, bytes_linear=0.5, rest=0, bytes_rest=2)),
    # 2 x 32 layers x 32 heads x 128 x 2 bytes x 4096 tokens; 80 layers and 8 heads
    ("KV cache", "Llama 2 7B, 4096 tokens", "2.147 GB", call("kv_cache.total", model="llama-2-7b", context=4096)),
    ("KV cache", "32 of them", "68.7 GB", call("kv_cache.total", model="llama-2-7b", context=4096, sequences=32)),
    ("KV cache", "Llama 2 70B, 4096 tokens", "1.342 GB", call("kv_cache.total", model="llama-2-70b", context=4096)),
    ("fit", "7B in FP16, batch 32", "82.7 GB",
     of(memory_fit.needed, weights=14e9, kv_cache=32 * KV_7B, overhead=0, activations=0)),
    ("largest batch", "70B in INT4 on 80 GB", "33 sequence", of(kv_cache.sequences_in, room=80e9 - 35e9, kv_per_sequence=KV_70B)),
    # (24 GB - 1.342 GB) x 8 / 70e9
    ("most bits", "70B on 24 GB", "2.59 bit", of(weights.size_that_fits, room=24e9 - KV_70B, rest=0, parameters=70e9)),
    ("GPUs", "70B in FP16 on H100", "2 GPU",
     call("memory_fit.min_gpus", gpu=H100, model="llama-2-70b", overhead="0 GB", capacity="80 GB")),
    ("GPUs", "on RTX 4090, by memory", "6 GPU",
     call("memory_fit.min_gpus", gpu=RTX_4090, model="llama-2-70b", overhead="0 GB", capacity="24 GB")),
    ("GPUs", "on RTX 4090, dividing the heads", "8 GPU",
     call("memory_fit.min_gpus_dividing", gpu=RTX_4090, model="llama-2-70b", overhead="0 GB", capacity="24 GB")),
    # 2 x 4096^3; 3 x 4096^2 x 2 bytes
    ("GEMM", "4096 cubed, arithmetic", "137.4 GFLOP", call("roofline.flop", m=4096, n=4096, k=4096)),
    ("GEMM", "4096 cubed, bytes", "100.7 MB", call("roofline.traffic", m=4096, n=4096, k=4096)),
    ("GEMM", "4096 cubed, intensity", "1365 FLOP/byte", call("roofline.intensity", m=4096, n=4096, k=4096)),
    ("ridge", "A100 in TF32 at 2.0 TB/s", "78 FLOP/byte",
     call("balance.ridge_point", gpu=A100, format="tf32", bandwidth="2 TB/s")),
    ("ridge", "H100 in BF16", "295 FLOP/byte", call("balance.ridge_point", gpu=H100, format="bf16")),
    ("roofline", "1 x 4096 x 4096 on an H100", "3.35 TFLOPS", call("roofline.attainable", gpu=H100, m=1, n=4096, k=4096)),
    # 3350 / 14; 1008 / 14; 3350 / 35
    ("decode bound", "7B in FP16 on an H100", "239 token/s", rate(14e9, 3.35e12)),
    ("decode bound", "7B in FP16 on an RTX 4090", "72 token/s", rate(14e9, 1.008e12)),
    ("decode bound", "70B in INT4 on an H100", "95.7 token/s", rate(35e9, 3.35e12)),
    ("decode bound", "70B in FP16 at 2.0 TB/s", "70 ms", of(memory_time, bytes_read=140e9, gpus=1, bandwidth=2e12, efficiency=1)),
    ("decode bound", "70B in FP16 at 3.35 TB/s", "41.8 ms",
     of(memory_time, bytes_read=140e9, gpus=1, bandwidth=3.35e12, efficiency=1)),
    # 2 x 70e9 x 2048 tokens = 286.7 TFLOP
    ("prefill", "70B, 2048 tokens", "286.7 TFLOP",
     of(prefill.weight_flop, layer_parameters=70e9, tokens=2048, head_parameters=0, logits=0)),
    # prompts follow the arithmetic: 989.4 / 312
    ("prefill", "H100 over A100", "3.17 x", lambda: Quantity(_prefill(A100) / _prefill(H100), "x")),
    # 2 x 1/2 x 134.2 MB over 450 and 31.5 GB/s; 2 x 7/8 x 26 GB over 300, 2 x 3/4 x 26 GB over 450 GB/s
    ("all-reduce", "128 MiB, two H100 by NVLink", "0.298 ms",
     call("collectives.time", gpu=H100, gpus=2, size="128 MiB", **ALL_REDUCE)),
    ("all-reduce", "two RTX 4090 by PCIe 4.0", "4.26 ms",
     call("collectives.time", gpu=RTX_4090, gpus=2, size="128 MiB", path="pcie", **ALL_REDUCE)),
    ("all-reduce", "26 GB, eight A100", "152 ms", call("collectives.time", gpu=A100, gpus=8, size="26 GB", **ALL_REDUCE)),
    ("all-reduce", "26 GB, four H100", "86.7 ms", call("collectives.time", gpu=H100, gpus=4, size="26 GB", **ALL_REDUCE)),
    # half the time of one, and the message after it
    ("tensor parallelism", "two H100", "85 %",
     call("parallel_efficiency.efficiency", gpu=H100, path="links", time="3.5 ms", **PAIR)),
    ("tensor parallelism", "two A100", "86 %",
     call("parallel_efficiency.efficiency", gpu=A100, path="links", time="5.6 ms", **PAIR)),
    ("tensor parallelism", "two RTX 4090", "50 %",
     call("parallel_efficiency.efficiency", gpu=RTX_4090, path="pcie", time="8.5 ms", **PAIR)),
    ("tensor parallelism", "two RTX 3090", "68 %",
     call("parallel_efficiency.efficiency", gpu="rtx-3090", path="links", time="10.2 ms", **PAIR)),
    ("cluster", "eight A100", "2496 TFLOPS", call("fleet.a_peak", **FLEETS)),
    ("cluster", "four H100", "3958 TFLOPS", call("fleet.b_peak", **FLEETS)),
    ("cluster", "memory of eight A100", "640 GB", call("fleet.a_memory", **FLEETS)),
    ("cluster", "memory of four H100", "320 GB", call("fleet.b_memory", **FLEETS)),
    # 700 W and 350 W x 8760 h x 0.08 USD/kWh
    ("energy cost", "700 W for a year", "490.56 USD", call("ownership.energy_yearly", **OWN_H100)),
    ("energy cost", "350 W for a year", "245.28 USD", call("ownership.energy_yearly", **OWN_4090)),
    ("cost of owning", "an H100 for three years", "31471.68 USD", call("ownership.total", **OWN_H100)),
    ("cost of owning", "an RTX 4090 for three years", "2535.84 USD", call("ownership.total", **OWN_4090)),
    # 31,471.68 USD / (95 token/s x 94.608 million s), and so on
    ("cost per token, owned", "7B on an H100", "3.50 USD/Mtoken", call("ownership.own_per_token", rate=95, **OWN_H100)),
    ("cost per token, owned", "7B on an RTX 4090", "0.638 USD/Mtoken", call("ownership.own_per_token", rate=42, **OWN_4090)),
    ("cost per token, owned", "batch 32 on an H100", "0.119 USD/Mtoken", call("ownership.own_per_token", rate=2800, **OWN_H100)),
    ("cost per token, owned", "batch 32 on an RTX 4090", "0.084 USD/Mtoken",
     call("ownership.own_per_token", rate=320, **OWN_4090)),
    # 2.50 USD / (30 x 3600) and 4.50 USD / (50 x 3600)
    ("cost per token, rented", "70B on an A100", "23.15 USD/Mtoken",
     call("cost.rent_per_token", gpus=1, hourly="2.50 USD/h", rate=30, busy="100%")),
    ("cost per token, rented", "70B on an H100", "25.00 USD/Mtoken",
     call("cost.rent_per_token", gpus=1, hourly="4.50 USD/h", rate=50, busy="100%")),
    # (989.4 / 312) / (3.50 / 2.00); with 51% against 34% of the peak
    ("cost per FLOP", "H100 over A100, at the peak", "1.81 x", lambda: _per_dollar("34%", "34%")),
    ("cost per FLOP", "at the utilization of two runs", "2.72 x", lambda: _per_dollar("34%", "51%")),
    # 1008 / 1600; 3352 / 30,000
    ("cost per bandwidth", "RTX 4090", "0.63 GB/s/USD", call("fleet.b_bandwidth_per_dollar", b_price="1600 USD")),
    ("cost per bandwidth", "H100", "0.112 GB/s/USD", call("fleet.a_bandwidth_per_dollar", a_price="30000 USD")),
    # 10,000 / (1,500 x 0.7) = 9.5
    ("fleet size", "10,000 tokens/s at 1,500 and 70% load", "10",
     of(serving.replicas_for, demand=10_000, rate=1_500, utilization=0.7)),
    # 380 / 989.4
    ("sustained", "380 TFLOPS of an H100", "38.41 %",
     call("sustained_rate.achieved", gpu=H100, format="fp16", cards=1, box="unlimited", measured="380 TFLOPS")),
    # 1000 x 80 GB x 1/4 year; 1000 x 24 GB x 3 months; 72 / (16,384 x 54 / 365 years) x 100
    ("error rate", "1000 H100 for three months", "20000 error",
     call("reliability.corrected", gpu=H100, gpus=1000, time="3 month", flips="1 error/GB/year")),
    ("error rate", "1000 RTX 4090, once a month", "72000 error",
     call("reliability.silent", gpu=RTX_4090, gpus=1000, time="3 month", flips="1 error/GB/month", ecc="off")),
    ("error rate", "memory faults of the Llama 3 run in 100 GPU-years", "2.97",
     call("reliability.faults_per_century", gpus=16384, time="54 day")),
    # 16 / 132; 14 / 108
    ("MIG partition", "1g of an H100", "12.1 %", call("mig.sm_share", gpu=H100, mix="1g.10gb")),
    ("MIG partition", "1g of an A100", "13.0 %", call("mig.sm_share", gpu=A100, mix="1g.10gb")),
    ("MIG partition", "7g of an A100", "98 SM", call("mig.sms", gpu=A100, mix="7g.80gb")),
    ("MIG mix", "3g + 2g + 1g + 1g, compute", "7 slice",
     call("mig.compute_slices", gpu=H100, mix="3g.40gb, 2g.20gb, 1g.10gb, 1g.10gb")),
    ("MIG mix", "3g + 2g + 1g + 1g, memory", "8 slice",
     call("mig.memory_slices", gpu=H100, mix="3g.40gb, 2g.20gb, 1g.10gb, 1g.10gb")),
    ("MIG mix", "an H100 for seven models", "4286 USD",
     call("mig.price_per_model", gpu=H100, mix="7x 1g.10gb", price="30000 USD")),
    ("number format", "largest FP16", "65504", call("number_format.largest", format="fp16")),
    ("number format", "largest E4M3", "448", call("number_format.largest", format="fp8_e4m3")),
    ("number format", "largest E5M2", "57344", call("number_format.largest", format="fp8_e5m2")),
    ("number format", "TF32", "19 bit", call("number_format.bits", format="tf32")),
    ("FP8 scale", "of an amax of 5.64", "79.4", call("number_format.scale", format="fp8_e4m3", amax=5.64)),
    # (2 x 16 + 4) / (4 x 16)
    ("2:4 sparsity", "storage in FP16", "0.5625", call("sparsity.storage_ratio", format="fp16")),
    ("2:4 sparsity", "limited by arithmetic", "2 x", call("sparsity.factor", format="fp16", limit="arithmetic")),
    ("2:4 sparsity", "limited by bandwidth", "1.78 x", call("sparsity.bandwidth_factor", format="fp16")),
    # (1 - 1/3) / (1 - 1/8); (1 - 1/5) / (1 - 1/8)
    ("Amdahl", "share that 8x must speed up for 3x", "76 %", call("sparsity.needed_share", factor=8, target="3 x")),
    ("Amdahl", "and for 5x", "91 %", call("sparsity.needed_share", factor=8, target="5 x")),
    # 13e9 x (2 + 2 + 4 + 8)
    ("training memory", "13B with Adam in mixed precision", "208 GB", call("training_memory.states", parameters="13e9", zero=0)),
    # 12 x 80 x 8192 x 4096 / (6 x 70e9)
    ("training FLOP", "attention of 70B at 4k", "7.7 %",
     call("training_time.attention_share", model="llama-2-70b", parameters="70e9", sequence=4096)),
    ("training time", "on eight A100", "65 h", call("training_time.compute_time", **RUN)),
    ("training time", "on eight H100", "13.7 h", call("training_time.other_time", **RUN)),
    # 34% of 312; 51% of 989.4; 35% of 312
    ("MFU", "34% of an A100", "106 TFLOPS", call("training_time.achieved", gpu=A100, utilization="34%")),
    ("MFU", "51% of an H100", "505 TFLOPS", call("training_time.achieved", gpu=H100, utilization="51%")),
    ("MFU", "35% of an A100", "109 TFLOPS", call("training_time.achieved", gpu=A100, utilization="35%")),
]  # fmt: skip


def _prefill(gpu: str) -> float:
    """Seconds to multiply for a prompt on two GPUs, where that is what takes the time."""
    return run("prefill", {"gpu": gpu, "model": "llama-2-70b", "prompt": 4096}).outputs["time_to_first_token"].base


def _per_dollar(first: str, second: str) -> Quantity:
    """Useful FLOP per dollar of H100 over those of A100, at 3.50 and 2.00 USD an hour."""
    shares = {"utilization": first, "other_utilization": second, "price": "2 USD/h", "other_price": "3.5 USD/h"}
    return Quantity(1 / run("training_time", RUN | shares).outputs["cost_ratio"].base, "x")


@pytest.mark.parametrize(("printed", "result"), [each[2:] for each in RESULTS], ids=[f"{what}: {of}" for what, of, *_ in RESULTS])
def test_a_published_comparison_is_reproduced(printed, result):
    ours = result()
    assert agrees(ours, printed), f"{ours} against {printed}"


def test_a_dense_peak_is_not_compared_with_a_sparse_one():
    with pytest.raises(InputProblems):
        run("peak_rate", {"gpu": H100, "against": A100, "sparsity": "sparse"})


def test_the_batch_that_reaches_the_ridge():
    """A product with a 4096 x 4096 matrix reaches the 295 FLOP/byte of an H100 with 345 rows, not with 344."""
    ridge = evaluate("roofline.ridge_point").value.base
    below, above = (evaluate(f"roofline.intensity?m={rows}&n=4096&k=4096").value.base for rows in (344, 345))
    assert below < ridge <= above


def test_reading_the_memory_once():
    """The inverse of bandwidth per GB: 80 GB / 3352 GB/s."""
    assert agrees(evaluate("balance.sweep_time?capacity=80+GB").value, "23.9 ms")


def test_one_expected_error_is_no_certainty():
    """With one expected, at least one comes with 1 - 1/e."""
    got = run("reliability", {"gpus": 1, "time": f"{365 * 16_384 * 54 / 72 / 365} day"}).outputs
    assert agrees(got["fault_probability"], "63.2 %")
