"""A pasted config.json: counted as the known models are, wrong ones refused by field, unknown fields named."""

import json

import pytest
from configurations import LLAMA
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, facts, run
from calculators.architecture import config, extras, parameter_counts
from calculators.architecture.families import FAMILIES
from calculators.present.form import form
from calculators.present.spreadsheet import as_csv
from proof.opinions.configurations import written

MODELS = facts.load().models


@pytest.mark.parametrize("slug", sorted(MODELS))
def test_what_is_known_is_counted_alike(slug):
    model, pasted = MODELS[slug], config.read(written(MODELS[slug])).record
    assert parameter_counts(pasted) == parameter_counts(model)
    skipped = {"architecture.max_position_embeddings"}
    for key, fact in model.facts.items():
        if key.startswith("architecture.") and key not in skipped:
            value = pasted.facts[key].value if key in pasted else False
            assert value == fact.value or (not fact.value and not value), key
    assert extras(pasted) == {}


@pytest.mark.parametrize("slug", ["llama-3.1-8b", "gemma-3-27b", "deepseek-v3", "gpt-oss-20b"])
@pytest.mark.parametrize("name", ["weights", "kv_cache", "memory_fit", "decode", "prefill", "serving"])
def test_every_calculator_takes_a_configuration(name, slug):
    more = {"weights": {}, "kv_cache": {}}.get(name, {"gpus": 8, "gpu": "h200-sxm-141gb", "weights": "fp8"})
    known, pasted = (run(name, {"model": given} | more) for given in (slug, written(MODELS[slug])))
    assert pasted.outputs == known.outputs


def test_its_facts_say_where_they_come_from():
    finished = run("weights", {"model": json.dumps(LLAMA)})
    fact = finished.working.facts["pasted-configuration/architecture.hidden_size"]
    assert (fact.source.title, fact.where) == ("pasted configuration", "config.json, hidden_size")
    tied = finished.working.facts["pasted-configuration/architecture.tie_word_embeddings"]
    assert "default of llama" in tied.where


def test_the_document_holds_what_was_needed_and_reproduces_the_run():
    long = LLAMA | {"rope_theta": 500000.0, "torch_dtype": "bfloat16", "architectures": ["LlamaForCausalLM"], "pad": None}
    finished = run("weights", {"model": json.dumps(long, indent=8)})
    short = finished.given["model"]
    assert len(short) < 300 and "rope_theta" not in short and json.loads(short)["hidden_size"] == 4096
    assert run("weights", finished.document()["inputs"]).outputs == finished.outputs
    assert config.read(short).text == short


@pytest.mark.parametrize("slug", sorted(MODELS))
def test_the_short_form_says_the_same(slug):
    pasted = config.read(written(MODELS[slug]))
    again = config.read(pasted.text)
    assert again.text == pasted.text
    assert {key: fact.value for key, fact in again.record.facts.items()} == {
        key: fact.value for key, fact in pasted.record.facts.items()
    }


def test_fields_that_may_matter_are_named():
    said = run("weights", {"model": json.dumps(LLAMA | {"index_topk": 2048, "quantization_config": {"bits": 4}})}).working.remarks
    assert any("index_topk, quantization_config" in remark for remark in said)
    assert not run("weights", {"model": json.dumps(LLAMA | {"rope_theta": 1e6, "index_topk": None})}).working.remarks


def test_the_language_model_of_one_that_sees():
    inner = json.loads(written(MODELS["gemma-3-27b"]))
    outer = {"model_type": "gemma3", "text_config": inner, "vision_config": {"hidden_size": 1152}}
    finished = run("weights", {"model": json.dumps(outer)})
    assert finished.outputs["parameters"].base == parameter_counts(MODELS["gemma-3-27b"]).total
    assert any("vision_config" in remark for remark in finished.working.remarks)


