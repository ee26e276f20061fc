"""The fact base: what it holds, and what its reader refuses."""

import subprocess
import sys
import tomllib
from decimal import Decimal

import pytest

from calculators import facts
from calculators.identities import backing, identities, sources_agree
from calculators.reading import reader
from calculators.records import MissingFact
from calculators.schema.words import VENDOR_KINDS

BASE = facts.load()
RECORDS = BASE.records
SOURCE = """[sheet]
title = "T"
publisher = "P"
kind = "vendor datasheet"
version = "1"
address = "https://x.example"
access = "direct"
"""
RECORD = """name = "X"
short = "X"
vendor = "V"

[memory]
bandwidth = { value = 3.35, unit = "TB/s", source = "sheet", where = "p. 1" }
"""
GOOD = {"sources/common.toml": SOURCE, "gpus/x.toml": RECORD}


def reading(tmp_path, **files):
    for name, text in GOOD.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(files.get(path.stem, text), "utf-8")
    return facts.read(tmp_path)


def test_the_standard_library_reads_the_same_as_the_compiled_reader(monkeypatch):
    assert reader.tomllib is not tomllib
    monkeypatch.setattr(reader, "tomllib", tomllib)
    again, problems = facts.read(facts.DATA)
    assert not problems
    assert all(again.records[slug].facts == record.facts for slug, record in RECORDS.items())
    assert again.prices == BASE.prices


def test_facts_are_read_where_nothing_is_installed(root):
    code = "from calculators import facts, reading; print(reading.reader.tomllib.__name__, len(facts.load().records))"
    ran = subprocess.run([sys.executable, "-S", "-c", code], cwd=root, capture_output=True, text=True)
    assert ran.stdout == f"tomllib {len(RECORDS)}\n", ran.stderr


def test_the_records_of_the_site_are_there():
    assert {"a100-sxm4-80gb", "h100-sxm5-80gb", "h200-sxm-141gb", "rtx-4090", "rtx-3090", "l4", "b200-sxm-180gb"} <= set(
        BASE.accelerators
    )
    assert {"llama-2-7b", "llama-2-13b", "llama-2-70b", "llama-3.1-8b", "llama-3.1-70b", "mixtral-8x7b"} <= set(BASE.models)


def test_a_good_file_is_read(tmp_path):
    base, problems = reading(tmp_path)
    fact = base.fact("x/memory.bandwidth")
    assert problems == []
    assert (fact.value, fact.base, fact.line, str(fact)) == (Decimal("3.35"), 3.35e12, 6, "3.35 TB/s")


@pytest.mark.parametrize(
    ("change", "to", "code", "said"),
    [
        ('unit = "TB/s"', 'unit = "TB"', "fact-unit", "byte"),
        ("bandwidth =", "bandwith =", "fact-key", "did you mean bandwidth"),
        ("[memory]", "[memori]", "fact-key", "did you mean memory"),
        ('source = "sheet"', 'source = "shet"', "fact-source", "did you mean sheet"),
        (', where = "p. 1"', "", "fact-source", "where"),
        ("value = 3.35", 'value = "fast"', "fact-value", "not a number"),
        ("3.35,", "3.35.1,", "fact-syntax", "line 6"),
        ('where = "p. 1"', 'where = "p. 1", qualifiers = ["quick"]', "fact-qualifier", "quick"),
        ('where = "p. 1"', 'where = "p. 1", sauce = 1', "fact-shape", "did you mean source"),
        ('vendor = "V"\n', "", "fact-record", "vendor"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, change, to, code, said):
    text = RECORD
    assert change in text
    _, problems = reading(tmp_path, x=text.replace(change, to))
    assert code in {problem.code for problem in problems}
    assert said in "\n".join(map(str, problems))


def test_a_peak_must_say_whether_it_is_sparse(tmp_path):
    peak = '[peak]\nfp16_tensor = { value = 1, unit = "TFLOPS", source = "sheet", where = "p. 1" }\n'
    _, problems = reading(tmp_path, x=RECORD + peak)
    assert [problem.code for problem in problems] == ["fact-qualifier"]


def test_a_missing_fact_says_why():
    record = next(record for record in BASE.accelerators.values() if record.missing)
    key, reason = next(iter(record.missing.items()))
    with pytest.raises(MissingFact, match=key):
        record[key]
    assert reason


@pytest.mark.parametrize("slug", sorted(RECORDS))
def test_every_identity_holds_or_the_record_explains_why_not(slug):
    for identity in identities(RECORDS[slug]):
        assert identity.holds or identity.target.disagreement, f"{identity.target.address} against {identity.computed}"


@pytest.mark.parametrize("slug", sorted(BASE.models))
def test_parameters_are_counted_exactly(slug):
    counted = [identity for identity in identities(BASE.models[slug]) if identity.target.key == "published.parameters"]
    assert [identity.holds for identity in counted] == [True]


# What readers spend the most on, and argue about: every number that decides has to stand on two legs.
FLAGSHIPS = (
    "a100-sxm4-80gb h100-sxm5-80gb h100-pcie-80gb h200-sxm-141gb b200-sxm-180gb l40s rtx-3090 rtx-4090 rtx-5090 mi300x".split()
)
HEADLINES = ("memory.capacity", "memory.bandwidth", "peak.bf16_tensor", "peak.fp8_tensor", "power.tdp")

# NVIDIA's pages of the card name PCIe and no other link; that there is none is what two others say.
ONLY_OTHERS_SAY = ("rtx-5090/interconnect.nvlink_total",)


def headlines(slug):
    record = BASE.accelerators[slug]
    totals = [key for key in record.facts if key.startswith("interconnect.") and key.endswith("_total")]
    links = [
        key for key in (*totals, "interconnect.pcie_per_direction") if key in record and f"{slug}/{key}" not in ONLY_OTHERS_SAY
    ]
    return [record[key] for key in (*HEADLINES, *links) if key in record]


@pytest.mark.parametrize("slug", FLAGSHIPS)
def test_headline_facts_have_a_vendor_source_and_an_identity_or_a_second_source(slug):
    reasons = backing(BASE.accelerators[slug])
    for fact in headlines(slug):
        sources = [fact.source] + ([fact.second.source] if fact.second else [])
        assert any(source.kind in VENDOR_KINDS for source in sources), f"{fact.address} has no document of the vendor"
        kinds = {reason.kind for reason in reasons[fact.key]}
        assert kinds & {"identity", "second"}, f"{fact.address} rests on one source alone"


@pytest.mark.parametrize("slug", FLAGSHIPS)
def test_headline_facts_are_there_or_known_to_be_absent(slug):
    record = BASE.accelerators[slug]
    for key in HEADLINES:
        if key == "peak.fp8_tensor" and record["features.fp8"].value is False:
            continue
        assert key in record, f"{slug} has no {key}"


def test_a_rate_worked_back_from_its_peak_proves_nothing():
    circular = [i for record in BASE.accelerators.values() for i in identities(record) if i.circular]
    assert circular, "the fact base marks the rates that were derived"
    for identity in circular:
        kinds = [
            reason.text
            for reason in backing(BASE.record(identity.target.record))[identity.target.key]
            if reason.kind == "identity"
        ]
        assert not any(identity.equation in text for text in kinds)


def test_sources_that_differ_are_seen():
    differing = [fact for record in RECORDS.values() for fact in record.facts.values() if sources_agree(fact) is False]
    assert differing, "some sources do differ; if none is found, the comparison is broken"
