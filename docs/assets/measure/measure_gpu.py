#!/usr/bin/env python3
"""Measure an NVIDIA GPU with plain PyTorch, and write what was found as measurements of this site.

    python measure_gpu.py --hardware h200-sxm-141gb --by "your name, as it shall be printed"

It takes some minutes. Nothing else may run on the GPU meanwhile. `--hardware` is the name of a fact file: if it lies in
calculators/data/gpus, what the device reports is compared with it. `--quick` tries everything once, with small sizes, and
`--device cpu` does so without a GPU: both to see that it works, not for results.

How it measures:

- Operands are random and normally distributed. A multiplier that is fed zeros switches hardly any transistors: the GPU then draws
  less power, keeps a higher clock and looks faster than it is with real data.
- Each run is timed by itself, with events on the GPU. Before each, a buffer larger than the L2 cache is written, so that operands
  come from memory, as they do in a model. What is printed is the median of at least 20 runs, and the spread of their middle half.
- FP8 is summed the fast way of tensor cores, as inference does.
- A decoder layer is captured as a graph first, so that its kernels follow one another without waiting for Python.
- Power and clock are the medians of what nvidia-smi reports while a thing is measured. They cover the pauses between runs too.

It needs Python 3.12, PyTorch 2.5 or later and nvidia-smi. What the GPU or this PyTorch cannot do is left out, and told.
"""

import argparse
import contextlib
import datetime
import json
import math
import statistics
import subprocess
import threading
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

try:
    import torch
except ImportError:  # its arithmetic and its file are tested without
    torch = None

SQUARES = (512, 1024, 2048, 4096, 8192, 16384)
SHAPES = ((1, 4096, 4096), (32, 4096, 4096), (512, 4096, 4096), (4096, 4096, 4096), (1, 14336, 4096), (8192, 8192, 8192))
GEMV = (1, 28672, 8192)  # 470 MB in 16 bits: more than any cache
FORMATS = ("FP32", "TF32", "BF16", "FP16", "FP8", "INT8")
LAYER = {"hidden": 4096, "heads": 32, "kv_heads": 8, "head_dim": 128, "intermediate": 14336}  # of Llama 3.1 8B
LAYER_MODEL, CONTEXT, BATCHES = "llama-3.1-8b", 1024, (1, 2, 4, 8, 16, 32, 64, 128, 256)
MOVED = 4 * 2**30  # bytes of an array for memory bandwidth, of three; less where the GPU has less than eight times that
SENT = 2**30  # bytes of a copy between host and GPU
FEWEST_RUNS, LEAST_SECONDS, WARM_UP = 20, 1.0, 5
SOURCE = "measured-by-readers"
FACTS = Path(__file__).resolve().parents[3] / "calculators" / "data" / "gpus"


@dataclass(frozen=True)
class Times:
    """Seconds of each run, and what nvidia-smi said meanwhile."""

    seconds: tuple[float, ...]
    power: float | None = None
    clock: float | None = None

    @property
    def median(self) -> float:
        """The middle run, in seconds."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """The width of the middle half of the runs, over the median."""
        if len(self.seconds) < 2:
            return 0.0
        low, _, high = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return (high - low) / self.median


@dataclass(frozen=True)
class Measured:
    """One line of the file: a metric of the site's vocabulary, its value and what else it was made under."""

    metric: str
    value: float
    unit: str
    where: str
    details: dict[str, Any] = field(default_factory=dict)


def measured(metric: str, value: float, unit: str, where: str, times: Times, **details: Any) -> Measured:
    """A line with the number of runs, their spread, power and clock."""
    details |= {"runs": len(times.seconds), "spread": f"{times.spread:.2%}"}
    if times.power is not None:
        details["power"] = f"{times.power:.0f} W"
    if times.clock is not None:
        details["clock"] = f"{times.clock:.0f} MHz"
    return Measured(metric, value, unit, where, details)


