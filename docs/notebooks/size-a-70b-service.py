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
# # Size a 70B service
#
# An example: a team wants to serve Llama 3.1 70B to readers who all read at the same time. Each of them should get text faster than it can be read, with a context long enough for a working conversation. Which GPU should they take: A100, H100 or H200? How many? And what does a million tokens cost?
#
# This notebook answers with the calculators of [weights](../../calculators/weights/), [KV cache](../../calculators/kv_cache/), [what fits](../../calculators/memory_fit/), [decoding](../../calculators/decode/), [cost](../../calculators/cost/) and [comparing](../../calculators/compare/); [serving](../../calculators/serving/) does all of it in one form, with limits on latency. It is executed whenever the site is built. Where the argument rests on a result, the cell asserts it, so the build fails if a fact or a formula changes the conclusion.

# %%
from IPython.display import HTML, display

from calculators import call
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.html import scrolling_table, tag
from calculators.units import Quantity, show

# %% [markdown]
# ## The question, in numbers
#
# The first block is what the service has to do. The second is what we assume: the shares of bandwidth and of peak rate that a serving engine reaches, the share of the hours in which readers keep it busy, and rents. The rents are round figures to calculate with, not quotes. Change any line and run the notebook again.

# %%
MODEL = "llama-3.1-70b"
READERS = 200
CONTEXT = 4096  # tokens per reader, prompt and answer together
WANTED = 20.0  # tokens per second for each reader

EFFICIENCY = {
    "bandwidth_efficiency": "60%",
    "compute_efficiency": "50%",
}
BUSY = "60%"
RENT = {
    "a100-sxm4-80gb": "1.80 USD/h",
    "h100-sxm5-80gb": "3.00 USD/h",
    "h200-sxm-141gb": "3.80 USD/h",
}

# %% [markdown]
# A small helper prints results as a table. All numbers come out of calculator runs with their units.


# %%
def table(head: list[str], rows: list[list[str]]) -> HTML:
    body = (
        tag("tr", *(tag("td", cell) for cell in row)) for row in rows
    )
    return HTML(scrolling_table(head, body, "rp-table"))


def short(run: call.Run) -> str:
    return run.inputs.gpu.short


# %% [markdown]
# ## What has to be held
#
# The weights are held once for each group of GPUs that serves together. The KV cache is held for every reader. We size it for all readers at full context at the same moment, which is the worst case.

# %%
weights = call.run("weights", {"model": MODEL, "weights": "bf16"})
cache = call.run(
    "kv_cache",
    {
        "model": MODEL,
        "kv": "bf16",
        "context": CONTEXT,
        "sequences": READERS,
    },
)
display(
    table(
        ["What", "Size"],
        [
            ["Weights in BF16", show(weights.outputs["total"])],
            [
                "KV cache of one reader",
                show(cache.outputs["per_sequence"]),
            ],
            ["KV cache of all readers", show(cache.outputs["total"])],
        ],
    )
)
assert cache.result.total > weights.result.total, (
    "the readers' cache no longer outweighs the model"
)

# %% [markdown]
# The readers' caches outweigh the model. That matters twice: they decide how many GPUs it takes to hold everything, and every step of decoding reads all of them.
#
# ## How many GPUs by memory alone
#
# The memory calculator adds an overhead for each GPU and sets the sum against the memory that the driver reports. Tensor parallelism splits the attention heads evenly, so only some counts of GPUs are usable.

# %%
LAYOUT = {
    "model": MODEL,
    "weights": "bf16",
    "kv": "bf16",
    "context": CONTEXT,
}
by_memory = {
    gpu: call.run(
        "memory_fit",
        {**LAYOUT, "gpu": gpu, "gpus": 8, "batch": READERS},
    )
    for gpu in RENT
}
display(
    table(
        ["GPU", "Memory", "Fewest by memory", "Fewest usable"],
        [
            [
                short(run),
                show(Quantity(run.inputs.capacity, "GB")),
                show(run.outputs["min_gpus"]),
                show(run.outputs["min_gpus_dividing"]),
            ]
            for run in by_memory.values()
        ],
    )
)
fewest = {
    gpu: int(run.result.min_gpus_dividing)
    for gpu, run in by_memory.items()
}
assert (
    fewest["h200-sxm-141gb"] * 2
    == fewest["h100-sxm5-80gb"]
    == fewest["a100-sxm4-80gb"]
)

# %% [markdown]
# ## Speed decides what is left
#
# A server can keep all its GPUs in one group, or split them into several that each hold the whole model and serve a share of the readers. One group reads the weights once for everybody, but needs all its GPUs to cooperate in every layer. Several groups read the weights several times.
#
# We try every split of up to two full machines. For each GPU we keep the plan with the fewest GPUs that fits and is fast enough, and of those the fastest.


# %%
MOST = 16  # GPUs of a plan


