"""Where own GPUs begin to pay, and how the price of a token is told when it cannot be."""

import pytest

from calculators import InputProblems, run

# One replica of one GPU at $3.60 an hour ($0.001 a second); a request takes it half a second: 5000 / 20,000 + 500 / 2000.
HALF = {
    "gpus": "1", "hourly": "3.60", "prefill_rate": "20000", "decode_rate": "2000", "input_tokens": "5000",
    "output_tokens": "500", "cached_share": "0%", "peak": "1", "highest_use": "100%", "load": "1", "api_cached": "0.01",
}  # fmt: skip


def test_own_gpus_pay_below_the_load_of_a_full_replica():
    # an API at 5000 * $0.20 + 500 * $2.00 per million, $0.002: half a request per second pays for the replica
    given = HALF | {"api_input": "0.20", "api_output": "2.00", "prefill_rate": "10000", "decode_rate": "1000"}
    got = run("token_price", given | {"highest_use": "80%"})  # which answers 0.8 at most
    assert got.outputs["break_even_load"].base == pytest.approx(0.5)
    assert not any("at every load" in remark for remark in got.working.remarks)


def test_how_much_dearer_a_request_of_half_a_second_is():
    # $0.0005 a request, three times that for the peak, over 90% of use, against 5000 * $0.05 + 500 * $0.10 per million = $0.0003
    given = HALF | {"api_input": "0.05", "api_output": "0.10", "api_cached": "0.005", "peak": "3", "highest_use": "90%"}
    assert any("cost 5.56× as much" in remark for remark in run("token_price", given).working.remarks)


@pytest.mark.parametrize(("price", "told"), [("0.004", "$0.004"), ("1001", "$1,001.00")])
def test_a_price_that_is_refused_is_repeated(price, told):
    with pytest.raises(InputProblems) as raised:
        run("token_price", {"api_input": price})
    assert [problem.given for problem in raised.value.problems] == [f"{told} per million tokens"]
