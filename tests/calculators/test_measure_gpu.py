"""The script that measures a GPU: its arithmetic, and a file that the site takes in unchanged. With PyTorch, all of it, small."""

import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import pytest

from calculators import facts, schema
from calculators.measured import comparison, kinds
from calculators.reading.measurements import File, Known

SCRIPT = Path(__file__).parents[2] / "docs" / "assets" / "measure" / "measure_gpu.py"
GPU = "h200-sxm-141gb"
SQUARE = (8192, 8192, 8192)


def load():
    spec = importlib.util.spec_from_file_location("measure_gpu", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look up the module of a class
    spec.loader.exec_module(module)
    return module


gpu = load()


def times(*seconds, **more):
    return gpu.Times(tuple(seconds), **more)


def lines():
    """A line of every kind, as slow as no GPU: the file is looked at, not a result."""
    one = times(1.0, 1.0, 1.2, power=300.0, clock=1500.0)
    shapes = [(shape, name) for shape in (*gpu.SHAPES, gpu.GEMV) for name in gpu.FORMATS]
    made = [gpu.of_multiplication(shape, name, one) for shape, name in shapes]
    bandwidths = [name for name in schema.METRICS if name.startswith("memory_") or "device" in name]
    made += [
        gpu.of_bandwidth(name, 10**9, "some way", one, payload="1000000000 byte", note="PCIe 5.0 x16") for name in bandwidths
    ]
    about = {"batch": 8, "context": gpu.CONTEXT, "model": gpu.LAYER_MODEL, "precision": "BF16"}
    return [*made, gpu.measured("layer_time", 1e3, "ms", "decoder layer", one, **about)]


def taken_in(tmp_path, text):
    """The entries of a file as the fact base reads them, and what is wrong with it."""
    file = tmp_path / "measurements" / "mine.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    base = facts.load()
    return File(file, Known(base.sources, base.accelerators, base.models)).read


def test_a_run_is_the_median_and_the_spread_of_the_middle_half():
    found = times(4.0, 1.0, 2.0, 3.0, 100.0)
    assert (found.median, found.spread) == (3.0, pytest.approx((4 - 2) / 3))
    assert times(2.0).spread == 0


def test_a_multiplication_is_two_operations_for_each_product():
    # 2 x 8192^3 = 1.0995e12 operations in 1.5 ms: 733 TFLOPS
    time = gpu.of_multiplication((1, 4096, 4096), "BF16", times(1.5e-3, 1.5e-3))
    assert (time.metric, time.value, time.unit) == ("matmul_time", 1.5, "ms")
    rate = gpu.of_multiplication(SQUARE, "BF16", times(1.5e-3, 1.5e-3))
    assert rate.value == pytest.approx(733.0, rel=1e-3) and rate.unit == "TFLOPS"
    assert rate.details["shape"] == list(SQUARE)


def test_bytes_over_time_are_a_bandwidth():
    assert gpu.of_bandwidth("memory_copy_bandwidth", 8 * 10**9, "copy", times(2e-3)).value == pytest.approx(4000)


def test_the_file_is_taken_in_unchanged(tmp_path):
    made = lines()
    found, problems = taken_in(tmp_path, gpu.written(made, GPU, 'A "B"\nC', "2026-11-21", "2.9.1, CUDA 13.0, driver 580.1"))
    assert problems == []
    assert [(each.metric, each.unit) for each in found.values()] == [(line.metric, line.unit) for line in made]
    assert all(float(each.value) == pytest.approx(line.value, rel=1e-4) for each, line in zip(found.values(), made, strict=True))
    first = next(iter(found.values()))
    assert first.where == 'run of A "B" C: multiplication 1 x 4096 x 4096 in FP32'
    assert first.details["power"] == "300 W" and first.details["runs"] == 3 and first.source.id == gpu.SOURCE


def test_each_line_has_a_bound_and_a_page(tmp_path):
    found, _ = taken_in(tmp_path, gpu.written(lines(), GPU, "me", "2026-11-21", "2.9.1"))
    compared = [comparison.compare(entry, facts.load()) for entry in found.values()]
    assert [(each.entry.where, each.reason) for each in compared if each.bound is None] == []
    assert {kinds.page_of(each.entry) for each in compared} == {"kernels", "links"}
    assert all(0 < each.share < 1 for each in compared)


def test_the_shapes_of_the_published_table_are_measured():
    assert set(gpu.SHAPES) == {(m, 4096, 4096) for m in (1, 32, 512, 4096)} | {(1, 14336, 4096), SQUARE}
    assert (gpu.SQUARES[0], gpu.SQUARES[-1]) == (512, 16384)
    largest = max(facts.load().accelerators.values(), key=lambda each: cache(each))
    assert gpu.GEMV[1] * gpu.GEMV[2] * 2 > cache(largest)


def cache(record):
    return record["memory.l2_cache"].base if "memory.l2_cache" in record else 0


def test_the_layer_is_that_of_the_model_it_names():
    model = facts.load().models[gpu.LAYER_MODEL]
    keys = {"hidden": "hidden_size", "heads": "num_attention_heads", "kv_heads": "num_key_value_heads"}
    keys |= {"head_dim": "head_dim", "intermediate": "intermediate_size"}
    known = {name: model[f"architecture.{key}"].base for name, key in keys.items() if f"architecture.{key}" in model}
    assert {name: gpu.LAYER[name] for name in known} == known and len(known) >= 4


def test_what_the_device_says_of_itself_stands_at_the_top_of_the_file(tmp_path):
    text = gpu.written(lines(), GPU, "me", "2026-11-21", "2.9.1", ["NVIDIA H200", "compute.sm_count: the device says\n132 SM"])
    assert text.splitlines()[1:3] == ["# NVIDIA H200", "# compute.sm_count: the device says 132 SM"]
    found, problems = taken_in(tmp_path, text)
    assert problems == [] and len(found) == len(lines())


def test_properties_stand_beside_the_facts():
    record = tomllib.loads((gpu.FACTS / f"{GPU}.toml").read_text("utf-8"))
    told = gpu.compared({"compute.sm_count": (130, "SM"), "power.nothing": (1.0, "W")}, record)
    assert told == [
        "compute.sm_count: the device says 130 SM; the record has 132 SM",
        "power.nothing: the device says 1 W; the record has none",
    ]


def test_a_transfer_names_the_link_that_bounds_it(tmp_path):
    class Idle:
        def ask(self, *names):
            told = {"gen.current": "1", "width.current": "16", "gen.max": "5", "width.max": "16"}
            return [told[name.removeprefix("pcie.link.")] for name in names]

    link = gpu.link_of(Idle())
    assert link == "PCIe 5.0 x16"
    line = gpu.of_bandwidth("host_to_device_bandwidth", 10**9, "host to GPU", times(0.02), note=link)
    (entry,) = taken_in(tmp_path, gpu.written([line], GPU, "me", "2026-11-21", "2.9"))[0].values()
    assert comparison.compare(entry, facts.load()).bound.to("GB/s") == pytest.approx(63.02, rel=0.001)
    half = gpu.of_bandwidth("host_to_device_bandwidth", 10**9, "host to GPU", times(0.02), note="PCIe 4.0 x8")
    (entry,) = taken_in(tmp_path / "half", gpu.written([half], GPU, "me", "2026-11-21", "2.9"))[0].values()
    assert comparison.compare(entry, facts.load()).bound.to("GB/s") == pytest.approx(15.75, rel=0.001)  # 8 lanes of 16 GT/s


def test_the_script_says_what_it_needs_without_pytorch(monkeypatch):
    monkeypatch.setattr(gpu, "torch", None)
    monkeypatch.setattr(sys, "argv", ["measure_gpu.py", "--hardware", GPU, "--by", "me"])
    with pytest.raises(SystemExit, match="PyTorch is not installed"):
        gpu.main()


def test_it_needs_nothing_but_pytorch():
    imported = set(re.findall(r"^ *(?:import|from) (\w+)", SCRIPT.read_text("utf-8"), re.MULTILINE))
    assert imported - sys.stdlib_module_names == {"torch"}


def test_all_of_it_runs_on_a_processor(tmp_path, monkeypatch, capsys):
    pytest.importorskip("torch")
    out = tmp_path / "out.toml"
    options = ["--hardware", GPU, "--by", "me", "--device", "cpu", "--quick", "--output", str(out)]
    monkeypatch.setattr(sys, "argv", ["measure_gpu.py", *options])
    gpu.main()
    found, problems = taken_in(tmp_path, out.read_text("utf-8"))
    assert problems == []
    metrics = {entry.metric for entry in found.values()}
    assert {"matmul_time", "matmul_rate", "layer_time", "memory_copy_bandwidth", "host_to_device_bandwidth"} <= metrics
    assert "BF16" in capsys.readouterr().out