def plans(gpu: str, formats: dict[str, str]):
    """Every (groups, decode run) whose GPUs hold the readers."""
    stored = {key: formats[key] for key in ("weights", "kv")}
    for size in (1, 2, 4, 8):
        for groups in (1, 2, 4, 8):
            share = -(
                -READERS // groups
            )  # readers of the fullest group
            where = {"gpu": gpu, "gpus": size, "model": MODEL}
            load = {"context": CONTEXT, "batch": share}
            fit = call.run("memory_fit", where | load | stored)
            if fit.result.fits and size * groups <= MOST:
                run = call.run(
                    "decode", where | load | formats | EFFICIENCY
                )
                yield groups, run


def gpus(groups: int, run: call.Run) -> int:
    return int(groups * run.inputs.gpus)


def speed(groups: int, run: call.Run) -> float:
    return run.result.rate_per_sequence


def best(gpu: str, formats: dict[str, str]):
    fast = [
        plan for plan in plans(gpu, formats) if speed(*plan) >= WANTED
    ]
    assert fast, f"nothing is fast enough on {gpu}"
    return min(fast, key=lambda plan: (gpus(*plan), -speed(*plan)))


def described(groups: int, run: call.Run) -> list[str]:
    rate = run.outputs["rate_per_sequence"]
    total = Quantity(run.result.token_rate * groups, "token/s")
    plan = f"{int(run.inputs.gpus)} × {short(run)}"
    if groups > 1:
        plan = f"{groups} × ({plan})"
    return [plan, show(rate, 3), show(total, 3), run.result.bound]


BF16 = {"weights": "bf16", "kv": "bf16", "compute": "bf16"}
chosen = {gpu: best(gpu, BF16) for gpu in RENT}
HEAD = ["Plan", "Each reader", "All readers", "Limited by"]
display(table(HEAD, [described(*plan) for plan in chosen.values()]))

needed = {gpu: gpus(*plan) for gpu, plan in chosen.items()}
assert needed == fewest, "speed asks for more GPUs than memory does"

spare = speed(*chosen["h100-sxm5-80gb"]) / WANTED
assert spare > 1.5, "the H100 has no speed to spare any more"

same_gpus = [
    plan
    for plan in plans("a100-sxm4-80gb", BF16)
    if gpus(*plan) == needed["a100-sxm4-80gb"]
]
slowest = min(speed(*plan) for plan in same_gpus)
assert slowest < WANTED, "two groups of A100 have become fast enough"

# %% [markdown]
# Memory sets the number of GPUs here, not speed: on each of the three, the fewest GPUs that hold the readers are also fast enough. The H100 is bought for its memory in this plan, and has speed to spare. The A100 passes only as a single group; split in two, the weights are read twice and the readers would notice.
#
# How much room is there for more readers? The chart follows each plan until its memory is full.

# %%
series = []
for role, (groups, run) in zip("abc", chosen.values(), strict=True):
    room = call.run(
        "memory_fit",
        {
            **LAYOUT,
            "gpu": run.inputs.gpu.slug,
            "gpus": int(run.inputs.gpus),
        },
    ).result.max_batch
    steps = sorted(
        {*(readers for readers in range(25, int(room), 25)), int(room)}
    )
    points = tuple(
        (batch * groups, result.rate_per_sequence)
        for batch, result in run.sweep("batch", steps)
    )
    series.append(
        Series(
            f"{needed[run.inputs.gpu.slug]} × {short(run)}",
            points,
            role,
        )
    )
    assert points[-1][0] >= READERS

furthest = max(line.points[-1][0] for line in series)
series.append(
    Series("wanted", ((25, WANTED), (furthest, WANTED)), "limit")
)
chart = Chart(
    title="Speed for each reader, by number of readers",
    description="Each line ends where the memory of the plan is full. The dashed line is the speed that readers should get.",
    x=Axis("Readers at the same time", ""),
    y=Axis("Tokens per second for each reader", "", low=0),
    series=tuple(series),
)
display(HTML(figure(chart, "size-a-70b-service-speed")))

# %% [markdown]
# ## What a million tokens cost
#
# The cost calculator takes the tokens per second of all GPUs together, the share of hours in which they are busy, and the rent. But which tokens per second? If the readers take no more than the speed that was asked for, a faster plan earns nothing by its speed. If there is always more work waiting, every token that a plan can make counts. The last two columns are the cost of a million tokens for the one and the other.


# %%
def cost(gpu: str, rate: float) -> call.Run:
    inputs = {
        "gpu": gpu,
        "gpus": needed[gpu],
        "hourly": RENT[gpu],
        "rate": f"{rate!r} token/s",
        "busy": BUSY,
    }
    return call.run("cost", inputs)


def full_rate(gpu: str) -> float:
    groups, run = chosen[gpu]
    return run.result.token_rate * groups


def per_million(run: call.Run) -> str:
    return show(Quantity(run.result.rent_per_token * 1e6, "USD"))


