"""The table of measurements, and what is said about an accelerator."""

import re
from html.parser import HTMLParser

import pytest

from calculators import facts
from calculators.present import circulating, evidence
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
MEASUREMENTS = """[run-1]
metric = "output_rate"
value = 27911.5
unit = "token/s"
hardware = "card-1"
count = 8
model = "some-model"
precision = "FP8"
framework = "Server"
framework_version = "1.0"
batch = 64
cache_hits = "none"
source = "bench"
where = "table 2, <row>"
date = "2025-09"
note = "1 < 2"

[run-2]
metric = "mfu"
value = 38
unit = "%"
hardware = "unknown-card"
count = 1
source = "paper"
where = "p. 3"
date = "2024-05"
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


def texts(row):
    return [text for text, _ in row]


def test_a_measurement_shows_what_ran_where_and_who_says_so(base):
    table = Cells(evidence.measurements("../gpus/", base))
    assert texts(table.rows["run-1"]) == [
        "Output rate", "8 × Card 1", "some-model", "FP8", "Server 1.0", "27,911.5 tokens/s", "batch: 64; cache hits: none1 < 2",
        "Bench <b>& Co</b>, table 2, <row>", "2025-09",
    ]  # fmt: skip
    assert table.links == ["../gpus/card-1/", "https://bench.example/a?b=1&c=2"]


def test_a_measurement_without_details_says_so_and_links_nowhere(base):
    table = Cells(evidence.measurements("../gpus/", base))
    assert texts(table.rows["run-2"]) == [
        "MFU", "unknown-card", "none", "not stated", "not stated", "38%", "", "Paper, p. 3", "2024-05",
    ]  # fmt: skip


def test_values_sort_by_their_size_in_base_units(base):
    table = Cells(evidence.measurements("../gpus/", base))
    value = [text for text, _ in table.heads].index("Value")
    assert table.heads[value][1]["data-sort"] == "number"
    assert [float(row[value][1]["data-value"]) for row in table.rows.values()] == [27911.5, 0.38]


def test_the_table_of_the_site_holds_every_entry_once_and_is_marked_as_generated():
    html = evidence.measurements()
    entries = facts.load().measurements
    assert entries
    assert re.findall(r'<tr id="([^"]+)"', html) == list(entries)
    assert html.startswith('<div class="rp-scroll" tabindex="0" data-generated data-search-exclude>')
    assert 'class="rp-sortable"' in html
    cells = Cells(html)
    assert {len(row) for row in cells.rows.values()} == {len(cells.heads)}


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
        "Decode rate", "Prefill rate", "Output rate", "Time per output token", "Matmul rate", "Memory copy bandwidth",
        "Allreduce bus bandwidth", "Training rate", "Training GPU time", "Interruptions", "MFU",
    ]  # fmt: skip