def of_multiplication(shape: tuple[int, int, int], precision: str, times: Times) -> Measured:
    """A multiplication of M x K by K x N: squares as a rate, 2 M N K operations over the time, and all others as a time.

    A multiply-add is two operations. Each run is one line, so that it counts once.
    """
    about = {"shape": list(shape), "precision": "INT8 weights and activations" if precision == "INT8" else precision}
    where = f"multiplication {' x '.join(map(str, shape))} in {precision}"
    if len(set(shape)) > 1:
        return measured("matmul_time", times.median * 1e3, "ms", where, times, **about)
    return measured("matmul_rate", 2 * math.prod(shape) / times.median / 1e12, "TFLOPS", where, times, **about)


def of_bandwidth(metric: str, moved: int, where: str, times: Times, **details: Any) -> Measured:
    """Bytes moved over the time they took."""
    return measured(metric, moved / times.median / 1e9, "GB/s", where, times, **details)


def written(lines: list[Measured], hardware: str, by: str, date: str, program: str, device: Sequence[str] = ()) -> str:
    """The lines as a file of calculators/data/measurements, below what the device says of itself."""
    by, name = " ".join(by.split()), f"{hardware}-measured-{date}"
    common = {"hardware": hardware, "count": 1, "date": date, "source": SOURCE}
    common |= {"framework": "PyTorch", "framework_version": program}
    told = "".join(f"# {' '.join(line.split())}\n" for line in (f"Measured by {by} with measure_gpu.py.", *device))
    head = f"{told}common = {_table(common)}\n\n"
    rows = []
    for number, line in enumerate(lines, 1):
        told = {"metric": line.metric, "value": _number(line.value), "unit": line.unit, "where": f"run of {by}: {line.where}"}
        rows.append(f"{name}-{number:03} = {_table(told | line.details)}")
    return head + "\n".join(rows) + "\n"


def _number(value: float) -> int | float:
    """A value with the digits that it deserves."""
    short = float(f"{value:.5g}")
    return int(short) if short == int(short) else short


def _table(entries: dict[str, Any]) -> str:
    """An inline table of TOML, whose texts, numbers and lists are written as those of JSON."""
    return "{ " + ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entries.items()) + " }"


class Smi:
    """nvidia-smi: what it says of a GPU once, or every tenth of a second while something runs."""

    def __init__(self, gpu: str = "0") -> None:
        self.command = ["nvidia-smi", f"--id={gpu}", "--format=csv,noheader,nounits"]

    def ask(self, *names: str) -> list[str]:
        """The answers, as printed. Raises OSError or CalledProcessError where there is no such program or field."""
        command = [*self.command, f"--query-gpu={','.join(names)}"]
        return [text.strip() for text in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split(",")]

    @contextlib.contextmanager
    def watching(self) -> Iterator[list[tuple[float, float]]]:
        """Power in W and clock in MHz, collected until the end."""
        seen: list[tuple[float, float]] = []
        command = [*self.command, "--query-gpu=power.draw,clocks.sm", "--loop-ms=100"]
        try:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        except OSError:
            yield seen
            return
        reader = threading.Thread(target=_collect, args=(process.stdout, seen))
        reader.start()
        try:
            yield seen
        finally:
            process.terminate()
            process.wait()
            reader.join()


def _collect(lines: Iterator[str], seen: list[tuple[float, float]]) -> None:
    for line in lines:
        with contextlib.suppress(ValueError):  # "[N/A]" where a GPU does not report it
            power, clock = map(float, line.split(","))
            seen.append((power, clock))


def _name_of_first() -> str:
    """The GPU that PyTorch counts as the first, as nvidia-smi knows it: the two may count differently."""
    uuid = getattr(torch.cuda.get_device_properties(0), "uuid", None)
    return f"GPU-{uuid}" if uuid else "0"