as_wanted = {gpu: cost(gpu, READERS * WANTED) for gpu in RENT}
at_full_rate = {gpu: cost(gpu, full_rate(gpu)) for gpu in RENT}
rows = [
    [
        f"{needed[gpu]} × {short(run)}",
        show(run.outputs["rent_hourly"]),
        per_million(run),
        per_million(at_full_rate[gpu]),
    ]
    for gpu, run in as_wanted.items()
]
display(table(["Plan", "Rent", "As wanted", "In full use"], rows))


def cheapest(costs: dict[str, call.Run]) -> str:
    return min(costs, key=lambda gpu: costs[gpu].result.rent_per_token)


for_readers, when_full = cheapest(as_wanted), cheapest(at_full_rate)
assert for_readers == "a100-sxm4-80gb", (
    "another GPU is cheapest for them"
)
assert when_full == "h200-sxm-141gb", (
    "another GPU is cheapest when full"
)

# %% [markdown]
# The two yardsticks disagree. For exactly these readers the plan with the lowest rent wins, and at the assumed rents that is the A100. When the GPUs can be filled, the H200 makes the cheapest tokens. The H100 wins neither: it pays for arithmetic that decoding does not use.
#
# The rents are assumptions, so what a token costs is worth little by itself. What survives a change of prices is the ratio at which the choice flips: how many times the rent of another GPU the H200 may cost and still be the cheaper plan. The last column is what the assumed rents say.

# %%
H200 = "h200-sxm-141gb"


def ratio(a: str, b: str) -> call.Run:
    return call.run("compare", {"a": a, "b": b})


def rate_of_one(gpu: str) -> str:
    return f"{full_rate(gpu) / needed[gpu]!r} token/s"


rows = []
for other in ("a100-sxm4-80gb", "h100-sxm5-80gb"):
    same_plan = ratio(f"{needed[other]} GPU", f"{needed[H200]} GPU")
    same_token = ratio(rate_of_one(H200), rate_of_one(other))
    assumed = ratio(RENT[H200], RENT[other])
    ratios = (same_plan, same_token, assumed)
    shown = [show(run.outputs["ratio"], 3) for run in ratios]
    rows.append([short(chosen[other][1]), *shown])
    assert assumed.result.ratio < same_token.result.ratio, other
head = ["Against", "These readers", "In full use", "Assumed"]
display(table(head, rows))

# %% [markdown]
# ## What eight-bit storage changes
#
# Weights and KV cache in FP8 take half the memory and half the reading. H100 and H200 also multiply in FP8; the A100 has no FP8 tensor cores, so there the numbers are widened and multiplied in BF16. Whether the answers stay good enough is for an evaluation of the model to say, not for this calculation.

# %%
STORED = {"weights": "fp8", "kv": "fp8"}
arithmetic = {
    gpu: "fp8"
    if call.run("decode", {"gpu": gpu}).inputs.gpu["features.fp8"].value
    else "bf16"
    for gpu in RENT
}
eight_bit = {
    gpu: best(gpu, {**STORED, "compute": arithmetic[gpu]})
    for gpu in RENT
}
display(table(HEAD, [described(*plan) for plan in eight_bit.values()]))

halved = {gpu: gpus(*plan) for gpu, plan in eight_bit.items()}
for gpu in RENT:
    assert halved[gpu] * 2 == needed[gpu], f"FP8 no longer halves {gpu}"

groups, a100 = eight_bit["a100-sxm4-80gb"]
assert a100.result.bound == "arithmetic", (
    "the A100 is limited by memory again"
)
assert speed(groups, a100) < 1.1 * WANTED, (
    "the A100 passes with a margin"
)

# %% [markdown]
# Half the GPUs are enough on all three. The A100 changes sides: with so little left to read, arithmetic becomes its limit, and it passes without much margin.
#
# ## Conclusion


# %%
def verdict(when: str, gpu: str, costs: dict[str, call.Run]) -> str:
    able = f"{speed(*chosen[gpu])!r} token/s"
    more = ratio(able, f"{WANTED} token/s").outputs["more"]
    return (
        f"{when}: {needed[gpu]} × {short(costs[gpu])}, "
        f"{per_million(costs[gpu])} for a million tokens. "
        f"Every reader can get {show(more, 2)} more speed than asked for."
    )


print(verdict(f"For exactly {READERS} readers", for_readers, as_wanted))
print(verdict("With always more work waiting", when_full, at_full_rate))

in_fp8 = [f"{halved[gpu]} × {short(as_wanted[gpu])}" for gpu in RENT]
print(f"In FP8, {', '.join(in_fp8)} hold the same readers.")

# %% [markdown]
# Three things are left out. Prefilling prompts takes GPU time away from decoding, so the shares of bandwidth and peak rate should come from a load test with real prompts. Communication between the GPUs of a group is not in the bound; it burdens the large group of A100 most. And a service that has to survive the loss of a machine needs spare ones, which cost as much and make nothing until then.
