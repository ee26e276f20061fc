# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Recompute a cost table
#
# A comparison in circulation says what a million tokens of a small model cost on an H100 and on an RTX 4090, bought and run for three years. It finds that the consumer card wins for one user and the H100 wins by far for a batch. This notebook repeats the computation from the stated prices and rates, one step at a time, finds two slips, one that changes every figure and one that changes the winner, and then asks of the rows that state no rate whether they can be.
#
# It is executed whenever the site is built, and each conclusion is asserted. The calculators are those of [cost](../../calculators/cost/), [decoding](../../calculators/decode/), [what fits](../../calculators/memory_fit/) and [comparing](../../calculators/compare/).

# %%
from IPython.display import HTML, display

from calculators import call
from calculators.present.html import scrolling_table, tag
from calculators.units import Quantity, show

# %% [markdown]
# ## What the comparison assumes
#
# Prices, powers and rates are the ones it states. Host, network and cooling are left out, and the cards never idle: all of that favors low figures. The last entry of each row is the cost per million tokens that the comparison prints.

# %%
TERMS = {
    "busy": "100%",
    "lifetime": "3 year",
    "electricity": "0.08 USD/kWh",
    "host_share": "0%",
    "pue": 1,
}
CARDS = {
    "h100-sxm5-80gb": {"price": "30000 USD", "power": "700 W"},
    "rtx-4090": {"price": "1800 USD", "power": "350 W"},
}
STATED = [
    ("one sequence", "h100-sxm5-80gb", 95, 0.0035),
    ("one sequence", "rtx-4090", 42, 0.00064),
    ("a batch", "h100-sxm5-80gb", 2800, 0.00012),
    ("a batch", "rtx-4090", 320, 0.00084),
]


# %%
def table(head: list[str], rows: list[list[str]]) -> HTML:
    body = (
        tag("tr", *(tag("td", cell) for cell in row)) for row in rows
    )
    return HTML(scrolling_table(head, body, "rp-table"))


def cost(gpu: str, rate: float) -> call.Run:
    inputs = {"gpu": gpu, "gpus": 1, "rate": f"{rate} token/s"}
    return call.run("cost", inputs | CARDS[gpu] | TERMS)


# %% [markdown]
# ## Step one: three years of one card
#
# Purchase, plus the electricity of three years at the stated power.

# %%
rows = []
for gpu, card in CARDS.items():
    run = cost(gpu, 1)
    years = 3
    energy = run.result.energy_yearly * years
    total = float(card["price"].split()[0]) + energy
    rows.append(
        [
            run.inputs.gpu.short,
            card["price"],
            show(Quantity(energy, "USD")),
            show(Quantity(total, "USD")),
        ]
    )
    hours = years * 365 * 24
    hourly = run.outputs["own_hourly"].value
    assert abs(hourly * hours - total) < 1e-6 * total
display(table(["Card", "Price", "Electricity", "Three years"], rows))

# %% [markdown]
# Both totals are as the comparison has them. Note that the H100 is charged for its full power limit and the RTX 4090 is not.
#
# ## Step two: tokens in three years, and their price
#
# The rate times the seconds of three years, and the total over that. We set the result beside the printed figure.

# %%
rows = []
factors = {}
for load, gpu, rate, printed in STATED:
    run = cost(gpu, rate)
    right = run.result.own_per_token * 1e6
    factors[load, gpu] = right / printed
    rows.append(
        [
            load,
            run.inputs.gpu.short,
            f"${printed:f}".rstrip("0"),
            show(run.outputs["own_per_token"], 3),
            f"{right / printed:,.0f}×",
        ]
    )
display(table(["Load", "Card", "Printed", "Computed", "Off by"], rows))

in_thousands = [factor for factor in factors.values() if factor > 900]
assert len(in_thousands) == 3
assert all(950 < factor < 1050 for factor in in_thousands)
assert 95 < factors["a batch", "rtx-4090"] < 105

# %% [markdown]
# Three of the four figures are too low by a thousand: they are the price of a thousand tokens, printed as that of a million. The fourth, the RTX 4090 with a batch, is too low by only a hundred. Beside the others, a digit slipped.
#
# ## Step three: who wins
#
# A slip that all figures share leaves their quotients alone. One that a single figure has does not.

# %%
computed = {
    (load, gpu): cost(gpu, rate).result.own_per_token
    for load, gpu, rate, _ in STATED
}
printed = {(load, gpu): figure for load, gpu, _, figure in STATED}


def h100_over_4090(prices: dict, load: str) -> float:
    return prices[load, "h100-sxm5-80gb"] / prices[load, "rtx-4090"]


rows = [
    [load, *(f"{h100_over_4090(prices, load):.2f}×" for prices in pair)]
    for load in ("one sequence", "a batch")
    for pair in [(printed, computed)]
]
display(table(["H100 over RTX 4090", "Printed", "Computed"], rows))

assert h100_over_4090(computed, "one sequence") > 5
assert h100_over_4090(printed, "a batch") < 0.15
assert h100_over_4090(computed, "a batch") > 1.4

