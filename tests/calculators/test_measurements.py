"""Measurements as data: what a line may say, which problems are named, and that a file is read when it is needed."""

import pytest

from calculators import facts, schema
from calculators.measured import comparison, kinds
from calculators.reading.measurements import File

SOURCE = """[bench]
title = "Bench"
publisher = "P"
kind = "third party"
version = "1"
address = "https://bench.example"
access = "direct"
"""
GPU = 'name = "Card 1"\nshort = "Card 1"\nvendor = "V"\n'
COMMON = (
    'common = { metric = "decode_rate", unit = "token/s", hardware = "card-1", count = 1, source = "bench", date = "2025-09" }\n'
)


def read(tmp_path, lines, more=None):
    files = {"sources/s.toml": SOURCE, "gpus/card-1.toml": GPU, "measurements/bench.toml": COMMON + lines, **(more or {})}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    base, problems = facts.read(tmp_path)
    assert problems == []
    return base.measurements


def test_a_line_takes_what_all_lines_share_and_may_say_otherwise(tmp_path):
    found = read(
        tmp_path, 'a = { value = 5, where = "row 1" }\nb = { value = 6.50, where = "row 2", count = 4, weights = "4.58 GiB" }\n'
    )
    assert found.problems == []
    assert (found["a"].count, found["b"].count) == (1, 4)
    assert (str(found["b"].value), found["b"].line) == ("6.50", 3)
    assert dict(found["b"].details) == {"weights": "4.58 GiB"}
    assert list(found) == ["a", "b"] and "common" not in found


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('a = { value = 5, where = "r", hardware = "card-2" }', "unknown hardware 'card-2' (did you mean card-1?)"),
        ('a = { value = 5, where = "r", metric = "decode_rat" }', "unknown metric 'decode_rat' (did you mean decode_rate"),
        ('a = { value = 5, where = "r", model = "llama" }', "unknown model 'llama'; a model that is no record"),
        ('a = { value = 5, where = "r", unit = "GB/s" }', "write it in token/s"),
        ('a = { value = 5, where = "r", source = "bunch" }', "unknown source 'bunch' (did you mean bench?)"),
        ('a = { value = 5, where = "" }', "needs `where`"),
        ('a = { value = 5 }', "lacks where"),
        ('a = { value = "5", where = "r" }', "'5' is not a number"),
        ('a = { value = 5, where = "r", count = 0 }', "count is a whole number of accelerators, not 0"),
        ('a = { value = 5, where = "r", date = "May 2025" }', "date is written as 2025-09 or 2025-09-30, not 'May 2025'"),
        ('a = { value = 5, where = "r", bacth = 1 }', "unknown condition 'bacth' (did you mean batch"),
        ('a = { value = 5, where = "r", batch = "one" }', "batch: is a number, not 'one'"),
        ('a = { value = 5, where = "r", weights = "4 parsec" }', "weights: "),
        ('a = { value = 5, where = "r", shape = [1, 2] }', "shape is [M, N, K], not [1, 2]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(tmp_path, line, message):
    found = read(tmp_path, f"{line}\n")
    (problem,) = found.problems
    assert problem.line == 2 and message in str(problem)


def test_a_name_may_be_used_once_over_all_files(tmp_path):
    other = COMMON + 'a = { value = 7, where = "row 9" }\n'
    found = read(tmp_path, 'a = { value = 5, where = "r" }\n', {"measurements/other.toml": other})
    assert [(problem.path.name, problem.code) for problem in found.problems] == [("other.toml", "fact-twice")]


def test_only_the_file_that_holds_an_entry_is_parsed(tmp_path, monkeypatch):
    parsed = []
    real = File.read.func
    monkeypatch.setattr(File.read, "func", lambda file: (parsed.append(file.path.stem), real(file))[1])
    other = COMMON.replace("decode_rate", "prefill_rate") + 'p = { value = 7, where = "r" }\n'
    found = read(tmp_path, 'a = { value = 5, where = "r" }\n', {"measurements/other.toml": other})
    assert parsed == []
    assert found["a"].value == 5 and parsed == ["bench"]
    assert [entry.id for entry in found.of("prefill_rate")] == ["p"] and parsed == ["bench", "other"]


def test_the_measurements_of_the_site_are_sound_and_cover_what_they_should():
    found = facts.load().measurements
    assert found.problems == []
    entries = list(found.values())
    assert len(entries) >= 1_600
    assert len({entry.hardware for entry in entries}) >= 20
    assert {entry.metric for entry in entries if entry.hardware} <= set(schema.METRICS)
    assert {entry.metric for entry in entries if not entry.hardware} <= set(schema.OWN_METRICS)
    assert all(entry.where and entry.source for entry in entries)


def test_a_result_of_the_site_itself_names_its_machine(tmp_path):
    line = 'bench-1 = { metric = "build_time", unit = "s", value = 92, machine = "two cores", where = "make build" }\n'
    site = 'common = { source = "bench", date = "2026-11-21" }\n' + line
    found = read(tmp_path, 'a = { value = 5, where = "r" }\n', {"measurements/site.toml": site})
    assert found.problems == []
    assert (found["bench-1"].hardware, found["bench-1"].count, str(found["bench-1"].quantity)) == ("", 1, "92 s")
    assert kinds.page_of(found["bench-1"]) == "measurements" and kinds.page_of(found["a"]) == "decoding"
    assert comparison.compare(found["bench-1"], None).reason == "no calculator is about this site itself"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('a = { value = 5, where = "r", machine = "mine" }', "machine is for metrics of the site itself; write hardware"),
        ('a = { value = 5, where = "r", metric = "build_time", unit = "s" }', "a metric of the site itself names its machine"),
    ],
)
def test_a_machine_goes_with_the_metrics_of_the_site(tmp_path, line, message):
    (problem,) = read(tmp_path, f"{line}\n").problems
    assert message in str(problem)


def test_every_metric_belongs_to_one_kind():
    listed = [metric for kind in kinds.KINDS for metric in kind.metrics]
    assert sorted(listed) == sorted(schema.METRICS)
    assert all(kind.main in kind.metrics for kind in kinds.KINDS)
