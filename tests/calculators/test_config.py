"""A pasted config.json at its limits: what is derived, what is left to the family's code, what is refused, and in which words."""

import json
from pathlib import Path

import pytest
from configurations import LLAMA, OPT

from calculators.architecture import config

MISTRAL = LLAMA | {"model_type": "mistral", "sliding_window": 4096}
QWEN = LLAMA | {"model_type": "qwen2", "sliding_window": 4096, "use_sliding_window": True, "max_window_layers": 24}
GEMMA_2 = LLAMA | {"model_type": "gemma2", "head_dim": 256, "sliding_window": 4096}
GEMMA_3 = GEMMA_2 | {"model_type": "gemma3_text"}
MIXTRAL = LLAMA | {"model_type": "mixtral", "num_local_experts": 8, "num_experts_per_tok": 2}
FALCON = {"model_type": "falcon", "hidden_size": 4544, "num_hidden_layers": 32, "num_attention_heads": 71, "vocab_size": 65024}
GPT_2 = {"model_type": "gpt2", "n_embd": 1600, "n_layer": 48, "n_head": 25, "vocab_size": 50257, "n_positions": 1024}
GLM = LLAMA | {
    "model_type": "glm4_moe",
    "head_dim": 128,
    "attention_bias": True,
    "moe_intermediate_size": 1536,
    "n_routed_experts": 160,
    "num_experts_per_tok": 8,
}
DEEPSEEK = {
    "model_type": "deepseek_v3",
    "hidden_size": 7168,
    "intermediate_size": 18432,
    "num_hidden_layers": 61,
    "num_attention_heads": 128,
    "vocab_size": 129280,
    "kv_lora_rank": 512,
    "q_lora_rank": 1536,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "n_routed_experts": 256,
    "num_experts_per_tok": 8,
    "moe_intermediate_size": 2048,
}
QWEN_MOE = {
    "model_type": "qwen3_moe",
    "hidden_size": 2048,
    "intermediate_size": 6144,
    "num_hidden_layers": 48,
    "num_attention_heads": 32,
    "num_key_value_heads": 4,
    "head_dim": 128,
    "vocab_size": 151936,
    "num_experts": 128,
    "num_experts_per_tok": 8,
    "moe_intermediate_size": 768,
}


def read(given):
    return config.read(json.dumps(given, ensure_ascii=False))


def without(given, *keys):
    return {key: value for key, value in given.items() if key not in keys}


def fact(given, key):
    return read(given).record.facts.get(f"architecture.{key}")


def refused(given):
    with pytest.raises(config.ConfigProblems) as problems:
        read(given)
    return str(problems.value)


def test_a_text_of_262144_characters_is_the_longest():
    assert config.read(json.dumps(LLAMA).ljust(262_144)).record.name == "pasted Llama model"
    with pytest.raises(config.ConfigProblems, match="is longer than 262144 characters"):
        config.read(json.dumps(LLAMA).ljust(262_145))


@pytest.mark.parametrize(
    ("given", "field", "least"),
    [
        (LLAMA, "vocab_size", 1),
        (LLAMA, "num_hidden_layers", 1),
        (MISTRAL, "sliding_window", 1),
        (DEEPSEEK, "n_shared_experts", 0),
        (QWEN, "max_window_layers", 0),
        (GEMMA_3, "sliding_window_pattern", 1),
    ],
)
def test_a_size_may_be_as_small_as_it_can_and_as_large_as_ten_million(given, field, least):
    for value in (least, 10_000_000):
        assert read(given | {field: value})
    for value in (least - 1, 10_000_001, True):
        said = refused(given | {field: value})
        assert said == f"{field}: {json.dumps(value)} is not a whole number from {least} to 10,000,000"


@pytest.mark.parametrize(
    ("given", "key", "value"),
    [
        (without(LLAMA, "num_key_value_heads"), "num_key_value_heads", 32),
        (LLAMA, "head_dim", 4096 / 32),
        (without(LLAMA, "num_key_value_heads") | {"num_attention_heads": 1}, "num_key_value_heads", 1),
        (without(LLAMA, "num_key_value_heads") | {"num_attention_heads": 1}, "head_dim", 4096),
        (DEEPSEEK, "num_key_value_heads", 128),
        (GPT_2, "intermediate_size", 4 * 1600),
        (FALCON, "intermediate_size", 4 * 4544),
    ],
)
def test_what_the_code_of_the_family_derives_is_taken_from_it(given, key, value):
    derived = fact(given, key)
    assert derived.base == value
    assert derived.where == f"config.json, not stated; derived by the code of {given['model_type']}"


def test_nothing_is_derived_from_a_size_that_is_missing():
    missing = "num_attention_heads, head_dim: missing, and not guessed"
    assert refused(without(LLAMA, "num_attention_heads")) == missing