# %% [markdown]
# For one sequence the winner stands. For a batch it does not: by the comparison's own prices and rates, the RTX 4090 makes the cheaper tokens in both cases. The claim that the H100 is several times cheaper there is nothing but the digit.
#
# ## Step four: can the rates be?
#
# A rate above what the memory bandwidth allows cannot have been measured. Does the batch fit the smaller card at all?

# %%
MODEL = {"model": "llama-2-7b", "weights": "fp16", "gpus": 1}
rows = []
for _load, gpu, rate, _ in STATED[:2]:
    bound = call.run("decode", {**MODEL, "gpu": gpu})
    most = bound.result.token_rate
    assert rate < most, (gpu, rate, most)
    said = show(Quantity(rate, "token/s"))
    at_most = show(bound.outputs["token_rate"], 3)
    rows.append([bound.inputs.gpu.short, said, at_most])
display(table(["One sequence", "Stated", "At most"], rows))

fit = call.run(
    "memory_fit", {**MODEL, "gpu": "rtx-4090", "context": 4096}
)
print("Sequences of full context on the RTX 4090:", end=" ")
print(show(fit.outputs["max_batch"]))
assert fit.result.max_batch < 32

# %% [markdown]
# The rates for one sequence are possible and not good. The batch, with the full context that the comparison assumes elsewhere, does not fit the RTX 4090: the batch row of the table describes short contexts or nothing.
#
# ## Step five: the rows that state no rate
#
# The rest of the table prints prices and no rates. Read as prices of a thousand tokens, like the others, they imply a rate. We hold it against the bound, with no context at all and no memory set aside: the kindest terms there are.

# %%
REST = [
    ("7B, four bits", "llama-2-7b", "int4-g128", 1, (0.0018, 0.00038)),
    ("13B, FP16", "llama-2-13b", "fp16", 1, (0.0052, 0.0015)),
    ("70B, four bits", "llama-2-70b", "int4-g128", 1, (0.0032, None)),
    ("the same, batch", "llama-2-70b", "int4-g128", 16, (0.0002, None)),
]


def judged(gpu: str, load: dict, figure: float | None) -> tuple:
    """The rate that a printed price implies, the bound, and what follows."""
    fit = call.run("memory_fit", {**load, "overhead": "0 GiB"})
    implied = None
    if figure:
        hourly = cost(gpu, 1).outputs["own_hourly"].value
        implied = hourly / 3600 / (figure * 1000 / 1e6)
    if not fit.result.fits:
        return implied, None, "does not fit"
    most = call.run("decode", load).result.token_rate
    return implied, most, "possible" if implied <= most else "above it"


def rate(value: float | None) -> str:
    return show(Quantity(value, "token/s"), 3) if value else "none"


rows = []
verdicts = []
for name, model, weights, batch, figures in REST:
    for gpu, figure in zip(CARDS, figures, strict=True):
        load = {"gpu": gpu, "gpus": 1, "model": model, "context": 1}
        load |= {"weights": weights, "batch": batch}
        implied, most, verdict = judged(gpu, load, figure)
        card = cost(gpu, 1).inputs.gpu.short
        price = f"${figure:f}".rstrip("0") if figure else "cannot run"
        rows.append(
            [name, card, price, rate(implied), rate(most), verdict]
        )
        verdicts.append(verdict)
head = ["Model", "Card", "Printed", "Implied", "At most", "So it is"]
display(table(head, rows))

assert verdicts[:2] == ["possible", "possible"]
assert verdicts[2:4] == ["possible", "does not fit"]
assert verdicts[4:] == ["above it", "does not fit"] * 2

# %% [markdown]
# Three prices are possible, and nothing says whether anybody measured them. The RTX 4090 is given a price for a model whose weights it does not hold. Both prices of the largest model ask of an H100 more than its memory delivers. Only the two refusals at the end are right: "cannot run" is a result, and belongs in the table.
#
# ## What is left
#
# The method is right: what a card costs over its life, over the tokens of that life. The table is not. And its terms decide more than the card: no host, no idle hour. The calculator has a field for each.

# %%
rows = []
for gpu, rate in (("h100-sxm5-80gb", 2800), ("rtx-4090", 320)):
    bare = cost(gpu, rate)
    honest = {"busy": "40%", "host_share": "50%", "pue": 1.3}
    full = call.run("cost", {**bare.given, **honest})
    rows.append(
        [
            bare.inputs.gpu.short,
            show(bare.outputs["own_per_token"], 3),
            show(full.outputs["own_per_token"], 3),
        ]
    )
    assert full.result.own_per_token > 3 * bare.result.own_per_token
head = ["Card", "Never idle, no host", "With host, often idle"]
display(table(head, rows))

# %% [markdown]
# More about what such a price is made of stands under [the cost of a token](../../topics/cost-of-a-token/), and every figure of the comparison is among the [numbers in circulation](../../audit/cost/).
