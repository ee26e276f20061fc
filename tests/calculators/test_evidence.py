"""The tables of measurements, and what is said about an accelerator."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from calculators import facts
from calculators.measured import kinds
from calculators.present import circulating, evidence, measured_tables
from calculators.present.accelerators import page as accelerator_page
from calculators.schema import METRICS

SOURCES = """[bench]
title = "Bench <b>& Co</b>"
publisher = "P"
kind = "third party"
version = "1"
address = "https://bench.example/a?b=1&c=2"
access = "direct"

[paper]
title = "Paper"
publisher = "P"
kind = "paper"
version = "1"
address = "arXiv:1234.56789"
access = "direct"
"""
GPU = """name = "Vendor Card 1"
short = "Card 1"
vendor = "Vendor"
"""
MEASUREMENTS = """common = { hardware = "card-1", count = 8, metric = "output_rate", unit = "token/s", date = "2025-09" }
run-1 = { value = 27911.5, other_model = "some model", precision = "FP8", framework = "Server", framework_version = "1.0", \
batch = 64, weights = "8 GB", note = "1 < 2", source = "bench", where = "table 2, <row>" }
run-2 = { metric = "matmul_time", unit = "ms", value = 38, count = 1, shape = [1, 8192, 4096], \
source = "paper", where = "p. 3" }
"""
AUDIT = """[a-1]
said = "It is 3x <i>faster</i>"
value = 3
unit = "x"
subject = "card-1 vs other cards"
topic = "compute"
verdict = "not-derivable"
right = "Nobody measured"
working = "1 / 0 & so on"
unbound = "measurement: nobody made one"

[a-2]
said = "It is small"
subject = "card-1"
topic = "spec"
verdict = "opinion"
right = "It is"
working = "none"
unbound = "opinion: a matter of taste"
"""


class Cells(HTMLParser):
    """The rows of a table by id, each as (text, attributes) of its cells; and the addresses of the links."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.heads, self.links, self._row, self._open = {}, [], [], None, False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "tr":
            self._row = self.rows.setdefault(found["id"], []) if "id" in found else self.heads
        elif tag in ("td", "th"):
            self._row.append(["", found])
            self._open = True
        elif tag == "a":
            self.links.append(found["href"])

    def handle_endtag(self, tag):
        self._open = self._open and tag not in ("td", "th")

    def handle_data(self, data):
        if self._open:
            self._row[-1][0] += data