def test_positions_are_needed_where_they_are_learned():
    assert refused(without(GPT_2, "n_positions")) == "max_position_embeddings: missing, and not guessed"
    assert fact(LLAMA, "max_position_embeddings") is None


@pytest.mark.parametrize(
    ("key", "field"), [("shared_experts", "n_shared_experts"), ("first_dense_layers", "first_k_dense_replace")]
)
def test_none_of_something_is_the_same_as_nothing_said_of_it(key, field):
    assert fact(DEEPSEEK, key) is None
    assert fact(DEEPSEEK | {field: 0}, key) is None
    assert fact(DEEPSEEK | {field: 3}, key).value == 3


def test_some_layer_has_experts():
    assert read(DEEPSEEK | {"first_k_dense_replace": 60})
    assert refused(DEEPSEEK | {"first_k_dense_replace": 61}) == "first_k_dense_replace: leaves no layer with experts"


def test_a_key_of_latent_attention_has_a_part_without_position_and_one_with():
    assert fact(DEEPSEEK, "head_dim").value == 128 + 64
    assert refused(without(DEEPSEEK, "q_lora_rank")) == "q_lora_rank: missing, and not guessed"


@pytest.mark.parametrize(
    ("given", "biases"),
    [
        (LLAMA, (False, False, False)),
        (LLAMA | {"attention_bias": True}, (True, True, False)),
        (LLAMA | {"mlp_bias": True}, (False, False, True)),
        (GLM, (True, False, False)),  # its code has no bias in the output matrix
        (FALCON, (False, False, False)),
        (GPT_2, (True, True, True)),
    ],
)
def test_biases_are_where_the_configuration_or_the_code_has_them(given, biases):
    assert tuple(fact(given, f"{part}_bias").value for part in ("qkv", "o", "mlp")) == biases


@pytest.mark.parametrize(
    ("more", "kv_heads", "norms"),
    [
        ({}, 1, 1),
        ({"multi_query": True}, 1, 1),
        ({"multi_query": False}, 71, 1),
        ({"new_decoder_architecture": True, "num_kv_heads": 71}, 71, 2),
    ],
)
def test_falcon_shares_one_kv_head_unless_it_says_otherwise(more, kv_heads, norms):
    assert fact(FALCON | more, "num_key_value_heads").value == kv_heads
    assert fact(FALCON | more, "norms_per_layer").value == norms


def test_a_new_falcon_has_to_state_its_kv_heads():
    assert refused(FALCON | {"new_decoder_architecture": True}) == "num_kv_heads: missing, and not guessed"


@pytest.mark.parametrize(
    ("given", "norm"),
    [
        (GLM | {"use_qk_norm": True}, "per head"),
        (GLM | {"use_qk_norm": False}, None),
        (GLM, None),
        (LLAMA | {"use_qk_norm": True}, None),
    ],
)
def test_glm_normalizes_queries_and_keys_where_it_says_so(given, norm):
    found = fact(given, "qk_norm")
    assert (found and found.value) == norm


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({}, "pasted Llama model"),
        ({"_name_or_path": "meta-llama/own"}, "meta-llama/own"),
        ({"name_or_path": "meta-llama/own"}, "meta-llama/own"),
        ({"_name_or_path": "first", "name_or_path": "second"}, "first"),
        ({"_name_or_path": "n" * 64}, "n" * 64),
        ({"_name_or_path": "n" * 65}, "n" * 64),
    ],
)
def test_a_configuration_goes_by_its_name_and_keeps_it(more, name):
    pasted = read(LLAMA | more)
    assert pasted.record.name == name
    assert config.read(pasted.text).record.name == name


def test_letters_of_every_script_stay_readable():
    assert '"_name_or_path":"模型"' in read(LLAMA | {"_name_or_path": "模型"}).text
    assert 'hidden_size: "größe" is not' in refused(LLAMA | {"hidden_size": "größe"})


def test_only_the_fields_that_are_there_twice_are_named():
    with pytest.raises(config.ConfigProblems, match=r"^has a, c more than once$"):
        config.read('{"c": 1, "a": 1, "b": 1, "a": 2, "c": 3}')


def test_a_long_unknown_family_is_cut_where_it_is_quoted():
    assert refused({"model_type": "x" * 100}).startswith(f"model_type: '{'x' * 59} is not a family that is counted here")


