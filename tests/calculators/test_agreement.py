"""Calculators that answer parts of the same question give the same numbers, to the last bit, for the same inputs."""

import itertools
from dataclasses import fields

import pytest

from calculators import architecture, claim_readings, decode, decode_step, facts, formats, forward_pass, prefill, shards
from calculators.call import run
from calculators.candidates import serve
from calculators.problems import InputProblems
from calculators.serving import Inputs as ServingInputs
from calculators.which_gpu_judging import candidates
from calculators.working import Unrecorded

# A dense model, fewer KV heads than GPUs, one KV head for all, a window, a latent, a mixture.
MODELS = ("llama-2-7b", "llama-3.1-70b", "gpt-oss-20b", "deepseek-v3", "mixtral-8x7b", "gemma-3-27b")
GPUS = ("h100-sxm5-80gb", "rtx-4090", "mi300x", "l4")
COUNTS = (1, 2, 8, 16)
FORMATS = ("fp16", "int4-g128")
GRID = [
    (model, gpu, gpus, weights)
    for model, gpu, gpus, weights in itertools.product(MODELS, GPUS, COUNTS, FORMATS)
    if model in facts.load().models
]
PROMPT, ANSWER, BATCH = 3000, 500, 6


def outputs(name, model, gpus, weights, gpu=None, **more):
    given = {"model": model, "gpus": gpus, "weights": weights} | ({"gpu": gpu} if gpu else {})
    return run(name, given | more).outputs


def fit(model, gpu, gpus, weights):
    return outputs("memory_fit", model, gpus, weights, gpu, context=PROMPT + ANSWER, batch=BATCH, overhead="2 GiB")


def test_the_grid_has_every_kind_of_model():
    used = {each[0] for each in GRID}
    assert used == set(MODELS)
    configurations = [architecture.Configuration(facts.load().models[slug]) for slug in used]
    assert any(c.latent for c in configurations) and any(c.window_layers for c in configurations)
    assert any(c.experts for c in configurations)
    assert any(not c.latent and c.number("num_key_value_heads") < max(COUNTS) for c in configurations)


@pytest.mark.parametrize(("model", "gpu", "gpus", "weights"), GRID)
def test_the_chooser_holds_what_the_calculator_of_fit_holds(model, gpu, gpus, weights):
    if architecture.Configuration(facts.load().models[model]).number("num_attention_heads") % gpus:
        return  # the chooser does not look at groups that cannot share the heads
    fitting = fit(model, gpu, gpus, weights)
    inputs = {"model": model, "weights": weights, "prompt": PROMPT, "answer": ANSWER, "concurrency": BATCH, "largest": gpus}
    (found,) = (each for each in candidates(run("which_gpu", inputs | {"only": gpu}).inputs) if each.load.gpus == gpus)
    assert found.load.stored == fitting["weights"].base
    assert found.load.held == fitting["total"].base
    assert (found.reason == "lost_fit") == (not fitting["fits"])


@pytest.mark.parametrize(("model", "gpu", "gpus", "weights"), GRID)
def test_a_claim_of_cards_counts_what_the_calculator_of_fit_counts(model, gpu, gpus, weights):
    """The reading with cache and overhead: what is needed without the overhead, over what a card has beyond it."""
    records, overhead = facts.load(), 2 * 1024**3
    known = {"gpu": records.accelerators[gpu], "gpus": gpus, "model": records.models[model], "named": None}
    found = claim_readings.fits(**known, context=PROMPT + ANSWER, batch=BATCH, overhead=overhead)
    [whole] = [each for each in found if each.whole and each.words.startswith(f"{formats.WEIGHTS[weights].label}, with")]
    fitting = fit(model, gpu, gpus, weights)
    needed, room = (fitting[name].base - gpus * overhead for name in ("total", "capacity"))
    assert whole.value == pytest.approx(needed / (room / gpus), rel=1e-12)


@pytest.mark.parametrize(("model", "gpu", "gpus", "weights"), GRID)
def test_decoding_fits_where_weights_and_cache_fit(model, gpu, gpus, weights):
    whole = {"context": PROMPT + ANSWER, "batch": BATCH}
    fitting = outputs("memory_fit", model, gpus, weights, gpu, overhead=0, **whole)
    if fitting["fits"]:
        outputs("decode", model, gpus, weights, gpu, **whole)
    else:
        with pytest.raises(InputProblems) as refused:
            outputs("decode", model, gpus, weights, gpu, **whole)
        assert {problem.field for problem in refused.value.problems} == {"gpus"}


