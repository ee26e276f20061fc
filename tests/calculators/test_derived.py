"""Derived figures: each one is what its calculator gives when a reader follows its link."""

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest

from calculators import architecture, call, facts
from calculators.present import models_table, record_page, tables
from calculators.present.accelerators import holds, index, peaks, rooflines
from calculators.units import Quantity, show
from hooks.checks import targets

BASE = facts.load()
GPUS = sorted(BASE.accelerators)
LINK = re.compile(r'<a href="(?P<root>[./]+)calculators/(?P<name>\w+)/\?(?P<query>[^"]*)">(?P<text>[^<]*)</a>')


def links(html):
    return [{key: unescape(value) for key, value in found.groupdict().items()} for found in LINK.finditer(html)]


def row(html, label):
    """The texts of a table row's cells."""
    found = re.search(rf"<tr><th scope=\"row\">(?:<a [^>]*>)?{re.escape(label)}(?:</a>)?</th>(.*?)</tr>", html)
    assert found, f"no row {label!r}"
    return [unescape(re.sub(r"<[^>]+>", " ", cell)).split() for cell in re.findall(r"<td>(.*?)</td>", found[1])]


def number(text):
    return float(re.search(r"[\d,.]+", text)[0].replace(",", ""))


@pytest.mark.parametrize("slug", GPUS)
def test_every_figure_is_what_its_link_gives(slug):
    gpu = BASE.accelerators[slug]
    found = links(peaks.table(gpu) + holds.table(gpu))
    assert len(found) > 10
    for link in found:
        if not re.search(r"\d", link["text"]):
            continue  # "not on any number of them"
        outputs = call.run(link["name"], dict(parse_qsl(link["query"]))).outputs.values()
        shown = {number(show(value, digits)) for value in outputs if isinstance(value, Quantity) for digits in (3, 4)}
        assert number(link["text"]) in shown, link


@pytest.mark.parametrize("slug", GPUS)
def test_every_dense_peak_has_a_row_that_leads_to_its_fact(slug):
    html, record = peaks.table(BASE.accelerators[slug]), tables.record(slug)
    for fact in facts.load().record(slug).section("peak").values():
        row(html, fact.label)
        assert f'href="#{tables.anchor(fact.key)}"' in html
        assert f'id="{tables.anchor(fact.key)}"' in record


def test_vector_and_tensor_units_of_one_format_keep_their_own_peak():
    # V100, FP16: tensor 125e12 / 900e9 = 138.9, vector 31.4e12 / 900e9 = 34.9 FLOP/byte
    html = peaks.table(BASE.accelerators["v100-sxm2-32gb"])
    assert row(html, "FP16 tensor")[1] == ["139", "FLOP/byte"]
    assert row(html, "FP16 vector")[1] == ["34.9", "FLOP/byte"]


def test_memory_figures_by_hand():
    # L4: 23,034 MiB are 24.15e9 bytes; / 300e9 = 80.5 ms, 12.4 times a second; 300 / 72 = 4.17 GB/s per watt
    html = peaks.table(BASE.accelerators["l4"])
    assert row(html, "Time to read the memory") == [["80.5", "ms"]]
    assert row(html, "Bandwidth per GB of memory") == [["12.4", "GB/s", "per", "GB"]]
    assert row(html, "Bandwidth per watt") == [["4.17", "GB/s", "per", "watt"]]


def test_what_a_card_holds_by_hand():
    # 70B in FP16 is 138 GB, in INT4 about 37 GB: too much for 24 GB, and INT4 fits two such cards or one of 80 GB
    assert row(holds.table(BASE.accelerators["rtx-4090"]), "Llama 2 70B")[2] == ["needs", "2", "GPUs"]
    held = row(holds.table(BASE.accelerators["h100-sxm5-80gb"]), "Llama 2 70B")
    assert held[0] == ["needs", "2", "GPUs"]
    assert held[2][1] == "sequences"


@pytest.mark.parametrize("slug", [slug for slug in GPUS if BASE.accelerators[slug].section("peak")])
def test_rooflines_draw_each_distinct_peak_once(slug):
    gpu = BASE.accelerators[slug]
    html = rooflines.rooflines(gpu)
    for fact in gpu.section("peak").values():
        if fact.key.endswith("_tensor") and fact.key != "peak.fp64_tensor":
            ridge = call.run("roofline", {"gpu": slug, "format": fact.key[5:-7]}).outputs["ridge_point"]
            assert any(
                number(said) == pytest.approx(ridge.value, rel=0.01) for said in re.findall(r"ridge point at ([\d,.]+)", html)
            )
    assert "style=" not in html


