"""The closed lists of words that fact files may use."""

FORMATS = {
    "fp64": "FP64", "fp32": "FP32", "tf32": "TF32", "bf16": "BF16", "fp16": "FP16",
    "fp8": "FP8", "fp6": "FP6", "fp4": "FP4", "int8": "INT8", "int4": "INT4",
}  # fmt: skip
PEAK_SECTIONS = {
    "peak": "dense peak",
    "peak_sparse": "2:4 sparse peak",
    "peak_sparse_4_16": "4:16 sparse peak",
    "peak_preliminary": "preliminary peak",
}
QUALIFIERS = {
    "dense": "dense: no structured sparsity",
    "sparse-2:4": "with 2:4 structured sparsity",
    "sparse-4:16": "with 4:16 structured sparsity",
    "fp32-accumulate": "products summed in FP32",
    "fp16-accumulate": "products summed in FP16",
    "per-direction": "one direction only",
    "both-directions": "both directions added together",
    "marketed": "the vendor's round figure",
    "device-reported": "printed by a device",
    "vendor-maximum": "the highest configurable value",
    "up-to": "of the largest configuration",
    "estimated": "an outsider's estimate; nobody who pays it has published it",
    "preliminary": "published before the final specification",
}
VENDOR_KINDS = ("vendor datasheet", "vendor whitepaper", "vendor documentation", "vendor statement")
SOURCE_KINDS = (*VENDOR_KINDS, "paper", "third party", "own measurement")
BASES = ("read", "derived")
PRICE_KINDS = {"purchase": "USD", "rental": "USD/h"}  # and the unit of each
PRICE_TERMS = {
    "list": "the maker's or seller's list price",
    "street": "asked by shops",
    "used": "asked for used cards",
    "estimate": "what press or analysts take as typical; nobody's offer",
    "estimate-used": "the same for used cards",
    "on-demand": "by the hour, without commitment",
    "reserved": "by the hour, with a commitment",
    "spot": "by the hour, may be taken away",
}
VERDICTS = {
    "holds": "right",
    "holds-approximately": "right within rounding",
    "misleading": "misleading",
    "wrong": "wrong",
    "not-derivable": "cannot be derived: needs a measurement or a dated price",
    "opinion": "opinion",
}
# What an audit entry is about, and the title of the page that holds it.
TOPICS = {
    "bandwidth": "Memory bandwidth",
    "compute": "Peak rates",
    "cost": "Prices and cost",
    "decision": "Which card for what",
    "gemm": "Matrix multiplication",
    "history": "History and the market",
    "interconnect": "Links between GPUs",
    "kv-cache": "KV cache",
    "memory": "Memory capacity",
    "mig": "MIG",
    "parallelism": "Several GPUs",
    "precision": "Number formats",
    "reliability": "Errors and ECC",
    "roofline": "Roofline",
    "sparsity": "2:4 sparsity",
    "spec": "Specifications",
    "thermal": "Power and cooling",
    "training": "Training",
}
# What an audit entry may be about besides records.
SUBJECTS = (
    "bf16", "collectives", "decode", "fp16", "fp32", "fp8", "fp8-e4m3", "fp8-e5m2", "geforce", "gemm", "infiniband", "llama",
    "llm", "mig", "nf4", "nvidia", "other", "parallelism", "prefill", "roofline", "serving", "sparsity", "tf32", "training",
    "transformer-engine",
)  # fmt: skip
# How a statement compares its number with the right one, where it does not say that they are equal.
RELATIONS = ("more than", "at least", "less than", "at most")
# Why nothing can be computed for an audit entry.
UNBOUND = {
    "opinion": "an opinion",
    "measurement": "only a measurement or a dated price can tell",
    "definition": "a matter of definition",
    "history": "a matter of record",
    "software": "behaviour of software",
}
