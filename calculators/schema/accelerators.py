"""Which facts the record of an accelerator may have."""

from calculators.schema.key import Key, Vocabulary
from calculators.schema.words import FORMATS, PEAK_SECTIONS

# What accelerators are made of: the key that counts it, its name, and the unit in which its arithmetic per clock is written.
UNITS = {
    "sm_count": ("Streaming multiprocessors", "SM"),
    "cu_count": ("Compute units", "CU"),
    "xe_core_count": ("Xe cores", "XeCore"),
    "gpu_core_count": ("GPU cores", "core"),
    "mme_count": ("Matrix engines (MME)", "MME"),
    "mxu_count": ("Matrix units (MXU)", "MXU"),
    "neuroncore_count": ("NeuronCores", "NeuronCore"),
}
# Links between accelerators: how the vendor calls them. Each has the same keys.
LINKS = {
    "nvlink": "NVLink",
    "nvlink_c2c": "NVLink-C2C",
    "infinity_fabric": "Infinity Fabric",
    "ici": "ICI",
    "ethernet": "Ethernet",
    "neuronlink": "NeuronLink",
    "xe_link": "Xe Link",
    "ultrafusion": "UltraFusion",
    "die_to_die": "Die to die",
}


def _peak_keys(*units: str, label: str = "", worked_back: bool = False) -> dict[str, Key]:
    keys = {}
    for slug, name in FORMATS.items():
        for pipe, words in (("vector", "vector"), ("tensor", "tensor"), ("tensor_fp16_accumulate", "tensor, FP16 accumulate")):
            title = f"{name} {words} {label}".strip()
            keys[f"{slug}_{pipe}"] = Key(title, "number", units[0], units[1:], worked_back=worked_back)
    return keys


def _link_keys(slug: str, name: str) -> dict[str, Key]:
    return {
        f"{slug}_generation": Key(f"{name} generation"),
        f"{slug}_links": Key(f"{name} links", "number", "link"),
        f"{slug}_per_link": Key(f"{name} rate per link", "number", "GB/s", directed=True),
        f"{slug}_total": Key(f"{name}, all links", "number", "GB/s", directed=True),
        f"{slug}_per_direction": Key(f"{name}, all links, one way", "number", "GB/s", directed=True),
        f"{slug}_topology": Key(f"{name} topology", "text"),
    }