def without(key):
    return {name: value for name, value in LLAMA.items() if name != key}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{", "is not JSON: .* line 1"),
        ('{"model_type": "llama"', "is not JSON"),
        ("{" * 5000, "is not JSON|too deeply"),
        ('{"a": ' * 100_000, "too deeply|is not JSON|longer"),
        ('{"hidden_size": 1, "hidden_size": 2}', "hidden_size more than once"),
        ({}, "model_type: is missing"),
        (LLAMA | {"model_type": "lama"}, "did you mean llama"),
        (LLAMA | {"model_type": "mamba"}, "not a family that is counted"),
        (LLAMA | {"model_type": ["llama"]}, "model_type"),
        (without("hidden_size"), "hidden_size, head_dim: missing"),
        (without("vocab_size"), "vocab_size: missing"),
        (LLAMA | {"hidden_size": 4096.0}, r"hidden_size: 4096\.0 is not a whole number"),
        (LLAMA | {"hidden_size": -1}, "hidden_size: -1 is not"),
        (LLAMA | {"hidden_size": True}, "hidden_size: true is not"),
        (LLAMA | {"hidden_size": 10**9}, "hidden_size"),
        (LLAMA | {"num_hidden_layers": "32"}, 'num_hidden_layers: "32" is not'),
        (LLAMA | {"num_key_value_heads": 5}, "5 does not divide 32"),
        (LLAMA | {"hidden_size": 4097}, "head_dim: missing"),
        (LLAMA | {"tie_word_embeddings": "no"}, "neither true nor false"),
        (LLAMA | {"model_type": "qwen3"}, "head_dim: missing"),
        (LLAMA | {"model_type": "mistral"}, r"sliding_window \(null where there is none\): missing"),
        (LLAMA | {"model_type": "mistral", "sliding_window": "4k"}, 'sliding_window: "4k"'),
        (LLAMA | {"model_type": "mistral", "sliding_window": 4096, "layer_types": ["linear"]}, "layer_types"),
        (LLAMA | {"model_type": "mixtral"}, "num_experts, num_experts_per_tok: missing"),
        (LLAMA | {"model_type": "cohere", "use_qk_norm": True}, "use_qk_norm: true is not counted"),
        (LLAMA | {"model_type": "falcon", "alibi": True}, "alibi"),
        (json.loads(written(MODELS["deepseek-v3"])) | {"q_lora_rank": None}, "q_lora_rank: missing"),
        (json.loads(written(MODELS["deepseek-v3"])) | {"moe_layer_freq": 2}, "moe_layer_freq: 2 is not counted"),
        (json.loads(written(MODELS["mixtral-8x7b"])) | {"num_experts_per_tok": 9}, "more than all experts"),
        (json.loads(written(MODELS["deepseek-v3"])) | {"first_k_dense_replace": 61}, "no layer with experts"),
    ],
)
def test_wrong_configurations_are_refused_by_field(given, said):
    text = given if isinstance(given, str) else json.dumps(given)
    with pytest.raises(InputProblems, match=f"(?s)model.*({said})") as refused:
        run("weights", {"model": text})
    [problem] = refused.value.problems
    assert problem.field == "model" and len(problem.given) < 70 and "config.json" in problem.accepted


def test_every_wrong_field_is_named_at_once():
    with pytest.raises(InputProblems) as refused:
        run("weights", {"model": json.dumps(without("hidden_size") | {"vocab_size": 0, "mlp_bias": 1})})
    [problem] = refused.value.problems
    assert problem.message == (
        "vocab_size: 0 is not a whole number from 1 to 10,000,000; mlp_bias: 1 is neither true nor false; "
        "hidden_size, head_dim: missing, and not guessed"
    )


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(InputProblems, match="longer than"):
        run("weights", {"model": json.dumps(LLAMA | {"pad": "x" * config.LONGEST})})


def test_only_a_model_takes_a_configuration():
    with pytest.raises(InputProblems, match="gpu"):
        run("decode", {"gpu": json.dumps(LLAMA)})


VALUES = (
    st.none() | st.booleans() | st.integers(-10, 2**40) | st.floats() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
)


@given(st.sampled_from(sorted(FAMILIES)), st.sampled_from(sorted(MODELS)), st.data())
def test_anything_is_counted_or_refused(kind, slug, data):
    base = json.loads(written(MODELS[slug])) | {"model_type": kind}
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(base)), VALUES, max_size=3))
    try:
        pasted = config.read(json.dumps(base | changed))
    except config.ConfigProblems as refused:
        assert str(refused)
    else:
        counts = parameter_counts(pasted.record)
        assert counts.total > 0 and counts.active > 0


def test_the_form_offers_a_place_for_it():
    html = form(run("decode"))
    assert html.count("<textarea") == 2 and "paste a config.json" in html
    assert "<textarea" not in form(run("balance"))


def test_the_spreadsheet_holds_the_configuration():
    assert "num_hidden_layers" in as_csv(run("weights", {"model": json.dumps(LLAMA)}))


def test_what_is_kept_of_a_configuration_still_says_what_was_not_read():
    pasted = json.dumps(LLAMA | {"surprise_width": 7, "surprising": {"much": list(range(100))}})
    first = config.read(pasted)
    again = config.read(first.text)
    assert first.unread == again.unread == ("surprise_width", "surprising")
    assert again.text == first.text
    assert len(first.text) < len(pasted)
