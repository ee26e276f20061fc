"""Serving part by part: room, steps, queues, the search for the best batch, and replicas."""

import pytest

from calculators import InputProblems, run

GENEROUS = {"first_limit": "1000 s", "token_limit": "100 s"}
SERVED = {"gpu": "h100-sxm5-80gb", "gpus": 4, "model": "llama-3.1-70b"}


def outputs(**inputs):
    return run("serving", inputs).outputs


def test_overhead_takes_room_on_each_gpu():
    # Llama 3.1 70B: 70,553,706,496 parameters in FP16, and 2,304 tokens of 327,680 bytes, a quarter on each of four GPUs
    each = (2 * 70_553_706_496 + 2304 * 327_680) // 4 + 4 * 2**30
    assert outputs(capacity=f"{each} byte", **GENEROUS)["sequences_fit"].base == 1
    with pytest.raises(InputProblems, match="too few"):
        outputs(capacity=f"{each - 1} byte", **GENEROUS)


def test_what_does_not_fit_is_told_in_full():
    # 141.107 GB of weights, 0.755 of cache, and 4.295 of overhead on each of two GPUs: 150.452 GB
    with pytest.raises(InputProblems, match=r"take 150\.5 GB, and there are 140 GB"):
        outputs(gpus=2, capacity="70 GB")


def test_a_step_decodes_one_token_of_each_sequence_at_half_of_the_output():
    # of 257 tokens the middle lies between 128 and 129: reading, which limits, takes the mean of both
    sharing = {"exchange": "links"}
    around = [
        run("decode", SERVED | sharing | {"batch": 8, "context": 2048 + half, "capacity_rule": "ignore"}).outputs
        for half in (128, 129)
    ]
    mean = sum(got["time_per_output_token"].base for got in around) / 2
    assert outputs(output=257, most=8, **sharing, **GENEROUS)["step_time"].base == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize(("load", "times"), [("50%", 1.5), ("80%", 3)])
def test_a_prefill_waits_for_other_prefills_alone_where_decoding_is_elsewhere(load, times):
    # M/D/1 at a load of 0.5: half a service of waiting and the own one; at 0.8: 0.8 / (2 * 0.2) = 2, and one
    got = outputs(mode="disaggregated", utilization=load, **GENEROUS)
    assert got["time_to_first_token"].base == pytest.approx(times * got["prefill_time"].base, rel=1e-9)


def test_the_best_batch_is_the_last_that_keeps_the_limit():
    given = {"first_limit": "1000 s", "mode": "continuous"}
    for batch in (1, 2, 100, 101):
        just = outputs(most=batch, token_limit="100 s", **given)["time_per_output_token"].base
        got = outputs(token_limit=f"{just!r} s", **given)
        assert (got["batch"].base, got["limit"]) == (batch, "the TPOT limit")
    less = outputs(token_limit=f"{just * (1 - 1e-9)!r} s", **given)
    assert (less["batch"].base, less["limit"]) == (100, "the TPOT limit")


def test_a_demand_in_tokens_may_be_a_fraction_of_a_request():
    # 5000 / 256 = 19.53 requests per second; as many are in flight as arrive while one is answered
    got = run("serving", {"token_demand": "5000 token/s"})
    assert got.outputs["in_flight"].base == pytest.approx(19.53125 * got.outputs["request_time"].base)
    assert "19.53 requests/s take" in got.summary


def test_replicas_that_only_prefill():
    # at 80% load a replica prefills 0.8 requests in the time of one: 7.99 times as many take eight
    apart = {"mode": "disaggregated"} | GENEROUS
    each = 0.8 / outputs(**apart)["prefill_time"].base
    got = outputs(demand=f"{7.99 * each!r} request/s", **apart)
    assert got["prefill_replicas"].base == 8