ACCELERATOR: Vocabulary = {
    "identity": {
        "architecture": Key("Architecture", "text"),
        "chip": Key("Chip", "text"),
        "form_factor": Key("Form factor", "text"),
        "process": Key("Process", "text"),
        "compute_capability": Key("Compute capability", "text"),
        "announced": Key("Announced", "text"),
        "released": Key("Released", "text"),
        "transistors": Key("Transistors", "number", "billion"),
        "die_area": Key("Die area", "number", "mm^2"),
        "dies": Key("Compute dies", "number", "die"),
    },
    "compute": {
        **{key: Key(label, "number", unit) for key, (label, unit) in UNITS.items()},
        "cuda_cores": Key("CUDA cores", "number", "core"),
        "cuda_cores_per_sm": Key("CUDA cores per SM", "number", "core/SM"),
        "tensor_cores": Key("Tensor cores", "number", "core"),
        "tensor_cores_per_sm": Key("Tensor cores per SM", "number", "core/SM"),
        "tensor_core_generation": Key("Tensor core generation"),
        "stream_processors": Key("Stream processors", "number", "core"),
        "stream_processors_per_cu": Key("Stream processors per CU", "number", "core/CU"),
        "matrix_cores": Key("Matrix cores", "number", "core"),
        "matrix_cores_per_cu": Key("Matrix cores per CU", "number", "core/CU"),
        "xmx_engines": Key("Matrix engines (XMX)", "number", "core"),
        "xmx_engines_per_xe_core": Key("Matrix engines per Xe core", "number", "core/XeCore"),
        "vector_cores": Key("Vector cores (TPC, SparseCore)", "number", "core"),
        "base_clock": Key("Base clock", "number", "MHz"),
        "boost_clock": Key("Boost clock", "number", "MHz"),
        "tensor_clock": Key("Clock of the tensor peaks", "number", "MHz"),
    },
    **{section: _peak_keys("FLOPS") for section in PEAK_SECTIONS},
    "rate": _peak_keys(*(f"FLOP/clock/{unit}" for _, unit in UNITS.values()), worked_back=True),
    "peak_clock": {
        "default": Key("Clock of the peaks", "number", "MHz", worked_back=True),
        **_peak_keys("MHz", label="clock", worked_back=True),
    },
    "memory": {
        "capacity": Key("Memory", "number", "GB"),
        "visible": Key("Memory the driver reports", "number", "MiB"),
        "type": Key("Memory type", "text"),
        "stacks": Key("Memory stacks", "number", "stack"),
        "stack_capacity": Key("Memory per stack", "number", "GB/stack", worked_back=True),
        "bus_width": Key("Memory bus", "number", "bit"),
        "memory_clock": Key("Memory clock", "number", "MHz"),
        "transfers_per_clock": Key("Transfers per memory clock"),
        "data_rate": Key("Data rate per pin", "number", "Gbit/s"),
        "bandwidth": Key("Memory bandwidth", "number", "GB/s"),
        "registers_per_sm": Key("Register file of an SM", "number", "KiB"),
        "shared_per_sm": Key("Shared memory of an SM, at most", "number", "KiB"),
        "shared_read_per_clock": Key("Read from shared memory", "number", "byte/clock/SM"),
        "l2_cache": Key("L2 cache", "number", "MB"),
        "l2_read_per_clock": Key("Read from the L2 cache", "number", "byte/clock"),
        "infinity_cache": Key("Infinity Cache", "number", "MB"),
        "sram": Key("On-chip memory", "number", "MB"),
        "ecc": Key("ECC", "text"),
        "ecc_capacity_cost": Key("Memory that ECC takes", "number", "%"),
        "ecc_bandwidth_cost": Key("Bandwidth that ECC takes", "number", "%"),
    },
    "interconnect": {
        **{key: meaning for slug, name in LINKS.items() for key, meaning in _link_keys(slug, name).items()},
        "pcie_generation": Key("PCIe generation"),
        "pcie_lanes": Key("PCIe lanes", "number", "lane"),
        "pcie_per_direction": Key("PCIe, one way", "number", "GB/s", directed=True),
    },
    "power": {
        "tdp": Key("Power limit (TDP)", "number", "W"),
        "tdp_lowest": Key("Lowest configurable power limit", "number", "W"),
        "typical": Key("Typical power, as the vendor states it", "number", "W"),
    },
    "features": {
        "mig_max_instances": Key("MIG instances, at most", "number", "instance"),
        "fp8": Key("FP8 matrix units", "flag"),
        "fp4": Key("FP4 matrix units", "flag"),
        "transformer_engine": Key("Transformer Engine", "flag"),
        "structured_sparsity": Key("2:4 structured sparsity", "flag"),
        "confidential_computing": Key("Confidential computing", "flag"),
    },
    "price": {
        "launch_msrp": Key("Price at launch", "number", "USD"),
        "making_cost": Key("Cost of making it", "number", "USD"),
        "memory_cost": Key("Cost of its memory", "number", "USD"),
    },
}

# What a reader looks for on every accelerator: where a record says nothing about one of these, its page says that.
EXPECTED = (
    *("identity.architecture", "identity.process", "identity.announced", "identity.transistors", "identity.die_area"),
    *("compute.base_clock", "compute.boost_clock"),
    *("memory.capacity", "memory.visible", "memory.type", "memory.bandwidth", "memory.l2_cache", "memory.ecc"),
    *("features.fp8", "features.fp4", "features.structured_sparsity", "features.confidential_computing"),
    *("power.tdp", "price.launch_msrp"),
)

# The columns of a MIG profile; every number is a fact with the key mig.<profile>.<column>.
MIG_PROFILE: dict[str, Key] = {
    "id": Key("Profile ID"),
    "sms": Key("SMs", "number", "SM"),
    "memory": Key("Memory", "number", "GB"),
    "visible": Key("Memory the driver reports", "number", "MiB"),
    "compute_slices": Key("Compute slices", "number", "slice"),
    "memory_slices": Key("Memory slices", "number", "slice"),
    "max_count": Key("At most", "number", "instance"),
    "copy_engines": Key("Copy engines", "number", "engine"),
    "decoders": Key("Video decoders", "number", "engine"),
    "encoders": Key("Video encoders", "number", "engine"),
    "jpeg": Key("JPEG decoders", "number", "engine"),
    "ofa": Key("Optical flow engines", "number", "engine"),
}