@pytest.fixture
def base(tmp_path):
    files = {
        "sources/common.toml": SOURCES,
        "gpus/card-1.toml": GPU,
        "measurements/bench.toml": MEASUREMENTS,
        "audit/text.toml": AUDIT,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    read, problems = facts.read(tmp_path)
    assert problems == []
    return read


def test_a_measurement_reads_as_what_ran_where(base):
    first, second = (base.measurements[name] for name in ("run-1", "run-2"))
    assert evidence.hardware(first, "../gpus/", base) == '<a href="../gpus/card-1/">Card 1</a>'
    assert [evidence.model(each, base=base) for each in (first, second)] == ["some model", "none"]
    assert [evidence.software(each) for each in (first, second)] == ["Server 1.0", "not stated"]
    assert evidence.conditions(first) == "batch 64; weight file 8 GB; 1 < 2"
    assert [evidence.conditions(each, short=True) for each in (first, second)] == ["batch 64", "shape 1 × 8,192 × 4,096"]
    assert "".join(evidence.place(first)) == (
        '<a href="https://bench.example/a?b=1&amp;c=2">Bench &lt;b&gt;&amp; Co&lt;/b&gt;</a>'
        '<span class="rp-where">, table 2, &lt;row&gt;</span>'
    )
    nowhere = replace(first, source=replace(first.source, address=""))
    assert 'href="../../about/sources/#bench"' in evidence.place(nowhere)[0]


def test_the_tables_of_all_kinds_hold_every_entry_once_and_are_marked_as_generated():
    listed = []
    for kind in kinds.KINDS:
        html = measured_tables.records(kind.name)
        listed += re.findall(r'<tr id="([^"]+)"', html)
        assert html.startswith('<div class="rp-scroll" tabindex="0" data-generated data-search-exclude>')
        assert 'class="rp-sortable rp-choices"' in html
        cells = Cells(html)
        assert {len(row) for row in cells.rows.values()} == {len(cells.heads)}
        assert len(html) < 420_000, kind.name  # some 24 kB as it is sent
    listed += re.findall(r'<tr id="([^"]+)"', measured_tables.own())
    assert sorted(listed) == sorted(facts.load().measurements)


def test_a_row_leads_to_the_calculator_with_its_inputs_and_sorts_by_size():
    table = Cells(measured_tables.records("decoding"))
    value, bound, reached = (
        ["GPU", "Model", "Measured", "Value", "Bound", "Reached"].index(name) for name in ("Value", "Bound", "Reached")
    )
    row = table.rows["xiong-llamacpp-064"]
    entry = facts.load().measurements["xiong-llamacpp-064"]
    assert float(row[value][1]["data-value"]) == float(entry.value)
    assert float(row[value][1]["data-value"]) / float(row[bound][1]["data-value"]) == pytest.approx(
        float(row[reached][1]["data-value"]), rel=1e-4
    )
    assert any(
        link.startswith("../../calculators/decode/?gpu=rtx-4090&gpus=1&model=llama-3-8b&weights=q4_k_m") for link in table.links
    )


def test_an_accelerator_shows_its_kinds_and_leads_to_its_rows():
    html = evidence.measured_on("rtx-4090")
    assert 'href="../../notes/decoding/?gpu=RTX+4090"' in html and "bandwidth reached (MBU)" in html
    assert evidence.measured_on("p100-sxm2-16gb") is None


def test_a_card_shows_what_is_said_about_it(base):
    html = circulating.about(base.accelerators["card-1"], base)
    assert "Of 2 statements checked about it, 1 not derivable and 1 a matter of opinion: " in html
    assert 'href="../../audit/?subject=Card+1"' in html
    assert "<table" not in html  # neither is wrong or misleading


def test_what_is_wrong_about_a_card_of_two_is_on_its_page():
    html = circulating.about(facts.load().accelerators["rtx-4090"])
    wrong = facts.load().audit["s0-010"]
    assert wrong.verdict == "wrong" and wrong.subjects == ("h100-sxm5-80gb", "rtx-4090")
    assert f'<a href="../../audit/compute/#s0-010">{wrong.said}</a>' in html and wrong.right in html
    assert facts.load().audit["s0-012"].said not in html


def test_every_metric_reads_as_words():
    assert [evidence.metric_name(metric) for metric in METRICS] == [
        "Decode rate", "Prefill rate", "Output rate", "Time per output token", "Time to first token", "Request latency",
        "Matmul rate", "Matmul time", "Kernel time", "Attention rate", "Attention read bandwidth", "Layer time",
        "Memory copy bandwidth", "Memory read bandwidth", "Memory triad bandwidth", "Host to device bandwidth",
        "Device to host bandwidth", "Peer bandwidth", "Peer bandwidth both ways", "Allreduce bus bandwidth", "Allreduce time",
        "Allgather bus bandwidth", "Reducescatter bus bandwidth", "Alltoall bandwidth", "Alltoall time", "Training rate",
        "Training rate per GPU", "Training flops per GPU", "Training time", "GPU hours", "MFU",
        "Interruptions",
    ]  # fmt: skip


def test_a_page_says_where_nothing_was_found():
    record = facts.load().accelerators
    said = {section.id: str(section.html) for section in accelerator_page.sections(record["mi100"])}
    assert all("was found in the sources" in said[id] for id in ("prices", "measured", "circulating"))
    told = {section.id: str(section.html) for section in accelerator_page.sections(record["h100-sxm5-80gb"])}
    assert set(told) - set(said) == {"mig"} and not any("was found in the sources" in html for html in told.values())