class Device:
    """A GPU that things are timed on, or the processor, which shows that the script works."""

    def __init__(self, kind: str = "cuda", quick: bool = False) -> None:
        self.kind, self.quick, self.smi = kind, quick, Smi(_name_of_first() if kind == "cuda" else "0")
        torch.manual_seed(0)
        flushed = 2**20 if kind == "cpu" else max(2 * torch.cuda.get_device_properties(0).L2_cache_size, 256 * 2**20)
        self.flushed = torch.empty(flushed, dtype=torch.int8, device=kind)

    def random(self, *shape: int, dtype: Any) -> Any:
        """Normally distributed numbers; whole ones from -127 to 127 for INT8."""
        if dtype == torch.int8:
            return torch.randint(-127, 128, shape, dtype=dtype, device=self.kind)
        return torch.randn(*shape, device=self.kind, dtype=torch.bfloat16 if dtype.itemsize == 1 else dtype).to(dtype)

    def time(self, action: Callable[[], Any]) -> Times:
        """Run it again and again, each time after the cache was emptied."""
        fewest, least = (2, 0.0) if self.quick else (FEWEST_RUNS, LEAST_SECONDS)
        for _ in range(1 if self.quick else WARM_UP):
            action()
        self.wait()
        seconds: list[float] = []
        begin = time.perf_counter()
        with self.smi.watching() if self.kind == "cuda" else contextlib.nullcontext([]) as seen:
            while len(seconds) < fewest or time.perf_counter() - begin < least:
                self.flushed.zero_()
                seconds.append(self._once(action))
        power, clock = (statistics.median(column) for column in zip(*seen, strict=True)) if seen else (None, None)
        return Times(tuple(seconds), power, clock)

    def _once(self, action: Callable[[], Any]) -> float:
        if self.kind == "cpu":
            begin = time.perf_counter()
            action()
            return time.perf_counter() - begin
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        action()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) / 1e3

    def wait(self) -> None:
        """Until all that was asked for is done."""
        if self.kind == "cuda":
            torch.cuda.synchronize()

    def captured(self, action: Callable[[], Any]) -> Callable[[], Any]:
        """The same work as one graph of kernels."""
        if self.kind == "cpu":
            return action
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(3):
                action()
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            action()
        return graph.replay


def multiplication(device: Device, shape: tuple[int, int, int], precision: str) -> Callable[[], Any]:
    """What multiplies M x K by K x N. Raises RuntimeError where this device cannot."""
    m, n, k = shape
    torch.backends.cuda.matmul.allow_tf32 = precision == "TF32"
    if precision == "INT8":
        a, b = device.random(m, k, dtype=torch.int8), device.random(n, k, dtype=torch.int8).t()
        return lambda: torch._int_mm(a, b)
    if precision == "FP8":
        a, b = device.random(m, k, dtype=torch.float8_e4m3fn), device.random(n, k, dtype=torch.float8_e4m3fn).t()
        one = torch.ones((), device=device.kind)
        return lambda: torch._scaled_mm(a, b, scale_a=one, scale_b=one, out_dtype=torch.bfloat16, use_fast_accum=True)
    dtype = {"FP32": torch.float32, "TF32": torch.float32, "BF16": torch.bfloat16, "FP16": torch.float16}[precision]
    a, b = device.random(m, k, dtype=dtype), device.random(n, k, dtype=dtype).t()
    return lambda: torch.mm(a, b)


def multiplications(device: Device) -> Iterator[Measured]:
    """Squares in every format, the shapes of a layer in 16 bits, and one row by weights larger than the cache."""
    asked = [((size, size, size), name) for size in SQUARES for name in FORMATS]
    asked += [(shape, name) for shape in (*SHAPES, GEMV) for name in ("BF16", "FP16") if (shape, name) not in asked]
    if device.quick:
        asked = [((64, 64, 64), name) for name in FORMATS] + [((1, 64, 64), "BF16")]
    for shape, precision in asked:
        try:
            times = device.time(multiplication(device, shape, precision))
        except (RuntimeError, AttributeError, NotImplementedError, ValueError) as error:
            print(f"left out: {' x '.join(map(str, shape))} in {precision}: {str(error).splitlines()[0]}")
            continue
        yield of_multiplication(shape, precision, times)