@pytest.mark.parametrize(("text", "shown"), [("x" * 38, f'"{"x" * 38}"'), ("x" * 39, f'"{"x" * 36}...')])
def test_a_wrong_value_is_quoted_in_forty_characters(text, shown):
    assert len(shown) == 40
    assert refused(LLAMA | {"vocab_size": text}) == f"vocab_size: {shown} is not a whole number from 1 to 10,000,000"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (7, 7),
        (1, 1),
        (True, True),
        (-1, -1),
        (0.5, 0.5),
        ("x" * 40, "x" * 40),
        ("x" * 41, True),
        ([1], True),
        ({"bits": 4}, True),
    ],
)
def test_of_a_field_that_is_not_read_a_short_value_is_kept(value, kept):
    pasted = read(LLAMA | {"surprise": value})
    assert pasted.unread == ("surprise",)
    assert json.loads(pasted.text)["surprise"] == kept and type(json.loads(pasted.text)["surprise"]) is type(kept)


@pytest.mark.parametrize("value", [None, False, 0, 0.0, [], {}, ""])
def test_a_field_that_sets_nothing_is_not_named(value):
    assert read(LLAMA | {"surprise": value}).unread == ()


def test_the_value_that_is_accepted_is_said():
    assert refused(QWEN_MOE | {"mlp_only_layers": [0]}) == "mlp_only_layers: [0] is not counted here; accepted: []"


def test_opt_has_embeddings_as_wide_as_its_layers_and_others_do_not_read_that_field():
    other = {"word_embed_proj_dim": 512}
    assert refused(OPT | other) == "word_embed_proj_dim: other than hidden_size is not counted here"
    assert read(OPT) and read(OPT | {"word_embed_proj_dim": 768}) and read(LLAMA | other)


def test_a_token_may_pass_through_all_experts_and_no_more():
    assert fact(MIXTRAL | {"num_experts_per_tok": 8}, "num_experts_per_tok").value == 8
    assert refused(MIXTRAL | {"num_experts_per_tok": 9}) == "num_experts_per_tok: 9 is more than all experts"


def windows(given):
    """Window, layers that have it, and the field that says so; None where there is none."""
    window, layers = fact(given, "sliding_window"), fact(given, "sliding_window_layers")
    assert (window is None) == (layers is None)
    return window and (window.value, layers.value, layers.where)


@pytest.mark.parametrize(
    ("given", "layers"),
    [
        (MISTRAL, 32),
        (MISTRAL | {"sliding_window_pattern": 0}, 32),  # a field of Gemma 3
        (QWEN, 32 - 24),
        (GEMMA_2, 16),
        (GEMMA_2 | {"num_hidden_layers": 5}, 3),  # the first, the third and the fifth
        (GEMMA_3, 32 - 5),  # the sixth and every sixth after it attend to all tokens
        (GEMMA_3 | {"sliding_window_pattern": 2}, 16),
    ],
)
def test_a_window_is_counted_in_the_layers_that_have_it(given, layers):
    assert windows(given) == (4096, layers, "config.json, sliding_window")


@pytest.mark.parametrize(
    "given",
    [
        MISTRAL | {"sliding_window": None},
        QWEN | {"use_sliding_window": False},
        without(QWEN, "use_sliding_window"),
        QWEN | {"max_window_layers": 32},
        QWEN | {"max_window_layers": 40},
        GEMMA_3 | {"sliding_window_pattern": 1},
    ],
)
def test_where_no_layer_has_a_window_there_is_none(given):
    assert windows(given) is None


@pytest.mark.parametrize("value", [1, "yes", 2.5])
def test_whether_windows_are_used_is_yes_or_no(value):
    assert refused(QWEN | {"use_sliding_window": value}) == (f"use_sliding_window: {json.dumps(value)} is neither true nor false")


def test_how_many_layers_have_no_window_is_not_guessed():
    assert refused(without(QWEN, "max_window_layers")) == "max_window_layers: missing, and not guessed"


def test_a_list_of_layers_says_which_have_a_window():
    kinds = ["sliding_attention"] * 3 + ["full_attention"] * 29
    assert windows(GEMMA_2 | {"layer_types": kinds}) == (4096, 3, "config.json, layer_types")


@pytest.mark.parametrize(
    "kinds", [["sliding_attention"] * 31, ["sliding_attention"] * 33, ["full_attention"] * 31 + ["chunked_attention"]]
)
def test_a_list_of_layers_has_one_known_kind_for_each(kinds):
    said = refused(GEMMA_2 | {"layer_types": kinds})
    assert said == "layer_types: is not a list of 32 sliding_attention or full_attention"


def test_a_fact_is_found_in_the_first_line_of_what_was_pasted():
    found = fact(LLAMA, "hidden_size")
    assert (found.path, found.line, found.where) == (Path("config.json"), 1, "config.json, hidden_size")


def test_how_long_a_window_that_is_used_is_is_not_guessed():
    expected = "sliding_window (null where there is none): missing, and not guessed"
    assert refused(without(QWEN, "sliding_window")) == expected
