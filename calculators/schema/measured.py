"""What a measurement may say: its metrics with their units, and the conditions that it was made under."""

from calculators.schema.key import Key

# What was measured, and the unit of it. Rates count all accelerators together unless the name says otherwise.
METRICS = {
    "decode_rate": "token/s",
    "prefill_rate": "token/s",
    "output_rate": "token/s",
    "time_per_output_token": "ms",
    "time_to_first_token": "ms",
    "request_latency": "s",
    "matmul_rate": "TFLOPS",
    "matmul_time": "ms",
    "kernel_time": "ms",
    "attention_rate": "TFLOPS",
    "attention_read_bandwidth": "GB/s",
    "layer_time": "ms",
    "memory_copy_bandwidth": "GB/s",
    "memory_read_bandwidth": "GB/s",
    "memory_triad_bandwidth": "GB/s",
    "host_to_device_bandwidth": "GB/s",
    "device_to_host_bandwidth": "GB/s",
    "peer_bandwidth": "GB/s",
    "peer_bandwidth_both_ways": "GB/s",
    "allreduce_bus_bandwidth": "GB/s",
    "allreduce_time": "ms",
    "allgather_bus_bandwidth": "GB/s",
    "reducescatter_bus_bandwidth": "GB/s",
    "alltoall_bandwidth": "GB/s",
    "alltoall_time": "us",
    "training_rate": "token/s",
    "training_rate_per_gpu": "token/s",
    "training_flops_per_gpu": "TFLOPS",
    "training_time": "s",
    "gpu_hours": "h",
    "mfu": "%",
    "interruptions": "failure",
}
# What is measured of this site itself, on a machine that is described in words.
OWN_METRICS = {
    "start_time": "ms",
    "start_ratio": "x",
    "answer_time": "ms",
    "check_time": "s",
    "build_time": "s",
    "download_size": "byte",
}
ANY_METRICS = METRICS | OWN_METRICS
REQUIRED = ("metric", "value", "unit", "hardware", "count", "date", "source", "where")

_TEXT = {
    "machine": "Machine",
    "model": "Model",
    "variant": "What ran, of the architecture of the model",
    "other_model": "Model that is no record",
    "precision": "Precision",
    "framework": "Framework",
    "framework_version": "Version",
    "scenario": "Scenario",
    "parallelism": "Parallelism",
    "sharding": "Sharded",
    "recompute": "Recomputed activations",
    "algorithm": "Algorithm",
    "operator": "Operator",
    "submitter": "Submitter",
    "workload": "Workload",
    "device": "Device",
    "note": "Note",
    "suspect": "Not to judge a calculator by",
    "explanation": "Why it is above the bound, or far below it",
}
_NUMBER = {
    "part": "Part of the accelerator",
    "batch": "Batch",
    "input_length": "Prompt",
    "output_length": "Answer",
    "context": "Tokens before",
    "sequence_length": "Sequence",
    "micro_batch": "Sequences of a step and GPU",
    "chunk": "Prompt tokens of a step",
    "global_batch": "Sequences of a step",
    "parameters": "Parameters",
    "tokens": "Tokens",
    "hidden_size": "Width",
    "layers": "Layers",
    "samples": "Samples",
    "most_sequences": "Sequences at most",
    "multiprocessors": "SMs",
    "runs": "Runs",
}
# Numbers of the above that are counted in something.
COUNTED_IN = dict.fromkeys(("input_length", "output_length", "context", "sequence_length", "tokens"), "token")
_QUANTITY = {
    "weights": ("Weight file", "byte"),
    "network": ("Network", "bit/s"),
    "delay": ("Delay of the network", "s"),
    "payload": ("Message", "byte"),
    "memory_used": ("Memory used", "byte"),
    "power_limit": ("Power limit", "W"),
    "power": ("Power meanwhile", "W"),
    "clock": ("Clock meanwhile", "MHz"),
    "spread": ("Middle half of the runs, over the median", "%"),
    "reached": ("Bandwidth, as printed", "byte/s"),
    "mfu": ("MFU, as printed", "%"),
    "hfu": ("HFU, as printed", "%"),
    "utilization": ("Utilization, as printed", "%"),
    "model_flops": ("Rate of model FLOP, as printed", "FLOP/s"),
    "iteration": ("Time per step", "s"),
    "time": ("Time, as printed", "s"),
    "time_between_tokens": ("Time between tokens", "s"),
    "memory_faults": ("Of them, faults of the memory", "failure"),
    "faulty_gpus": ("Of them, faulty GPUs", "failure"),
}
# Each condition by name; one with a unit is written as text with its unit, such as "4.58 GiB".
CONDITIONS = (
    {name: Key(label, "text") for name, label in _TEXT.items()}
    | {name: Key(label) for name, label in _NUMBER.items()}
    | {name: Key(label, "number", unit) for name, (label, unit) in _QUANTITY.items()}
)
SHAPE = "shape"  # M, N and K of a matrix multiplication
