"""A sample of the proof: slips of pages and facts that the checks must refuse. `make prove` tries them all."""

import random

import pytest

from calculators import facts, identities
from hooks.checks import engine
from hooks.checks.claims import Evaluator
from hooks.checks.engine import Checker
from hooks.checks.names import read_names
from hooks.checks.page import SCHEMES
from hooks.checks.problem import shown_path
from proof import ROOT
from proof.slips import counted, partly, published, result
from proof.slips.changed import changed
from proof.slips.changes import changes
from proof.slips.dependents import Dependents
from proof.slips.fact_proof import FactProof
from proof.slips.fact_slips import VALUE
from proof.slips.loose import LooseProof
from proof.slips.mutant import EQUIVALENT, KILLED, NOTICED, SURVIVED, Mutant
from proof.slips.report import GROSS, IN_PAGES, OUTCOMES, Report
from proof.slips.stated import STATED, StatedProof

BASE = facts.load()
SEED = 20
PAGES = random.Random(SEED).sample([path for path in engine.pages(ROOT / "docs") if path.suffix == ".md"], 9)
RECORDS = random.Random(SEED).sample(sorted(BASE.records), 10)


@pytest.fixture(scope="module")
def proofs() -> list[StatedProof]:
    names, evaluate = read_names(BASE), Evaluator()
    return [StatedProof(path, path.read_text("utf-8"), BASE, names, evaluate) for path in PAGES]


@pytest.fixture(scope="module")
def stated(proofs) -> list[Mutant]:
    return [mutant for proof in proofs for mutant in proof.mutants() if mutant.what == STATED]


def test_no_slip_of_a_stated_number_survives(stated):
    sample = random.Random(SEED).sample(stated, min(500, len(stated)))
    assert len(sample) == 500
    assert [str(mutant) for mutant in sample if mutant.outcome == SURVIVED] == []
    assert all(mutant.by for mutant in sample if mutant.outcome == KILLED)


def test_no_slip_of_a_name_a_date_or_code_survives(proofs):
    mutants = [mutant for proof in proofs for mutant in LooseProof(proof.page, proof.names, BASE).mutants()]
    assert {mutant.by for mutant in mutants} >= {"unknown-name", "unbound-number", "unlisted-name"}
    assert [str(mutant) for mutant in mutants if mutant.outcome == SURVIVED] == []


def test_what_a_loose_slip_is_refused_by_is_what_its_page_is_refused_by(proofs):
    rng, checker, tried = random.Random(SEED), Checker(), 0
    for proof in proofs:
        loose = [mutant for mutant in LooseProof(proof.page, proof.names, BASE).mutants() if mutant.by == "unlisted-name"]
        for mutant in rng.sample(loose, min(2, len(loose))):
            lines = proof.text.split("\n")
            if lines[mutant.line - 1].count(mutant.before) == 1:
                lines[mutant.line - 1] = lines[mutant.line - 1].replace(mutant.before, mutant.after)
                found = checker.page(proof.path, "\n".join(lines)).problems
                assert "unlisted-name" in {problem.code for problem in found}, str(mutant)
                tried += 1
    assert tried >= 5


def test_a_slip_that_is_refused_by_itself_is_refused_in_its_page(proofs, stated):
    """The proof looks at one link; the checks read the whole page. What it counts as refused, they refuse."""
    rng, checker, tried = random.Random(SEED), Checker(), 0
    for proof in proofs:
        links = [link for link in proof.page.links if link.scheme in SCHEMES and any(map(str.isdigit, link.text))]
        for link in rng.sample(links, min(2, len(links))):
            change = rng.choice(changes(link.text))
            at = link.offset + 1
            text = proof.text[:at] + change.text + proof.text[at + len(link.text) :]
            found = checker.page(proof.path, text).problems
            place = (shown_path(proof.path), proof.page.position(link.offset)[0], link.text, change.text)
            same = {mutant.outcome for mutant in stated if (mutant.path, mutant.line, mutant.before, mutant.after) == place}
            assert same == {KILLED if found else EQUIVALENT}, (proof.path, link.text, change.text, found)
            tried += 1
    assert tried >= 12


