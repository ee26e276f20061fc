"""The generated sections of a model's page: every figure is what its link gives."""

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest

from calculators import call, facts
from calculators.present import format_table, model_page, models_table
from calculators.units import Quantity, show

MODELS = facts.load().models
SAMPLE = ["gpt-oss-120b", "deepseek-v3", "llama-2-70b", "gemma-3-27b", "mistral-7b-v0.1", "gpt-2-xl", "kimi-k2"]
LINK = re.compile(r'<a href="\.\./\.\./calculators/(\w+)/\?([^"]*)">([^<]*)</a>')


def section(slug, id):
    return next(section.html for section in model_page.sections(MODELS[slug]) if section.id == id)


@pytest.mark.parametrize("slug", SAMPLE)
@pytest.mark.parametrize("id", ["parameters", "kv-cache", "memory"])
def test_every_figure_is_what_its_link_gives(slug, id):
    found = LINK.findall(section(slug, id))
    assert found
    for name, query, text in found:
        outputs = call.run(name, dict(parse_qsl(unescape(query)))).outputs.values()
        quantities = [value for value in outputs if isinstance(value, Quantity)]
        shown = {show(value) for value in quantities} | {f"{value.base:,.0f}" for value in quantities}
        assert unescape(text) in shown, (name, query, text)


@pytest.mark.parametrize("slug", sorted(MODELS))
def test_every_model_has_all_sections_and_shares_add_up(slug):
    html = section(slug, "parameters")
    table = html[: html.index("</table>")]
    cells = [int(cell.replace(",", "")) for cell in re.findall(r"<td>(?:<a [^>]*>)?([\d,]+)(?:</a>)?</td>", table)]
    assert sum(cells[:-1]) == cells[-1] == int(MODELS[slug].facts["published.parameters"].value) or slug in (
        "gpt-3-175b",
        "opt-175b",
    )
    assert [part.id for part in model_page.sections(MODELS[slug])] == ["parameters", "kv-cache", "memory", "facts"]


def test_windows_show_both_policies():
    assert "every token kept" in section("gemma-3-27b", "kv-cache")
    assert "every token kept" not in section("llama-2-70b", "kv-cache")


def test_the_latent_is_said_to_be_on_every_gpu():
    assert "every tensor-parallel GPU holds all of it" in section("deepseek-v3", "kv-cache")


def test_kinds_of_attention():
    assert model_page.attention_kind(MODELS["falcon-7b"]) == "MQA"
    assert model_page.attention_kind(MODELS["gemma-3-27b"]) == "GQA, sliding window in 52 of 62 layers"
    assert model_page.attention_kind(MODELS["mistral-7b-v0.1"]) == "GQA, sliding window in all layers"


def test_the_table_of_models_is_sortable_and_complete():
    html = models_table.table()
    assert 'class="rp-sortable"' in html
    for slug, model in MODELS.items():
        assert f'<a href="{slug}/">{model.name}</a>' in html


def test_the_table_of_formats_shows_every_format():
    html = format_table.table()
    assert html.count("<tr>") == len(call.get("weights").input_specs["weights"].choices) + 1
    assert "4.15625" in html