@pytest.mark.parametrize(("model", "gpus", "weights"), sorted({(model, gpus, weights) for model, _, gpus, weights in GRID}))
def test_decoding_reads_what_fit_holds_but_tables_and_idle_experts(model, gpus, weights):
    fitting = outputs("memory_fit", model, gpus, weights, context=PROMPT, batch=BATCH)
    reading = outputs("decode", model, gpus, weights, context=PROMPT, batch=BATCH, capacity_rule="ignore")
    record, quiet = facts.load().models[model], Unrecorded()
    spread = shards.tensor_parallel(record, weights, "linear", quiet)
    used = forward_pass.experts_read(spread.counts, BATCH, quiet) if spread.counts.num_experts else None
    read = forward_pass.read_once(spread.counts, spread.size, fitting["weights"].base, used, quiet)
    assert reading["bytes_read"].base == decode_step.bytes_read(weights_read=read, kv_cache=fitting["kv_cache"].base)
    if gpus == 1:
        assert fitting["weights"].base == pytest.approx(outputs("weights", model, 1, weights)["total"].base, rel=1e-12)


@pytest.mark.parametrize(("model", "gpus", "weights"), sorted({(model, gpus, weights) for model, _, gpus, weights in GRID}))
def test_serving_finds_room_for_as_many_as_fit(model, gpus, weights):
    gpu = "mi300x"
    whole = {"prompt": PROMPT, "output": ANSWER, "overhead": "2 GiB", "first_limit": "10000 s", "token_limit": "10000 ms"}
    most = fit(model, gpu, gpus, weights)["max_batch"].base
    if most:
        assert outputs("serving", model, gpus, weights, gpu, **whole)["sequences_fit"].base == most
    else:
        with pytest.raises(InputProblems):
            outputs("serving", model, gpus, weights, gpu, **whole)


@pytest.mark.parametrize(("model", "gpu", "gpus", "weights"), GRID[::3])
def test_the_chooser_is_as_fast_as_prefill_and_decode(model, gpu, gpus, weights):
    inputs = {"model": model, "weights": weights, "prompt": PROMPT, "answer": ANSWER, "concurrency": BATCH, "largest": gpus}
    found = [each for each in candidates(run("which_gpu", inputs | {"only": gpu}).inputs) if each.load.gpus == gpus]
    (group,) = found
    served = serve(group.card, group.load, PROMPT, ANSWER, BATCH, 0.6, 0.4)
    reached = {"bandwidth_efficiency": "60%", "compute_efficiency": "40%", "capacity_rule": "ignore", "compute": "fp16"}
    reached["peak"] = f"{group.card.peaks[group.load.arithmetic] / 1e12!r} TFLOPS"
    decoded = outputs("decode", model, gpus, weights, gpu, context=PROMPT + ANSWER, batch=BATCH, **reached)
    assert served.step == decoded["time_per_output_token"].base
    assert group.load.step_bytes == decoded["bytes_read"].base
    first = outputs("prefill", model, gpus, weights, gpu, prompt=PROMPT, **reached)
    assert served.prompt == first["time_to_first_token"].base
    assert (group.load.prompt_bytes, group.load.prompt_flop) == (first["traffic"].base, first["flop"].base)


@pytest.mark.parametrize("mode", ["continuous", "static", "disaggregated"])
def test_serving_takes_the_times_of_prefill_and_decode(mode):
    given = {"gpu": "h100-sxm5-80gb", "gpus": 4, "model": "llama-3.1-70b", "weights": "fp8"}
    served = run("serving", given | {"prompt": PROMPT, "output": ANSWER, "mode": mode}).outputs
    assert served["prefill_time"].base == run("prefill", given | {"prompt": PROMPT}).outputs["time_to_first_token"].base
    step = run("decode", given | {"batch": int(served["batch"].base), "context": PROMPT + ANSWER // 2}).outputs
    assert served["step_time"].base == step["time_per_output_token"].base


def test_whoever_asks_for_the_same_gpus_asks_for_the_same_inputs():
    """What a reader may set of each GPU has one declaration."""
    shared = {field.name for field in fields(decode.OfEachGpu)}
    for cls in (prefill.Inputs, ServingInputs):
        own = {field.name: field.metadata["spec"] for field in fields(cls)}
        assert {name: own[name] for name in shared} == {field.name: field.metadata["spec"] for field in fields(decode.OfEachGpu)}
