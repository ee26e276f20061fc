"""Serving, worked by hand and held to its own identities."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators import InputProblems, call, run
from calculators.serving import MODES, queue_time, replicas_for, request_rate

GENEROUS = {"first_limit": "1000 s", "token_limit": "100 s"}


def outputs(**inputs):
    return run("serving", inputs).outputs


def test_a_request_costs_its_prefill_and_its_share_of_the_steps():
    # 0.1 s of prefill, 100 steps of 0.02 s shared by 20: 1 / (0.1 + 0.1) = 5 requests per second
    assert request_rate(0.1, 101, 0.02, 20) == pytest.approx(5)


def test_the_queue_of_equal_services():
    # half loaded with services of 2 s: 0.25 * 4 / (2 * 0.5) = 1 s, half of a service (M/D/1)
    assert queue_time(0.25, 2) == pytest.approx(1)


def test_replicas_are_whole_and_have_headroom():
    # 100 requests/s at 8 requests/s and 80% load: 100 / 6.4 = 15.6
    assert replicas_for(100, 8, 0.8) == 16


def test_prefill_and_step_are_those_of_their_own_calculators():
    got = outputs(prompt=2048, output=256)
    same = {"gpu": "h100-sxm5-80gb", "gpus": 4, "model": "llama-3.1-70b"}
    assert got["prefill_time"] == run("prefill", same | {"prompt": 2048}).outputs["time_to_first_token"]
    batch = int(got["batch"].base)
    step = run("decode", same | {"batch": batch, "context": 2048 + 128, "capacity_rule": "ignore"}).outputs
    assert got["step_time"].base == pytest.approx(step["time_per_output_token"].base)


def test_the_planned_load_makes_the_queue_longer():
    calm, busy = (outputs(utilization=share)["time_to_first_token"].base for share in ("10%", "95%"))
    assert calm < busy


@settings(deadline=None, max_examples=60)
@given(st.integers(16, 8000), st.integers(2, 2000), st.sampled_from(["continuous", "disaggregated", "static"]))
def test_the_rate_is_the_batch_over_the_time_it_takes(prompt, output, mode):
    got = outputs(prompt=prompt, output=output, mode=mode, **GENEROUS)
    batch, rate = got["batch"].base, got["request_rate"].base
    if mode == "continuous":
        assert rate == pytest.approx(batch / ((output - 1) * got["time_per_output_token"].base))
    if mode == "disaggregated":
        assert 1 / rate == pytest.approx(got["prefill_time"].base + 1 / got["decoding_rate"].base)
    assert got["request_time"].base == pytest.approx(
        got["time_to_first_token"].base + (output - 1) * got["time_per_output_token"].base
    )
    assert 0 < got["prefill_share"].base < 1


@settings(deadline=None, max_examples=60)
@given(st.floats(0.2, 20), st.floats(10, 200), st.sampled_from(sorted(MODES)))
def test_the_best_batch_keeps_the_limits_and_one_more_breaks_what_is_named(first, per_token, mode):
    limits = {"first_limit": f"{first:.4f} s", "token_limit": f"{per_token:.4f} ms", "mode": mode}
    try:
        got = outputs(**limits)
    except InputProblems as refused:
        assert {problem.field for problem in refused.problems} <= {"first_limit", "token_limit"}
        return
    assert got["time_to_first_token"].base <= first * (1 + 1e-3) and got["time_per_output_token"].to("ms") <= per_token * (
        1 + 1e-3
    )
    assert got["batch"].base <= got["sequences_fit"].base
    if got["limit"] == "memory":
        assert got["batch"].base == got["sequences_fit"].base
    elif got["limit"] == "the engine's limit":
        assert got["batch"].base == 256


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 255), st.sampled_from(sorted(MODES)))
def test_a_larger_batch_answers_more(most, mode):
    one, more = (outputs(most=count, mode=mode, **GENEROUS)["request_rate"].base for count in (most, most + 1))
    assert more >= one * (1 - 1e-12)


@settings(deadline=None, max_examples=40)
@given(st.floats(0.01, 1000), st.integers(1, 99), st.sampled_from(sorted(MODES)))
def test_the_gpus_answer_the_demand(demand, load, mode):
    got = outputs(demand=demand, utilization=f"{load}%", mode=mode, **GENEROUS)
    assert got["gpus_needed"].base * got["goodput"].base >= demand * (1 - 1e-9)
    if mode == "disaggregated":
        assert got["prefill_replicas"].base + got["decode_replicas"].base == got["replicas"].base
    else:
        assert (got["replicas"].base - 1) * 4 * got["goodput"].base < demand


def test_a_demand_in_tokens_is_one_in_requests():
    assert outputs(token_demand="2560 token/s", output=256) == outputs(demand="10 request/s", output=256)


def test_nobody_waits_for_a_prefill_when_others_do_it():
    together, apart = outputs(mode="continuous", **GENEROUS), outputs(mode="disaggregated", **GENEROUS)
    assert apart["time_per_output_token"].base == apart["step_time"].base < together["time_per_output_token"].base
    assert apart["transfer_time"].base == pytest.approx(327_680 * 2048 / (4 * 50e9))


def test_a_static_batch_waits_for_its_longest_output():
    even, uneven = (outputs(mode="static", longest=times, **GENEROUS) for times in (1, 4))
    assert uneven["request_rate"].base < even["request_rate"].base
    assert outputs(mode="static", **GENEROUS)["time_to_first_token"].base > outputs(**GENEROUS)["time_to_first_token"].base


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"first_limit": "10 ms"}, r"first_limit.*single sequence"),
        ({"token_limit": "5 ms"}, r"token_limit.*single sequence"),
        ({"gpus": 1}, r"gpus.*too few"),
        ({"longest": 2}, r"longest.*changes nothing"),
        ({"exchange": "own"}, r"link.*needed"),
        ({"gpu": "rtx-4090", "gpus": 8, "exchange": "links"}, r"exchange.*no such link"),
        ({"output": 1}, r"output.*out of range"),
        ({"demand": "10 token/s"}, r"demand.*wrong unit"),
    ],
)
def test_what_cannot_be_is_refused_by_field(inputs, said):
    with pytest.raises(InputProblems, match=said):
        outputs(**inputs)


def test_both_limits_are_named_where_both_bind():
    with pytest.raises(InputProblems) as refused:
        outputs(first_limit="1 ms", token_limit="1 ms")
    assert {problem.field for problem in refused.value.problems} == {"first_limit", "token_limit"}


def test_the_chart_has_a_curve_for_every_way_of_batching():
    finished = call.run("serving")
    assert [line.label for line in finished.calculator.chart(finished).series] == list(MODES)


def test_a_batch_of_one_serves_one_at_a_time():
    # one sequence: prefill, then its steps, then the next
    got = outputs(most=1)
    alone = got["prefill_time"].base + 255 * got["step_time"].base
    assert got["request_rate"].base == pytest.approx(1 / alone)


def test_rates_of_tokens_are_those_of_requests():
    got = outputs(prompt=2048, output=256)
    assert got["output_rate"].base == pytest.approx(256 * got["request_rate"].base)
    assert got["token_rate"].base == pytest.approx(2304 * got["request_rate"].base)


def test_the_longest_gap_has_one_step_of_a_prefill_in_it():
    # a prompt of 10,000 tokens takes two steps of 8192 at most
    got = outputs(prompt=10_000, **GENEROUS)
    assert got["longest_gap"].base == pytest.approx(got["step_time"].base + got["prefill_time"].base / 2)
    for mode in ("static", "disaggregated"):
        got = outputs(prompt=10_000, mode=mode, **GENEROUS)
        assert got["longest_gap"].base == got["step_time"].base


def test_the_share_of_prefill_is_what_requests_take_of_a_second():
    got = outputs(**GENEROUS)
    assert got["prefill_share"].base == pytest.approx(got["request_rate"].base * got["prefill_time"].base)


@pytest.mark.parametrize("longest", [1, 2])
def test_a_static_batch_of_one_by_hand(longest):
    # prefill, and the steps of the longest output but its first token; a request waits for half of that on average
    got = outputs(mode="static", most=1, longest=longest, **GENEROUS)
    prefill, step = got["prefill_time"].base, got["step_time"].base
    assert got["request_rate"].base == pytest.approx(1 / (prefill + (256 * longest - 1) * step))
    assert got["time_to_first_token"].base == pytest.approx((prefill + (256 * longest - 1) * step) / 2 + prefill)
    assert got["prefill_share"].base == pytest.approx(prefill * got["request_rate"].base)


def test_a_static_batch_shares_its_prefill():
    got = outputs(mode="static", most=2, **GENEROUS)
    together = run("prefill", {"gpu": "h100-sxm5-80gb", "gpus": 4, "model": "llama-3.1-70b", "prompts": 2}).outputs
    prefill = together["time_to_first_token"].base
    assert got["request_rate"].base == pytest.approx(2 / (prefill + 255 * got["step_time"].base))
    assert got["prefill_share"].base == pytest.approx(prefill * got["request_rate"].base / 2)


def test_room_for_exactly_one_request_is_enough():
    # Llama 3.1 70B: 70,553,706,496 parameters in FP16, and 2,304 tokens of 327,680 bytes, a quarter on each of four GPUs
    each = (2 * 70_553_706_496 + 2304 * 327_680) // 4
    assert outputs(overhead="0 GiB", capacity=f"{each} byte", **GENEROUS)["sequences_fit"].base == 1
    with pytest.raises(InputProblems, match="too few"):
        outputs(overhead="0 GiB", capacity=f"{each - 1} byte", **GENEROUS)


def test_memory_is_named_where_it_and_the_engine_end_alike():
    fit = int(outputs(most=100_000, **GENEROUS)["sequences_fit"].base)
    assert [outputs(most=fit + more, **GENEROUS)["limit"] for more in (-1, 0, 1)] == ["the engine's limit", "memory", "memory"]


@pytest.mark.parametrize(("limit", "time"), [("token_limit", "time_per_output_token"), ("first_limit", "time_to_first_token")])
@pytest.mark.parametrize("most", [1, 100])
def test_a_limit_that_is_just_met_is_kept(limit, time, most):
    given = {"most": most, "mode": "continuous"} | GENEROUS
    at = outputs(**given)
    just = outputs(**given | {limit: f"{at[time].base!r} s"})
    assert (just["batch"].base, just["limit"]) == (most, "the engine's limit")


def test_the_summary_says_whether_it_is_a_floor():
    said = run("serving").summary
    assert said.startswith("At most ") and "10 requests/s take at least " in said
    for reached in ("bandwidth_efficiency", "compute_efficiency"):
        said = run("serving", {reached: "90%"}).summary
        assert said.startswith("About ") and "at least" not in said
    assert "20 requests/s take" in run("serving", {"token_demand": "5120 token/s"}).summary
