"""genz-llm: its own list of models. Parameters are the weights of all matrix products of a prefill."""

import tempfile
from collections.abc import Iterator

from GenZ import System, Unit, get_model_df, get_summary_table
from GenZ.Models import MODEL_DICT, create_full_prefill_model

from proof.opinions.opinion import BYTES, Opinion, Question, caches

NAME = "genz-llm"
_MB = 2**20  # in its units
_ENTRIES = {
    "deepseek-v3": "deepseek-ai/DeepSeek-V3-Base",
    "falcon-7b": "tiiuae/falcon-7b-instruct",
    "gemma-2-27b": "google/gemma-2-27B",
    "gemma-2-9b": "google/gemma-2-9B",
    "gemma-3-27b": "google/gemma-3-27B",
    "gpt-3-175b": "openai/GPT3-175B",
    "llama-2-13b": "meta-llama/Llama-2-13B",
    "llama-2-70b": "meta-llama/Llama-2-70B",
    "llama-2-7b": "meta-llama/Llama-2-7B",
    "llama-3.1-405b": "meta-llama/Llama-3.1-405B",
    "llama-3.1-70b": "meta-llama/Llama-3.1-70B",
    "llama-3.1-8b": "meta-llama/Llama-3.1-8B",
    "llama-3.2-1b": "meta-llama/Llama-3.2-1B",
    "llama-3.2-3b": "meta-llama/Llama-3.2-3B",
    "mistral-7b-v0.1": "mistralai/Mistral-7B",
    "mixtral-8x22b": "mistralai/Mixtral-8x22B",
    "mixtral-8x7b": "mistralai/Mixtral-8x7B",
    "phi-3-mini-4k": "microsoft/Phi-3-mini",
    "qwen2.5-14b": "Qwen/Qwen2.5-14B",
    "qwen2.5-32b": "Qwen/Qwen2.5-32B",
    "qwen2.5-72b": "Qwen/Qwen2.5-72B",
    "qwen2.5-7b": "Qwen/Qwen2.5-7B",
}


def opinions() -> Iterator[Opinion]:
    """Parameters and KV cache of the models that both know."""
    for slug, entry in _ENTRIES.items():
        model = MODEL_DICT.get_model(entry)
        yield Opinion(NAME, Question("parameters", slug), _parameters(entry))
        for question in caches(slug):
            yield Opinion(NAME, question, model.get_kv_size() * question.context * BYTES)


def _parameters(entry: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        layers = create_full_prefill_model(entry, input_sequence_length=1, data_path=folder)
        frame = get_model_df(layers, system=System(bits="bf16"), unit=Unit(), data_path=folder, model_characterstics=True)
    found = get_summary_table(frame, Unit(), model_characterstics=True)
    return round(float(found["Total Weights (MB)"][0]) * _MB / BYTES)
