"""The fact base as the browser reads it is the fact base as it was written, but for the audit."""

import shutil
from dataclasses import fields, is_dataclass
from pathlib import Path

from calculators import facts, packed


def plain(value: object) -> object:
    """A record as comparable data: paths by name, views as dictionaries."""
    if isinstance(value, Path):
        return value.name
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "items"):
        return {key: plain(held) for key, held in value.items()}
    return value


def test_every_record_comes_back_as_it_was(tmp_path: Path):
    base = facts.load()
    packed.write(base, tmp_path / "facts.pickle")
    again = packed.read(tmp_path / "facts.pickle")
    for field in fields(base):
        kept = plain(getattr(base, field.name)) if field.name not in ("audit", "measurements") else {}
        if field.name != "measurements":
            assert plain(getattr(again, field.name)) == kept, field.name


def test_only_the_measurements_that_calculators_look_up_come_along(tmp_path: Path):
    base = facts.load()
    packed.write(base, tmp_path / "facts.pickle")
    again = packed.read(tmp_path / "facts.pickle").measurements
    assert plain(again) == {entry.id: plain(entry) for entry in base.measurements.of("matmul_rate")}
    assert again.of("matmul_rate") and not again.of("decode_rate")


def test_the_same_facts_give_the_same_bytes(tmp_path: Path):
    for name in ("a", "b"):
        packed.write(facts.load(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_packed_folder_is_read_without_its_fact_files(tmp_path: Path):
    data = tmp_path / "data"
    shutil.copytree(facts.DATA, data)
    packed.pack(data)
    assert not list(data.rglob("*.toml"))
    base, problems = facts.read(data)
    assert not problems
    assert base.accelerators.keys() == facts.load().accelerators.keys()


def test_facts_with_a_problem_are_left_to_say_so(tmp_path: Path):
    data = tmp_path / "data"
    shutil.copytree(facts.DATA, data)
    record = data / "gpus" / "l4.toml"
    record.write_text(record.read_text("utf-8").replace('unit = "GB"', 'unit = "parsec"', 1), "utf-8")
    packed.pack(data)
    _, problems = facts.read(data)
    assert any(problem.path == record for problem in problems)
