"""A config.json pasted into the form of a calculator: counted, kept in the address, refused at its field."""

import json
import re

import pytest
from playwright.sync_api import Page, expect
from reader import field, form_holds, hold, open_page, release, result_html, shows, state

from calculators import call

pytestmark = pytest.mark.browser

PATH = "calculators/weights/"
# Qwen/Qwen3-8B as published, in the words of its family, with fields that change no size and one that nobody knows.
CONFIGURATION = {
    "_name_or_path": "Qwen/Qwen3-8B",
    "architectures": ["Qwen3ForCausalLM"],
    "attention_bias": False,
    "head_dim": 128,
    "hidden_act": "silu",
    "hidden_size": 4096,
    "intermediate_size": 12288,
    "max_position_embeddings": 40960,
    "model_type": "qwen3",
    "num_attention_heads": 32,
    "num_hidden_layers": 36,
    "num_key_value_heads": 8,
    "rope_theta": 1000000,
    "surprise_width": 7,
    "tie_word_embeddings": False,
    "vocab_size": 151936,
}
PASTED = json.dumps(CONFIGURATION, indent=2)


def paste(page: Page, text: str) -> None:
    box = page.locator('[data-field="model"] textarea')
    if not box.is_visible():
        page.click('[data-field="model"] summary')
    box.fill(text)


def test_it_is_counted_as_the_model_of_the_list(page, address):
    open_page(page, address, PATH)
    paste(page, PASTED)
    run = call.run("weights", {"model": PASTED})
    shows(page, run)
    assert run.outputs["total"] == call.run("weights", {"model": "qwen3-8b"}).outputs["total"]
    assert run.outputs["total"] != call.run("weights").outputs["total"]
    expect(page.locator(".rp-result .rp-remark", has_text="surprise_width")).to_be_visible()
    expect(field(page, "model")).to_have_value("")  # no entry of the list
    page.fill('[name="gpus"]', "2")
    shows(page, call.run("weights", {"model": run.given["model"], "gpus": "2"}))
    expect(page.locator(".rp-result .rp-remark", has_text="surprise_width")).to_be_visible()


def test_what_was_needed_of_it_is_kept_in_the_address(page, address):
    open_page(page, address, PATH)
    paste(page, PASTED)
    run = call.run("weights", {"model": PASTED})
    shows(page, run)
    needed = run.given["model"]
    assert len(needed) < len(PASTED) and "rope_theta" not in needed
    expect(page).to_have_url(f"{address}{PATH}?{run.query}")
    page.reload()
    shows(page, call.run("weights", {"model": needed}))
    box = page.locator('[data-field="model"] textarea')
    expect(box).to_be_visible()
    expect(box).to_have_value(needed)
    page.select_option('[name="model"]', "qwen3-32b")
    shows(page, call.run("weights", {"model": "qwen3-32b"}))
    form_holds(page, call.run("weights", {"model": "qwen3-32b"}))
    expect(box).to_have_value("")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"model_type": "qwen3", ', "is not JSON: .* line 1, column"),
        (json.dumps(CONFIGURATION | {"hidden_size": "wide"}), "hidden_size"),
        (json.dumps(CONFIGURATION | {"model_type": "qwen33"}), "model_type: .*did you mean .*qwen3"),
    ],
)
def test_what_is_wrong_with_it_is_said_at_the_field(page, address, text, said):
    open_page(page, address, PATH)
    built = result_html(page)
    paste(page, text)
    state(page, "problem")
    expect(page.locator('[data-field="model"] .rp-error')).to_contain_text(re.compile(said))
    expect(page.locator(".rp-result")).to_have_class(re.compile("rp-outdated"))
    assert result_html(page) == built
    expect(page.locator('[data-field="model"] textarea')).to_have_value(text)


def test_what_was_pasted_before_the_script_came_is_taken(page, address):
    waiting = hold(page, "**/calculators/main.js")
    page.goto(address + PATH, wait_until="commit")
    paste(page, PASTED)
    release(page, waiting)
    shows(page, call.run("weights", {"model": PASTED}))
