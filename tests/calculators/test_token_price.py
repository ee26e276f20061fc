"""Price of a token by kind and load, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, call, run

# One replica of one GPU at $3.60 an hour ($0.001 a second) that reads 10,000 and writes 1,000 tokens per second.
SIMPLE = {
    "gpus": "1", "hourly": "3.60", "prefill_rate": "10000", "decode_rate": "1000", "input_tokens": "5000",
    "output_tokens": "500", "cached_share": "0%", "peak": "1", "highest_use": "100%", "load": "1",
}  # fmt: skip


def outputs(**inputs):
    return run("token_price", inputs).outputs


def test_renting_by_the_hour():
    # $2.50 / (30 * 3600) * 1e6 = $23.15; $4.50 / (50 * 3600) * 1e6 = $25.00 per million tokens
    first, second = (
        outputs(gpus=1, hourly=hourly, decode_rate=rate)["output_cost_full"].to("USD/Mtoken")
        for hourly, rate in (("2.50", 30), ("4.50", 50))
    )
    assert first == pytest.approx(23.148148, rel=1e-6)
    assert second == pytest.approx(25.0)


def test_tokens_by_kind():
    # $0.001/s over 1,000 tokens/s is $1.00 per million; input a tenth; a cached token at a tenth of the work a hundredth
    got = outputs(**SIMPLE)
    costs = [got[f"{kind}_cost_full"].to("USD/Mtoken") for kind in ("output", "input", "cached")]
    assert costs == pytest.approx([1.0, 0.1, 0.01])
    # 5000/10000 + 500/1000 = 1 s of the replica: $0.001, at one request a second fully used
    assert got["per_request"].value == pytest.approx(0.001)
    assert got["utilization"].base == pytest.approx(1)


def test_cached_input_takes_a_share_of_the_work():
    # half of 5,000 tokens cached at 10%: (2500 + 250)/10000 + 0.5 = 0.775 s
    assert outputs(**SIMPLE | {"cached_share": "50%"})["requests_full"].base == pytest.approx(1 / 0.775)


def test_replicas_are_whole_and_kept_for_the_peak():
    # 1.2 requests/s of 1 s each, three times that at the peak, 80% at most: 3 * 1.2 / 0.8 = 4.5, so 5 replicas, used to 24%
    got = outputs(**SIMPLE | {"load": "1.2", "peak": "3", "highest_use": "80%"})
    assert got["replicas"].base == 5
    assert got["utilization"].base == pytest.approx(0.24)
    assert got["output_cost"].to("USD/Mtoken") == pytest.approx(1 / 0.24)


def test_a_mixed_rate_is_split_by_the_ratio():
    # GKE: cost / (input rate / ratio + output rate). 500 of 5,500 tokens are output: 100/s output, 1,000/s input, ratio 4:
    # 0.001 / (250 + 100) = $2.857 per million output tokens, a quarter of it per million input tokens
    got = outputs(**SIMPLE | {"rates": "together", "throughput": "100", "price_ratio": "4"})
    assert got["output_cost_full"].to("USD/Mtoken") == pytest.approx(1000 / 350)
    assert got["input_cost_full"].to("USD/Mtoken") == pytest.approx(250 / 350)
    # the mixed rate comes out again: 100 / 500 = 0.2 requests/s
    assert got["requests_full"].base == pytest.approx(0.2)


def test_revenue_of_a_published_day():
    # DeepSeek: 342e9 * 0.14 + 266e9 * 0.55 + 168e9 * 2.19 = $562,100 in millions of tokens; printed $562,027
    got = outputs(
        input_tokens=608_000, output_tokens=168_000, cached_share="56.25%",
        api_input="0.55", api_cached="0.14", api_output="2.19",
    )  # fmt: skip
    assert got["api_per_request"].value == pytest.approx(0.5621, rel=1e-6)


@given(st.floats(0.001, 1000), st.floats(0, 1), st.floats(1, 20))
def test_the_kinds_add_up_to_the_request(load, cached, peak):
    got = outputs(load=f"{load:.6f}", cached_share=f"{cached * 100:.6f}%", peak=f"{peak:.6f}")
    hit = float(f"{cached * 100:.6f}") / 100
    each = (1 - hit) * got["input_cost"].base + hit * got["cached_cost"].base
    assert got["per_request"].base == pytest.approx(2000 * each + 300 * got["output_cost"].base, rel=1e-9)


@given(st.floats(0.001, 1000))
def test_no_load_is_cheaper_than_never_waiting(load):
    got = outputs(load=f"{load:.6f}")
    assert got["per_request"].base >= got["per_request_full"].base * (1 - 1e-12)
    assert got["utilization"].base <= 0.8 / 2 * (1 + 1e-12)


def test_at_the_break_even_both_cost_the_same():
    at = outputs()["break_even_load"].base
    got = outputs(load=f"{at:.15f}")
    assert got["ratio"].base == pytest.approx(1)


def test_an_api_that_is_always_cheaper_has_no_break_even():
    finished = run("token_price", {"api_input": "0.05", "api_output": "0.10", "api_cached": "0.005"})
    assert finished.outputs["break_even_load"] == "none" and finished.outputs["cheaper"] == "API"
    assert any("cheaper at every load" in remark for remark in finished.working.remarks)


def test_a_price_per_thousand_tokens_is_refused_unless_it_says_so():
    with pytest.raises(InputProblems, match="a price per thousand") as raised:
        outputs(api_input="0.0006", api_output="0.0024")
    assert {problem.field for problem in raised.value.problems} == {"api_input", "api_output"}
    per_thousand, per_million = outputs(api_output="0.0024 USD/ktoken"), outputs(api_output="2.40 USD/Mtoken")
    assert per_thousand["api_per_request"].base == pytest.approx(per_million["api_per_request"].base)


def test_the_count_of_tokens_is_said_both_ways():
    said = " ".join(run("token_price", SIMPLE).working.remarks)
    assert "$0.001 per thousand tokens" in said


def test_the_curve_over_load_falls_to_the_full_price():
    finished = run("token_price")
    chart = finished.calculator.chart(finished)
    own = next(series for series in chart.series if series.label == "own GPUs").points
    assert own[0][1] > 50 * own[-1][1]
    assert "cheaper" in call.get("token_price").output_specs


@pytest.mark.parametrize(("field", "given"), [
    ("load", "0"), ("output_tokens", "0"), ("highest_use", "0%"), ("peak", "0.5"), ("decode_rate", "0"), ("hourly", "3 USD"),
    ("cached_share", "120%"), ("api_output", "2e9"),
])  # fmt: skip
def test_nonsense_is_refused_with_the_field(field, given):
    with pytest.raises(InputProblems, match=field):
        outputs(**{field: given})


# An API that asks $0.10 and $1.00 for a million: 5,000 and 500 tokens cost $0.0005 each, together as much as the replica.
EQUAL = SIMPLE | {"api_input": "0.10", "api_output": "1.00", "api_cached": "0.01"}


def test_where_both_cost_the_same_the_api_needs_no_gpus():
    finished = run("token_price", EQUAL)
    assert finished.outputs["cheaper"] == "API" and finished.outputs["break_even_load"].base == 1
    assert not any("at every load" in remark for remark in finished.working.remarks)
    assert run("token_price", EQUAL | {"api_output": "1.01"}).outputs["cheaper"] == "own GPUs"


def test_how_much_dearer_full_replicas_are():
    # $0.001 a request, three times that for the peak, over 90% of use, against 5000 * $0.05 + 500 * $0.10 per million = $0.0003
    given = SIMPLE | {"api_input": "0.05", "api_output": "0.10", "api_cached": "0.005", "peak": "3", "highest_use": "90%"}
    assert any("cost 11.1× as much" in remark for remark in run("token_price", given).working.remarks)


def test_what_is_paid_by_the_hour_and_what_a_request_costs_if_nothing_waits():
    # five replicas at $3.60; a request takes one second of one, at $0.001
    got = outputs(**SIMPLE | {"load": "1.2", "peak": "3", "highest_use": "80%"})
    assert got["cost_hourly"].to("USD/h") == pytest.approx(5 * 3.6)
    assert got["per_request_full"].base == pytest.approx(0.001)


def test_the_summary_compares_with_the_api():
    # 5000 * $0.60 + 500 * $2.40 per million = $0.0042 against $0.001
    assert "a request 0.238× what" in run("token_price", SIMPLE | {"api_input": "0.60", "api_output": "2.40"}).summary


@pytest.mark.parametrize("price", ["0.005", "1000"])
def test_the_least_and_the_most_that_an_api_may_ask(price):
    assert outputs(api_input=price, api_output=price, api_cached=price)["api_per_request"].base > 0


@pytest.mark.parametrize(("price", "said"), [("0.0049", "too little for"), ("1001", "too much for")])
@pytest.mark.parametrize("field", ["api_input", "api_output", "api_cached"])
def test_prices_of_other_numbers_of_tokens_are_refused(field, price, said):
    with pytest.raises(InputProblems, match=said) as raised:
        outputs(**{field: price})
    assert [problem.field for problem in raised.value.problems] == [field]


def test_only_cached_input_may_be_free():
    assert outputs(api_cached="0")["api_per_request"].base > 0
    for field in ("api_input", "api_output"):
        with pytest.raises(InputProblems, match="too little"):
            outputs(**{field: "0"})


def test_the_curve_has_twenty_steps_for_each_factor_of_ten():
    finished = run("token_price")
    own = next(series for series in finished.calculator.chart(finished).series if series.label == "own GPUs").points
    assert len(own) == 81 and own[20][0] == pytest.approx(own[0][0] * 10)
