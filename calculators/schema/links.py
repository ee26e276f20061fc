"""Which facts the record of a link may have: one generation of a link, port or switch."""

from calculators.schema.key import Key, Vocabulary

LINK: Vocabulary = {
    "identity": {
        "family": Key("Family", "text"),
        "connects": Key("Connects", "text"),
        "introduced": Key("Introduced", "text"),
    },
    "link": {
        "signalling_rate": Key("Signalling rate of a lane", "number", "Gbit/s"),
        "encoding": Key("Line code", "text"),
        "encoding_efficiency": Key("What the line code leaves", "number", "%"),
        "per_lane": Key("Data rate of a lane", "number", "GB/s", directed=True),
        "lanes": Key("Lanes, each way", "number", "lane"),
        "raw_per_direction": Key("One link, one way, before encoding", "number", "GB/s", directed=True),
        "per_direction": Key("One link, one way", "number", "GB/s", directed=True),
        "total": Key("One link, both ways", "number", "GB/s", directed=True),
        "max_links": Key("Links of an accelerator", "number", "link"),
        "per_gpu": Key("All links of an accelerator", "number", "GB/s", directed=True),
        "latency": Key("Latency", "number", "us"),
    },
    "switch": {
        "ports": Key("Ports", "number", "port"),
        "per_gpu": Key("Bandwidth for each accelerator", "number", "GB/s", directed=True),
        "max_gpus": Key("Accelerators in one domain, at most", "number", "GPU"),
        "total": Key("All accelerators of a domain together", "number", "GB/s", directed=True),
    },
}
