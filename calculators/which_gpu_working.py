"""The working of the group that the chooser ranks first: what it holds, its times, its cost."""

from calculators import architecture, cost, decode, decode_step, inputs, memory_fit, model_states, prices, training_flops
from calculators.candidates import ADAM_BYTES, arithmetic_in, peak_of
from calculators.token_price import time_per_request
from calculators.units import Quantity, show
from calculators.which_gpu_inputs import Conditions
from calculators.which_gpu_judging import Candidate
from calculators.working import Working


def show_best(i: Conditions, best: Candidate, working: Working) -> None:
    """The working of the best: what it holds, its times, its cost, and what it rests on."""
    gpu = best.card.gpu
    found = peak_of(gpu, best.load.arithmetic)
    working.use(gpu["memory.bandwidth"], inputs.usable_memory({"gpu": gpu}), *found[1])
    if best.power is not None:
        working.use(gpu["power.tdp"])
    if i.task == "training":
        _show_training(i, best, working)
    else:
        _show_inference(i, best, working)
    if best.cost is not None:
        _show_cost(i, best, working)
    shares = f"{show(Quantity(i.mbu, '%'))} of the bandwidth and {show(Quantity(i.mfu, '%'))} of the peak"
    working.remark(f"Bounds, not promises: every candidate is assumed to reach {shares}, and to lose nothing to communication.")
    if i.weights == "any":
        working.remark("Formats are ranked by cost and speed alone: what fewer bits do to the answers is not judged.")


def _show_inference(i: Conditions, best: Candidate, working: Working) -> None:
    load, gpus = best.load, float(best.load.gpus)
    decode.calculate(decode_inputs(i, best), working)
    spare = working.step("Overhead", memory_fit.on_all, "GB", per_gpu=i.overhead, gpus=gpus)
    working.step(
        "Needed",
        memory_fit.needed,
        "GB",
        weights=load.stored,
        kv_cache=load.held - load.stored - spare,
        activations=0.0,
        overhead=spare,
    )
    working.step("Available", memory_fit.on_all, "GB", per_gpu=best.card.capacity, gpus=gpus)
    terms = {"bytes_read": load.prompt_bytes, "gpus": gpus, "bandwidth": best.card.bandwidth, "efficiency": i.mbu}
    memory = working.step("Prompt: time to read", decode_step.memory_time, "s", **terms)
    terms = {"flop": load.prompt_flop, "gpus": gpus, "peak": best.card.peaks[load.arithmetic], "efficiency": i.mfu}
    arithmetic = working.step("Prompt: time to multiply", decode_step.arithmetic_time, "s", **terms)
    first = working.step("Time to first token", decode_step.step_time, "s", memory_time=memory, arithmetic_time=arithmetic)
    read = working.step("Prompt tokens per second", decode_step.token_rate, "token/s", tokens_per_step=i.prompt, step_time=first)
    made = decode_step.token_rate(i.concurrency, best.served.step)
    request = {"computed_input": i.prompt, "prefill_rate": read, "output_tokens": i.answer, "decode_rate": made}
    time = working.step("Time of the group per request", time_per_request, "s", **request)
    working.step(
        "Tokens per second, prompts included", decode_step.token_rate, "token/s", tokens_per_step=i.answer, step_time=time
    )


def _show_training(i: Conditions, best: Candidate, working: Working) -> None:
    load, gpus = best.load, float(best.load.gpus)
    parameters, c = architecture.parameter_counts(i.model), architecture.Configuration(i.model)
    working.use(*architecture.facts_of(i.model))
    working.step("Model states", model_states.in_all, "GB", parameters=parameters.total, bytes_each=ADAM_BYTES)
    working.step("Available", memory_fit.on_all, "GB", per_gpu=best.card.capacity, gpus=gpus)
    matrices = working.step("FLOP per token in matrices", training_flops.matrices_per_token, parameters=parameters.active)
    shape = {"layers": c.layers, "heads": c.number("num_attention_heads"), "head_dim": c.number("head_dim")}
    attention = working.step(
        "FLOP per token in attention", training_flops.attention_per_token, sequence=i.prompt + i.answer, **shape
    )
    flop = working.step("FLOP per token", training_flops.per_token, matrices=matrices, attention=attention)
    terms = {"flop": flop, "gpus": gpus, "peak": best.card.peaks[load.arithmetic], "efficiency": i.mfu}
    time = working.step("Time per token", decode_step.arithmetic_time, "us", **terms)
    working.step("Tokens per second", decode_step.token_rate, "token/s", tokens_per_step=1, step_time=time)
    working.remark(f"{ADAM_BYTES} bytes of states per parameter are sharded over the group; activations are in the overhead.")


def _show_cost(i: Conditions, best: Candidate, working: Working) -> None:
    gpus, card = float(best.load.gpus), best.card
    if i.means == "rent":
        paid = working.step("Rent", cost.renting, "USD/h", gpus=gpus, price_per_gpu=card.rent)
    else:
        terms = {"price_per_gpu": card.price, "host_share": i.host_share, "lifetime": i.lifetime}
        spent = working.step("Capital", cost.capital, "USD/h", gpus=gpus, **terms)
        terms = {"power": card.power, "pue": i.pue, "electricity": i.electricity}
        energy = working.step("Energy", cost.energy, "USD/h", gpus=gpus, **terms)
        paid = working.step("Cost of owning", cost.owning, "USD/h", capital=spent, energy=energy)
    terms = {"cost_rate": paid, "token_rate": best.served.rate, "busy": i.busy}
    working.step("Cost per token", cost.per_token, "USD/Mtoken", **terms)
    working.remark(prices.newest(card.gpu, prices.HOURLY if i.means == "rent" else prices.PURCHASE).how)


def decode_inputs(i: Conditions, best: Candidate) -> decode.Inputs:
    """The decoding of a candidate as the calculator of decoding takes it."""
    compute = {"fp8": "fp8", "fp16": "fp16", "fp32": "fp32"}[arithmetic_in(best.load.weights)]
    card, gpus = best.card, float(best.load.gpus)
    return decode.Inputs(
        gpu=card.gpu, gpus=gpus, model=i.model, weights=best.load.weights, scope=i.scope, kv=i.kv, batch=i.concurrency,
        context=i.prompt + i.answer, compute=compute, bandwidth_efficiency=i.mbu, compute_efficiency=i.mfu,
        capacity_rule="enforce", bandwidth=card.bandwidth, peak=card.peaks[best.load.arithmetic], capacity=card.capacity,
    )  # fmt: skip
