"""Which facts the record of a system may have: a node, a cloud instance, a rack or a workstation."""

from calculators.schema.key import Key, Vocabulary

SYSTEM: Vocabulary = {
    "identity": {
        "kind": Key("Kind", "text"),
        "introduced": Key("Introduced", "text"),
    },
    "gpus": {
        "accelerator": Key("Accelerator", "text"),
        "count": Key("Accelerators", "number", "GPU"),
        "memory_per_gpu": Key("Memory of each, as this system states it", "number", "GB"),
        "memory_total": Key("Memory of all accelerators", "number", "GB"),
        "link": Key("Link between accelerators", "text"),
        "topology": Key("How one accelerator reaches another", "text"),
        "switches": Key("Switch chips", "number", "chip"),
        "per_gpu_bandwidth": Key("Link bandwidth of each accelerator", "number", "GB/s", directed=True),
        "aggregate_bandwidth": Key("Link bandwidth of all accelerators", "number", "GB/s", directed=True),
        "pcie_generation": Key("PCIe generation of a slot"),
        "pcie_lanes": Key("PCIe lanes of each accelerator", "number", "lane"),
    },
    "network": {
        "kind": Key("Network", "text"),
        "ports": Key("Ports for accelerator traffic", "number", "port"),
        "per_port": Key("Rate of a port", "number", "Gbit/s", directed=True),
        "total": Key("All ports", "number", "Gbit/s", directed=True),
        "advertised": Key("Network bandwidth, as advertised", "number", "Gbit/s", directed=True),
    },
    "host": {
        "cpu": Key("Processors", "text"),
        "vcpus": Key("Virtual CPUs"),
        "memory": Key("Host memory", "number", "GB"),
    },
    "power": {"max": Key("Power, at most", "number", "kW")},
    "published": {
        "fp4": Key("FP4 for the whole system, dense", "number", "PFLOPS"),
        "fp4_sparse": Key("FP4 for the whole system, sparse", "number", "PFLOPS"),
        "fp8_sparse": Key("FP8 for the whole system, sparse", "number", "PFLOPS"),
        "fp16": Key("FP16 for the whole system, dense", "number", "PFLOPS"),
        "ai_performance": Key("AI performance, as printed", "number", "PFLOPS"),
        "memory_bandwidth": Key("Memory bandwidth of all accelerators", "number", "TB/s"),
    },
}
