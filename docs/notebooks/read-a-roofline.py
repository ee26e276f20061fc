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
# # Read a roofline
#
# A roofline answers one question: does memory or arithmetic limit this computation on this card? This notebook builds the picture from its two numbers, places the multiplications of a language model in it, and reads off three things that decide how models are served.
#
# All results are bounds of the calculator of [the roofline](../../calculators/roofline/). The notebook is executed whenever the site is built, and asserts what it concludes.

# %%
from IPython.display import HTML, display

from calculators import call
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.html import scrolling_table, tag
from calculators.units import show

# %%
CARDS = ["rtx-4090", "a100-sxm4-80gb", "h100-sxm5-80gb"]
WIDTH = 8192  # of a square layer, as in a large model


def layer(gpu: str, rows: int, **more: str) -> call.Run:
    shape = {"m": rows, "n": WIDTH, "k": WIDTH}
    return call.run("roofline", {"gpu": gpu, **shape, **more})


def table(head: list[str], rows: list[list[str]]) -> HTML:
    body = (
        tag("tr", *(tag("td", cell) for cell in row)) for row in rows
    )
    return HTML(scrolling_table(head, body, "rp-table"))


# %% [markdown]
# ## Two numbers make the roof
#
# The slope is the memory bandwidth, the ceiling is the peak rate. They meet at the ridge point: the operations that a computation must do with every byte it reads before arithmetic becomes its limit.

# %%
rows = []
for gpu in CARDS:
    run = layer(gpu, 1)
    inputs = run.values
    rows.append(
        [
            run.inputs.gpu.short,
            show(inputs["bandwidth"].value, 4),
            show(inputs["peak"].value, 4),
            show(run.outputs["ridge_point"], 3),
        ]
    )
    peak_over_bandwidth = run.inputs.peak / run.inputs.bandwidth
    assert abs(run.result.ridge_point / peak_over_bandwidth - 1) < 1e-9
display(table(["Card", "Bandwidth", "Peak, BF16", "Ridge"], rows))

# %% [markdown]
# ## A layer climbs along the roof
#
# One layer multiplies a matrix of weights with the activations of all tokens in flight, one row each. The weights are read once for all rows, so every row adds arithmetic and hardly any bytes: the intensity grows with the batch.

# %%
BATCHES = [1, 4, 16, 64, 128, 256, 512, 1024, 4096]
rows = []
for batch in BATCHES:
    run = layer("h100-sxm5-80gb", batch)
    rows.append(
        [
            f"{batch}",
            show(run.outputs["intensity"], 3),
            show(run.outputs["attainable"], 3),
            show(run.outputs["share_of_peak"], 2),
            run.result.bound,
        ]
    )
head = ["Rows", "Intensity", "At most", "Of the peak", "Limited by"]
display(table(head, rows))

single = layer("h100-sxm5-80gb", 1)
assert 0.9 < single.result.intensity < 1.1
assert single.result.share_of_peak < 0.01

# %% [markdown]
# With a single row the card does about one operation per byte and uses less than a hundredth of its arithmetic. That is decoding for one user.
#
# ## First reading: small batches cost no time

# %%
alone = layer("h100-sxm5-80gb", 1).result.time
together = layer("h100-sxm5-80gb", 64).result.time
print(f"Sixty-four rows take {together / alone:.2f}× as long as one.")
assert together < 1.1 * alone

# %% [markdown]
# As long as the layer is under the slope, further rows ride along. This is what continuous batching sells.
#
# ## Second reading: where that ends

# %%
ends = {gpu: layer(gpu, 1).result.count_at_ridge for gpu in CARDS}
for gpu, count in ends.items():
    print(f"{layer(gpu, 1).inputs.gpu.short}: from {count:.0f} rows on")
    assert layer(gpu, int(count) - 1).result.bound != "arithmetic"
    assert layer(gpu, int(count) + 1).result.bound == "arithmetic"
assert ends["h100-sxm5-80gb"] > 1.5 * ends["a100-sxm4-80gb"]

# %% [markdown]
# The H100 wants about twice the batch of an A100 before its arithmetic is used. With smaller batches its larger peak is paid for and idle; what helps there is its bandwidth. Prompts have thousands of rows and lie on the ceiling of every card.
#
# ## Third reading: what fewer bits do
#
# Weights in four bits are a quarter of the bytes, multiplied in BF16 all the same: the same arithmetic over fewer bytes moves the layer to the right, not the roof.

# %%
rows = []
for weights in ("same", "fp8", "int4-g128"):
    run = layer("rtx-4090", 1, weights=weights)
    rows.append(
        [
            {"same": "bf16"}.get(weights, weights),
            show(run.outputs["intensity"], 3),
            show(run.outputs["time"], 3),
            run.result.bound,
        ]
    )
display(table(["Weights", "Intensity", "Time", "Limited by"], rows))

quarter = layer("rtx-4090", 1, weights="int4-g128")
gain = layer("rtx-4090", 1).result.time / quarter.result.time
assert 3.5 < gain < 4
assert quarter.result.bound != "arithmetic"

# %% [markdown]
# Much faster, and still far to the left of the ridge: quantization does not turn decoding into arithmetic. But the ridge is reached with fewer rows, so a batch that was free before may no longer be.
#
# ## The picture
#
# The bound on the rate of the layer by batch, one line for each card.

# %%
series = tuple(
    Series(
        layer(gpu, 1).inputs.gpu.short,
        tuple(
            (batch, layer(gpu, batch).result.attainable / 1e12)
            for batch in BATCHES
        ),
        role,
    )
    for gpu, role in zip(CARDS, "abc", strict=True)
)
chart = Chart(
    title="What a layer can reach, by rows",
    description="Each line climbs along the bandwidth of its card and bends where arithmetic becomes the limit.",
    x=Axis("Rows", "", log=True, base=2),
    y=Axis("At most, TFLOPS", "", log=True),
    series=series,
)
display(HTML(figure(chart, "rate-by-rows")))

# %% [markdown]
# A roofline is an upper bound. Kernels stay below it, small shapes far below, and working sets that fit the L2 cache may pass its slope. How the calculator treats attention, other operations and the cache stands on [its page](../../calculators/roofline/); the idea in words under [the roofline](../../topics/roofline/).
