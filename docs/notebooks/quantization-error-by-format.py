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
# # Quantization error by format
#
# Fewer bits for each number make a larger error, but how much larger depends on what the bits are spent on and on how scales are chosen. This notebook rounds the same sample to every narrow format and shows three things: what each bit is worth, what outliers do, and why blocks with scales of their own help.
#
# The rounding is exact and runs without a GPU, in the calculator of [number formats](../../calculators/number_format/). Whether a model keeps its quality is for an evaluation to say: this is the error of the numbers, not of the answers.

# %%
from IPython.display import HTML, display

from calculators import call
from calculators.present.html import scrolling_table, tag
from calculators.units import show

# %% [markdown]
# ## The sample
#
# A normal distribution, once as it is, once with a small share of values that are several times larger, as activations of language models have them. The error is the root mean square of the rounding errors over that of the values.

# %%
FORMATS = ["bf16", "fp16", "fp8_e4m3", "fp8_e5m2", "int8", "int4"]
BLOCKS = ["mxfp8_e4m3", "mxfp4", "nvfp4"]
PLAIN = {"outlier_share": "0%"}
OUTLIERS = {"outlier_share": "1%", "outlier_size": 10}


def run(name: str, sample: dict) -> call.Run:
    return call.run("number_format", {"format": name, **sample})


def error(name: str, sample: dict) -> float:
    return run(name, sample).result.sample_error


def table(head: list[str], rows: list[list[str]]) -> HTML:
    body = (
        tag("tr", *(tag("td", cell) for cell in row)) for row in rows
    )
    return HTML(scrolling_table(head, body, "rp-table"))


def compared(names: list[str]) -> HTML:
    rows = []
    for name in names:
        calm, wild = run(name, PLAIN), run(name, OUTLIERS)
        rows.append(
            [
                name,
                show(calm.outputs["stored"], 3),
                show(calm.outputs["sample_error"], 2),
                show(wild.outputs["sample_error"], 2),
            ]
        )
    head = ["Format", "Stored", "Error", "With outliers"]
    return table(head, rows)


# %% [markdown]
# ## One scale for everything
#
# Formats of sixteen bits need no scale. The narrower ones get one for the whole sample, chosen so that the largest magnitude just fits.

# %%
display(compared(FORMATS))

assert error("int8", PLAIN) < error("fp8_e4m3", PLAIN) / 3
assert error("int8", OUTLIERS) > 2 * error("fp8_e4m3", OUTLIERS)
assert error("fp8_e5m2", PLAIN) > 1.9 * error("fp8_e4m3", PLAIN)
assert error("fp16", PLAIN) < error("bf16", PLAIN) / 7

# %% [markdown]
# Three things to see. A bit moved from exponent to mantissa halves the error as long as the range suffices: that is E5M2 against E4M3, and BF16 against FP16. INT8 is several times more exact than FP8 on the calm sample, since all of its bits are mantissa. And with outliers it is the reverse: the scale follows the largest value, and the evenly spaced integers leave few steps for all the others, while a floating-point format is as exact, relatively, for small values as for large ones.
#
# ## What becomes of the small values
#
# An error of the whole hides what happens to the many small values. The next table counts those that become zero.

# %%
rows = []
for name in ("fp8_e4m3", "int8", "int4", "nvfp4"):
    calm, wild = run(name, PLAIN), run(name, OUTLIERS)
    zeroed = [
        show(done.outputs["sample_zeroed"], 2) for done in (calm, wild)
    ]
    rows.append([name, *zeroed])
display(table(["Format", "Rounded to zero", "With outliers"], rows))

lost = run("int4", OUTLIERS).result.sample_zeroed
assert lost > 0.9
assert run("fp8_e4m3", OUTLIERS).result.sample_zeroed == 0

# %% [markdown]
# With one scale and a few outliers, INT4 keeps the outliers and turns nearly everything else into zeros. No model survives that, which is why four bits are never used this way.
#
# ## Blocks with scales of their own
#
# If every small block has its own scale, an outlier harms only its neighbors. The scales cost memory: the stored bits per value are a little more than the format's.

# %%
display(compared(["int4", *BLOCKS]))

assert error("nvfp4", OUTLIERS) < error("int4", OUTLIERS) / 4
assert error("nvfp4", OUTLIERS) < 1.1 * error("nvfp4", PLAIN)
assert error("mxfp4", OUTLIERS) > 1.5 * error("nvfp4", OUTLIERS)
assert error("mxfp8_e4m3", PLAIN) > error("fp8_e4m3", PLAIN)

# %% [markdown]
# NVFP4 loses hardly anything to the outliers: its blocks are small and their scales are FP8 numbers. MXFP4 has larger blocks and scales that are powers of two, and pays for both. For FP8 on a calm sample, such coarse scales even cost a little accuracy against one well chosen scale: blocks are an insurance, not a gain by themselves.
#
# ## Conclusion


# %%
def best(names: list[str], sample: dict) -> str:
    return min(names, key=lambda name: error(name, sample))


eight = ["fp8_e4m3", "fp8_e5m2", "int8", "mxfp8_e4m3"]
four = ["int4", "mxfp4", "nvfp4"]
for bits, names in (("Eight bits", eight), ("Four bits", four)):
    calm, wild = best(names, PLAIN), best(names, OUTLIERS)
    print(f"{bits}: {calm} if calm, {wild} with outliers.")
assert best(eight, PLAIN) == "int8"
assert best(eight, OUTLIERS) == "fp8_e4m3"
assert best(four, PLAIN) == best(four, OUTLIERS) == "nvfp4"

# %% [markdown]
# So the first question about a tensor is not how many bits it gets, but whether it has outliers, and how many values share a scale. More stands under [number formats](../../topics/number-formats/), [FP8 and the Transformer Engine](../../topics/fp8-transformer-engine/) and [quantization](../../topics/quantization/).