def test_a_gross_slip_survives_only_in_facts_that_are_listed_as_sourced_only():
    proof = FactProof(BASE, Dependents(BASE))
    mutants = [mutant for slug in RECORDS for mutant in proof.mutants(BASE.record(slug))]
    sample = random.Random(SEED).sample(mutants, 100)
    assert {mutant.outcome for mutant in sample} >= {KILLED, SURVIVED}
    assert all(mutant.by == "fact-unconfirmed" for mutant in mutants if mutant.outcome == NOTICED)
    report = Report(BASE)
    report.add(mutants)
    assert [str(mutant) for mutant in report.unlisted()] == [] and report.crashes == []


def test_a_slip_leaves_nothing_behind():
    fact = BASE.fact("h100-sxm5-80gb/memory.bandwidth")
    before = fact.value
    with pytest.raises(RuntimeError), changed(fact, value=before + 1):
        assert BASE.fact("h100-sxm5-80gb/memory.bandwidth").value == before + 1
        raise RuntimeError
    assert fact.value == before


def test_a_slip_of_a_fact_breaks_its_equation():
    record = BASE.record("l4")
    bandwidth = record["memory.bandwidth"]
    assert bandwidth not in identities.sourced_only(record)
    found = [mutant for mutant in FactProof(BASE, Dependents(BASE)).mutants(record) if mutant.subject == bandwidth.address]
    gross = [mutant for mutant in found if mutant.what == VALUE and mutant.kind in GROSS]
    assert gross and {mutant.by for mutant in gross} <= {"fact-identity", "fact-disagreement"}


def test_the_recorded_result_is_whole():
    found = result.read()
    assert found["facts"]["facts"] >= found["facts"]["sourced_only"] > 0
    for what, counts in found["changed"].items():
        assert counts[KILLED] == sum(counts["by"].values()), what
        assert sum(counts[outcome] for outcome in OUTCOMES) > 0, what
        assert not counts[SURVIVED] or what not in IN_PAGES, what
        assert not counts[NOTICED] or what.endswith("of a fact"), what
    assert found["pieces"] == found["of"] and found["seconds"] < 600
    assert STATED in found["changed"] and VALUE in found["changed"]


def test_the_site_shows_the_recorded_result():
    shown, found = str(published.table()), result.read()
    assert found["content"] in shown and found["date"] in shown
    assert all(f"{counts[KILLED]:,}" in shown for counts in found["changed"].values())
    assert all(path in shown for path in found["survivors"])


def test_a_page_of_entries_says_how_many_rest_on_one_source():
    for what, (alone, tried) in result.read().get("entries", {}).items():
        assert f"{alone:,} of {tried:,}. Why" in str(partly.of_entries(what, "Why"))
        assert 0 <= alone <= tried


def test_the_counters_count_every_number_and_fact():
    shown, found = str(counted.counters()), result.read()
    stated = sum(len(Checker().page(path, path.read_text("utf-8")).stated) for path in PAGES[:1])
    assert stated <= sum(map(len, (counted._of_page(path.read_text("utf-8")) for path in PAGES[:1])))
    known = sum(len(record.facts) for record in facts.load().records.values())
    assert f"{known:,} facts" in shown and found["date"] in shown


def test_the_page_of_a_record_lists_what_is_held_in_part():
    address, parts = next(iter(result.read()["partly"].items()))
    slug, _, key = address.partition("/")
    shown = str(partly.of_record(slug))
    assert BASE.fact(address).label.replace("&", "&amp;") in shown and parts.capitalize() in shown and key
    assert partly.of_record("no-such-record") is None


def test_the_digest_is_that_of_the_content():
    assert result.digest() == result.digest() and len(result.digest()) == 16
