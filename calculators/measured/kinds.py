"""The kinds of measurement: what belongs on one page, and how its values are shown beside a bound."""

from dataclasses import dataclass

from calculators import schema
from calculators.records import Measurement, Record


@dataclass(frozen=True, slots=True)
class Kind:
    """Metrics that are read together. `name` is that of its page, `share` what the share of the bound is called there."""

    name: str
    title: str
    share: str
    metrics: tuple[str, ...]
    main: str  # the metric that the charts show


KINDS = (
    Kind("decoding", "Decoding", "bandwidth reached (MBU)", ("decode_rate", "time_per_output_token"), "decode_rate"),
    Kind("prompts", "Reading prompts", "peak rate reached (MFU)", ("prefill_rate", "time_to_first_token"), "prefill_rate"),
    Kind("serving", "Serving", "share of the bound", ("output_rate", "request_latency"), "output_rate"),
    Kind(
        "kernels",
        "Matrix multiplications and copies",
        "share of the roofline",
        (
            *("matmul_time", "matmul_rate", "kernel_time", "layer_time", "attention_rate", "attention_read_bandwidth"),
            *("memory_copy_bandwidth", "memory_read_bandwidth", "memory_triad_bandwidth"),
        ),
        "matmul_time",
    ),
    Kind(
        "links",
        "Links and collectives",
        "share of the links",
        (
            *("allreduce_bus_bandwidth", "allreduce_time", "allgather_bus_bandwidth", "reducescatter_bus_bandwidth"),
            *("alltoall_bandwidth", "alltoall_time", "peer_bandwidth", "peer_bandwidth_both_ways"),
            *("host_to_device_bandwidth", "device_to_host_bandwidth"),
        ),
        "allreduce_bus_bandwidth",
    ),
    Kind(
        "training",
        "Training",
        "MFU",
        (
            *("training_rate_per_gpu", "training_rate", "training_flops_per_gpu"),
            *("training_time", "gpu_hours", "mfu", "interruptions"),
        ),
        "training_rate_per_gpu",
    ),
)
_OF = {metric: kind for kind in KINDS for metric in kind.metrics}
_FAMILIES = {"Hopper": "Hopper", "Ampere": "Ampere", "Ada Lovelace": "Ada Lovelace", "Blackwell": "Blackwell"}
OTHERS = "Others"
OWN_PAGE = "measurements"  # which ends with what is measured of the site itself


def kind_of(metric: str) -> Kind:
    """The kind that a metric belongs to."""
    return _OF[metric]


def page_of(entry: Measurement) -> str:
    """The page below docs/notes that has the row of a measurement."""
    return OWN_PAGE if entry.metric in schema.OWN_METRICS else kind_of(entry.metric).name


def named(name: str) -> Kind:
    """A kind by the name of its page."""
    return next(kind for kind in KINDS if kind.name == name)


def family(gpu: Record) -> str:
    """The family of an accelerator, for colors and groups: NVIDIA's generations, AMD, and all others."""
    if gpu.vendor != "NVIDIA":
        return gpu.vendor if gpu.vendor == "AMD" else OTHERS
    architecture = str(gpu["identity.architecture"].value) if "identity.architecture" in gpu else ""
    return next((family for word, family in _FAMILIES.items() if word in architecture), OTHERS)


def framework(entry: Measurement) -> str:
    """The program that ran, without its version."""
    return entry.details.get("framework", "not stated")


def shares_layers(entry: Measurement) -> bool:
    """Whether several accelerators share the work of every layer, instead of taking turns as llama.cpp's do."""
    return entry.count > 1 and not entry.details.get("parallelism", "").startswith("layers")