def test_peaks_that_differ_by_rounding_share_a_line():
    # RTX 3090: FP16 is printed as 71 and BF16 as 71.2 TFLOPS in different papers
    assert "FP16, BF16: ridge point at 75.9 FLOP/byte" in rooflines.rooflines(BASE.accelerators["rtx-3090"])


def test_accumulation_tells_lines_apart_only_where_it_changes_the_rate():
    assert "FP16 with FP16 accumulate, FP8: ridge point at 328" in rooflines.rooflines(BASE.accelerators["rtx-4090"])
    assert "FP16 accumulate" not in rooflines.rooflines(BASE.accelerators["v100-sxm2-32gb"])


def test_the_landscape_marks_the_fastest_of_each_architecture():
    html = rooflines.landscape()
    for short in ("GH200 144GB", "RTX 4090", "MI355X"):
        assert f'<th scope="row">{short}</th>' in html
    assert '<th scope="row">H100 SXM</th>' not in html


def test_models_by_hand():
    # 2 bytes x 68,976,648,192 parameters; 2 x 80 layers x 8 KV heads x 128 x 2 bytes = 327,680 bytes
    html = models_table.table()
    cells = re.findall(r"<td[^>]*>(.*?)</td>", html[html.index('<a href="llama-2-70b/">') :])[:8]
    texts = [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells]
    assert texts == ["Llama 2", "68,976,648,192", "all", "80", "GQA", "327.7 kB/token", "138 GB", "4,096"]
    assert all(link["root"] == "../" for link in links(html))


def test_models_come_from_small_to_large():
    html = models_table.table()
    order = re.findall(r'<th scope="row"><a href="([^"]+)/">', html)
    known = facts.load().models
    assert sorted(order) == sorted(known)
    assert order == sorted(order, key=lambda slug: architecture.parameter_counts(known[slug]).total)


def test_records_of_one_page_share_no_id():
    html = "".join(tables.record(slug, f"{slug}-") for slug in facts.load().models)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert "llama-2-70b-architecture-num_hidden_layers" in ids


@pytest.mark.parametrize("slug", [*GPUS, *facts.load().models])
def test_every_fact_has_the_row_that_stated_numbers_lead_to(slug):
    base = facts.load()
    html = "".join(section.html for section in record_page.sections(slug))
    for fact in base.record(slug).facts.values():
        assert f'id="{targets.of_fact(base, fact).partition("#")[2]}"' in html


@pytest.mark.parametrize("slug", GPUS)
def test_the_parts_of_a_page_share_no_id(slug):
    html = "".join(section.html for section in record_page.sections(slug))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_values_keep_their_digits_and_show_units_as_readers_know_them():
    html = tables.record("h100-sxm5-80gb")
    for shown in ("132 SM", "18 links", "814 mm²", "1,978.9 TFLOPS", "80 billion"):
        assert f"<strong>{shown}</strong>" in html
    assert "<strong>$1,599.00</strong>" in tables.record("rtx-4090")


def test_what_is_not_known_has_a_row_too():
    assert 'id="price-launch_msrp"' in tables.record("h100-sxm5-80gb")


def test_the_table_of_accelerators_keeps_one_unit_per_column():
    # printed as 7.7 TB/s, 4.5 PFLOPS and 1.8 TB/s in both directions
    html = index.table()
    b200 = html[html.index('<a href="b200-sxm-180gb/">') :]
    for shown in ("7,700 GB/s", "2,250 TFLOPS", "4,500 TFLOPS", "900 GB/s"):
        assert f">{shown}</td>" in b200[: b200.index("</tr>")]


def test_a_rate_that_nobody_prints_is_marked_and_says_how_it_follows():
    html = index.table()
    card = html[html.index('<a href="rtx-4060-ti-16gb/">') :].partition("</tr>")[0]
    assert 'title="No peak is printed; ' in card and ' class="rp-not-printed">44.13 TFLOPS</td>' in card
    assert "rp-not-printed" not in html[html.index('<a href="h100-sxm5-80gb/">') :].partition("</tr>")[0]
    assert "half of the 2:4 sparse one" in peaks.table(BASE.accelerators["h100-nvl-94gb"])