def memory(device: Device) -> Iterator[Measured]:
    """Copying (an array read, one written), reading (one read), and the triad a = b + 3 c (two read, one written)."""
    size = 2**20 if device.quick else min(MOVED, torch.cuda.get_device_properties(0).total_memory // 2**23 * 2**20)
    a, b, c = (device.random(size // 4, dtype=torch.float32) for _ in range(3))
    told = f"arrays of {size / 2**20:g} MiB"
    yield of_bandwidth("memory_copy_bandwidth", 2 * size, f"copy, {told}", device.time(lambda: a.copy_(b)))
    yield of_bandwidth("memory_read_bandwidth", size, f"sum of an array, {told}", device.time(lambda: b.sum()))
    triad = device.time(lambda: torch.add(b, c, alpha=3, out=a))
    yield of_bandwidth("memory_triad_bandwidth", 3 * size, f"triad a = b + 3 c, {told}", triad)


def transfers(device: Device, link: str) -> Iterator[Measured]:
    """Copies between pinned memory of the host and the GPU, one way at a time."""
    size = 2**20 if device.quick else SENT
    host = torch.empty(size, dtype=torch.int8, pin_memory=device.kind == "cuda").random_()
    there = torch.empty(size, dtype=torch.int8, device=device.kind)
    told = {"payload": f"{size} byte"} | ({"note": link} if link else {})
    sent = device.time(lambda: there.copy_(host, non_blocking=True))
    yield of_bandwidth("host_to_device_bandwidth", size, "host to GPU, pinned memory", sent, **told)
    sent = device.time(lambda: host.copy_(there, non_blocking=True))
    yield of_bandwidth("device_to_host_bandwidth", size, "GPU to host, pinned memory", sent, **told)


def decoder_layer(device: Device, batch: int, context: int, dims: dict[str, int]) -> Callable[[], Any]:
    """One step of a layer with grouped attention and a gated feed-forward block, for a new token of each sequence.

    Its cache holds `context` tokens, the new one included. Positions are left out: rotating a query takes next to no time.
    """
    hidden, heads, dim = dims["hidden"], dims["heads"], dims["head_dim"]
    kept = dims["kv_heads"] * dim
    dtype, function = torch.bfloat16, torch.nn.functional

    def matrix(into: int, out: int) -> Any:
        return device.random(out, into, dtype=dtype) / math.sqrt(into)

    qkv, back = matrix(hidden, heads * dim + 2 * kept), matrix(heads * dim, hidden)
    gate_up, down = matrix(hidden, 2 * dims["intermediate"]), matrix(dims["intermediate"], hidden)
    norm = torch.ones(hidden, dtype=dtype, device=device.kind)
    keys, values = (device.random(batch, dims["kv_heads"], context, dim, dtype=dtype) for _ in range(2))
    x = device.random(batch, hidden, dtype=dtype)

    def step() -> Any:
        q, k, v = function.linear(function.rms_norm(x, (hidden,), norm), qkv).split((heads * dim, kept, kept), dim=-1)
        keys[:, :, -1], values[:, :, -1] = (new.view(batch, dims["kv_heads"], dim) for new in (k, v))
        query = q.view(batch, heads, 1, dim)
        seen = function.scaled_dot_product_attention(query, keys, values, enable_gqa=True).reshape(batch, heads * dim)
        mixed = x + function.linear(seen, back)
        gate, up = function.linear(function.rms_norm(mixed, (hidden,), norm), gate_up).chunk(2, dim=-1)
        return mixed + function.linear(function.silu(gate) * up, down)

    return step


def layers(device: Device) -> Iterator[Measured]:
    """A decoder layer's step by batch."""
    dims = {"hidden": 64, "heads": 4, "kv_heads": 2, "head_dim": 16, "intermediate": 128} if device.quick else LAYER
    context = 16 if device.quick else CONTEXT
    for batch in (1, 2) if device.quick else BATCHES:
        with torch.no_grad():
            times = device.time(device.captured(decoder_layer(device, batch, context, dims)))
        about = {"batch": batch, "context": context, "model": LAYER_MODEL, "precision": "BF16"}
        yield measured("layer_time", times.median * 1e3, "ms", f"decoder layer, batch {batch}", times, **about)


def properties(smi: Smi) -> dict[str, tuple[float, str]]:
    """What the device says of itself: value and unit by the key of the fact."""
    told = torch.cuda.get_device_properties(0)
    found = {
        "compute.sm_count": (told.multi_processor_count, "SM"),
        "memory.l2_cache": (told.L2_cache_size / 2**20, "MiB"),
        "memory.visible": (told.total_memory / 2**30, "GiB"),
        "identity.compute_capability": (float(f"{told.major}.{told.minor}"), ""),
    }
    asked = {"compute.boost_clock": ("clocks.max.sm", "MHz"), "power.tdp": ("power.default_limit", "W")}
    for key, (name, unit) in asked.items():
        with contextlib.suppress(OSError, subprocess.CalledProcessError, ValueError):
            found[key] = (float(smi.ask(name)[0]), unit)
    return found


def compared(found: dict[str, tuple[float, str]], record: dict[str, Any]) -> list[str]:
    """Each property beside the fact of the record, as it is written there."""
    lines = []
    for key, (value, unit) in found.items():
        section, _, name = key.partition(".")
        fact = record.get(section, {}).get(name)
        beside = f"the record has {fact['value']} {fact.get('unit', '')}".rstrip() if fact else "the record has none"
        lines.append(f"{key}: the device says {value:g} {unit}".rstrip() + f"; {beside}")
    return lines


def link_of(smi: Smi) -> str:
    """The link to the host, for the note of a transfer: the most that GPU and system do, as an idle link runs slower."""
    try:
        generation, width = smi.ask("pcie.link.gen.max", "pcie.link.width.max")
    except (OSError, subprocess.CalledProcessError, ValueError):
        return ""
    return f"PCIe {generation}.0 x{width}" if generation.isdigit() else ""


def software(smi: Smi) -> str:
    """Versions that decide the speed."""
    parts = [torch.__version__, f"CUDA {torch.version.cuda}" if torch.version.cuda else "no CUDA"]
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        parts.append(f"driver {smi.ask('driver_version')[0]}")
    return ", ".join(parts)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure an NVIDIA GPU and write the result as measurements.")
    parser.add_argument("--hardware", required=True, help="the name of its fact file, such as h200-sxm-141gb")
    parser.add_argument("--by", required=True, help="who measured, as it shall be printed")
    parser.add_argument("--output", type=Path, help="the file to write; by default HARDWARE-measured.toml")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--quick", action="store_true", help="everything once and small, to see that it works")
    return parser.parse_args()


def main() -> None:
    """Measure everything, print it, and write the file."""
    asked = arguments()
    if torch is None:
        raise SystemExit("PyTorch is not installed")
    if asked.device == "cpu" and not asked.quick:
        raise SystemExit("a processor is only for --quick: its times say nothing about a GPU")
    device = Device(asked.device, asked.quick)
    told: list[str] = []
    if asked.device == "cuda":
        file = FACTS / f"{asked.hardware}.toml"
        record = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
        told = [torch.cuda.get_device_name(0), *compared(properties(device.smi), record)]
        print(*told, sep="\n")
    lines: list[Measured] = []
    with torch.no_grad():
        link = link_of(device.smi) if asked.device == "cuda" else ""
        for part in (memory(device), transfers(device, link), multiplications(device), layers(device)):
            for line in part:
                print(f"{line.where}: {line.value:.5g} {line.unit} ({line.details['spread']} over {line.details['runs']} runs)")
                lines.append(line)
    file = asked.output or Path(f"{asked.hardware}-measured.toml")
    date = datetime.date.today().isoformat()
    file.write_text(written(lines, asked.hardware, asked.by, date, software(device.smi), told), "utf-8")
    print(f"{len(lines)} measurements in {file}")


if __name__ == "__main__":
    main()
