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
# # An ablation of tensor parallelism
#
# Two cards that split every layer should need half the time. They need more, because they exchange partial results in every layer. How much more depends on the link, on the latency of each exchange and on the size of the messages. This notebook takes these causes away one at a time and sees what each was worth.
#
# The efficiencies are those of the calculator of [parallel efficiency](../../calculators/parallel_efficiency/). It is executed whenever the site is built, and asserts what it concludes.

# %%
from IPython.display import HTML, display

from calculators import call
from calculators.present.html import scrolling_table, tag
from calculators.units import show

# %%
MODEL = "llama-2-70b"
PHASES = {
    "Decode, one token": {"phase": "decode", "tokens": 1},
    "Decode, a batch": {"phase": "decode", "tokens": 32},
    "Prefill, a prompt": {"phase": "prefill", "tokens": 4096},
}
CARDS = {
    "h100-sxm5-80gb": "links",
    "a100-sxm4-80gb": "links",
    "rtx-3090": "links",
    "rtx-4090": "pcie",
}


def split(gpu: str, gpus: int, load: dict, **more: str) -> call.Run:
    base = {"model": MODEL, "kind": "tensor", "path": CARDS[gpu]}
    return call.run(
        "parallel_efficiency",
        {"gpu": gpu, "gpus": gpus, **base, **load, **more},
    )


def table(head: list[str], rows: list[list[str]]) -> HTML:
    body = (
        tag("tr", *(tag("td", cell) for cell in row)) for row in rows
    )
    return HTML(scrolling_table(head, body, "rp-table"))


def percent(run: call.Run) -> str:
    return show(run.outputs["efficiency"], 3)


# %% [markdown]
# ## The starting point: two cards
#
# Efficiency is the time of one card over that of all cards together, as if one card could hold the model. NVLink joins all but the RTX 4090, which has PCIe.

# %%
rows = []
low = []
for gpu in CARDS:
    runs = {name: split(gpu, 2, load) for name, load in PHASES.items()}
    first = next(iter(runs.values()))
    rows.append([first.inputs.gpu.short, *map(percent, runs.values())])
    low += [
        (gpu, name)
        for name, run in runs.items()
        if run.result.efficiency < 0.9
    ]
display(table(["Two of", *PHASES], rows))
assert low == [("rtx-4090", "Prefill, a prompt")]

# %% [markdown]
# All but one are above nine tenths: two RTX 4090 send the large messages of a prompt over PCIe. Tables in circulation give far less for a pair; they take a single large multiplication, whose result is exchanged at once and in full. A model exchanges activations, which are small beside the weights.
#
# ## More cards

# %%
COUNTS = (2, 4, 8)
rows = []
for gpu in CARDS:
    load = PHASES["Decode, one token"]
    runs = [split(gpu, gpus, load) for gpus in COUNTS]
    rows.append([runs[0].inputs.gpu.short, *map(percent, runs)])
    shares = [run.result.efficiency for run in runs]
    assert shares == sorted(shares, reverse=True)
head = ["Decode, one token", *map(str, COUNTS)]
display(table(head, rows))

eight = {gpu: split(gpu, 8, load) for gpu in CARDS}
h100, rtx = eight["h100-sxm5-80gb"], eight["rtx-4090"]
assert h100.result.efficiency < rtx.result.efficiency
assert h100.result.step < rtx.result.step

# %% [markdown]
# A surprise: at eight cards the H100 is the least efficient of them and still the fastest. Its share of the reading takes so little time that the waiting weighs more. Efficiency compares a card with itself; to compare cards, use the time.
#
# ## First ablation: no latency
#
# What if an exchange cost only its bytes?

# %%
rows = []
gains = {}
for name, load in PHASES.items():
    real = split("h100-sxm5-80gb", 8, load)
    ideal = split("h100-sxm5-80gb", 8, load, latency="0 µs")
    gains[name] = ideal.result.efficiency / real.result.efficiency
    rows.append([name, percent(real), percent(ideal)])
display(table(["Eight H100", "As it is", "No latency"], rows))

assert gains["Decode, one token"] > 2
assert gains["Prefill, a prompt"] < 1.1

# %% [markdown]
# In decoding nearly everything that is lost is lost to waiting: the messages are tiny, and each exchange in a ring waits at every hop. In prefill, latency is almost nothing. So for decoding a faster link does not help, and fewer or faster hops do; that is why serving engines bring all-reduce kernels of their own.
#
# ## Second ablation: another link
#
# The same H100, with its exchange over PCIe instead of NVLink.

# %%
rows = []
losses = {}
for name, load in PHASES.items():
    near = split("h100-sxm5-80gb", 8, load)
    far = split("h100-sxm5-80gb", 8, load, path="pcie")
    losses[name] = near.result.efficiency / far.result.efficiency
    rows.append([name, percent(near), percent(far)])
display(table(["Eight H100", "NVLink", "PCIe"], rows))

assert losses["Prefill, a prompt"] > 2
assert losses["Prefill, a prompt"] > losses["Decode, one token"]

# %% [markdown]
# Now prefill suffers most: its messages are large. A link is bought for prompts and for training, and hardly for the decoding of a single sequence.
#
# ## Third ablation: hide the exchange
#
# Some of the exchange can run while the next multiplication does.

# %%
rows = []
load = PHASES["Prefill, a prompt"]
for overlap in ("0%", "50%", "100%"):
    run = split("rtx-4090", 8, load, overlap=overlap)
    rows.append(
        [overlap, percent(run), show(run.outputs["exposed"], 3)]
    )
display(table(["Eight RTX 4090", "Efficiency", "Waited for"], rows))

hidden = split("rtx-4090", 8, load, overlap="100%")
assert (
    hidden.result.efficiency
    > split("rtx-4090", 8, load).result.efficiency
)

# %% [markdown]
# ## Conclusion
#
# Latency costs decoding, bandwidth costs prompts, and neither number alone describes a link. The exchange itself is the subject of [collectives](../../calculators/collectives/); what to split, and where, stands under [parallelism](../../topics/parallelism/).
