"""Eight A100s against four H100s in training: what each GPU holds, and how much of a step the exchange takes."""

from calculators import call
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.chart_records import Bar, Bars, Limit, Segment
from calculators.present.html import Html

MODEL = "llama-2-13b"
SEQUENCE = 4096
GROUPS = (("8 A100", "a100-sxm4-80gb", 8, "a"), ("4 H100", "h100-sxm5-80gb", 4, "b"))
UTILIZATION = "40%"
_GIGA = 1e9
_MICROBATCHES = (1, 2, 4, 8, 16, 32, 64)
# Under full sharding a microbatch gathers the weights twice, forward and backward, and scatters the gradients once.
_EXCHANGES = ("all_gather", "all_gather", "reduce_scatter")


def memory() -> Html:
    """What one GPU of each group holds when states are sharded and activations partly or wholly recomputed."""
    runs = [
        (f"{label}, {recompute} recomputation", _held(gpu, gpus, recompute))
        for recompute in ("selective", "full")
        for label, gpu, gpus, _ in GROUPS
    ]
    return figure(
        Bars(
            title="Training Llama 2 13B: what each GPU holds",
            description="States are split over the GPUs, so four hold twice as much each as eight. Activations of a sequence are "
            "as large on either. With selective recomputation four H100s are full.",
            x=Axis("Memory of one GPU", "GB"),
            bars=tuple(Bar(label, _segments(held)) for label, held in runs),
            limit=Limit("Capacity of an H100", min(held.capacity for _, held in runs) / _GIGA),
        ),
        "training-memory",
    )


def exchange() -> Html:
    """The time of the collectives of a microbatch over that of its arithmetic, by sequences for each GPU."""
    lines = [(label, gpu, gpus, "links", role) for label, gpu, gpus, role in GROUPS]
    label, gpu, gpus, _ = GROUPS[1]
    lines.append((f"{label} over PCIe", gpu, gpus, "pcie", "c"))
    return figure(
        Chart(
            title="Exchange over arithmetic, by sequences that a GPU works through before it exchanges",
            description="The exchange of a microbatch always moves the same weights and gradients, while its arithmetic grows "
            "with the microbatch. Over NVLink it is a tenth or less from two sequences on; over PCIe it takes longer than the "
            "arithmetic at first.",
            x=Axis(f"Sequences of {SEQUENCE:,} tokens per GPU", "", log=True, base=2),
            y=Axis("Exchange over arithmetic", "%", log=True),
            series=tuple(Series(name, _shares(gpu, gpus, path), role) for name, gpu, gpus, path, role in lines),
        ),
        "training-exchange",
    )


def _held(gpu, gpus, recompute):
    return call.run(
        "training_memory",
        {"gpu": gpu, "model": MODEL, "data": gpus, "zero": 3, "sequence": SEQUENCE, "recompute": recompute},
    ).result


def _segments(held) -> tuple[Segment, ...]:
    rest = held.per_gpu - held.states - held.activations
    return (
        Segment("Weights, gradients, optimizer", held.states / _GIGA, "a"),
        Segment("Activations", held.activations / _GIGA, "b"),
        Segment("Gathered layers, logits, buffers", rest / _GIGA, "c"),
    )


def _shares(gpu: str, gpus: int, path: str) -> tuple[tuple[float, float], ...]:
    size = call.run("weights", {"model": MODEL}).result.total
    exchanged = sum(
        call.run("collectives", {"operation": kind, "gpu": gpu, "gpus": gpus, "size": f"{size} byte", "path": path}).result.time
        for kind in _EXCHANGES
    )
    rate = call.run(
        "training_time",
        {"gpu": gpu, "gpus": gpus, "model": MODEL, "sequence": SEQUENCE, "utilization": UTILIZATION, "failures": "ignore"},
    ).result.throughput
    return tuple((count, 100 * exchanged * rate / (count * gpus * SEQUENCE)) for count in _MICROBATCHES)
