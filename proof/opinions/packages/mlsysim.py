"""mlsysim: its own list of models, with its own parameters, and its KV cache."""

from collections.abc import Iterator

from mlsysim.models.registry import LanguageModels

from proof.opinions.opinion import Opinion, Question, caches

NAME = "mlsysim"
_ENTRIES = {
    "deepseek-v3": "DeepSeek_V3",
    "gpt-2-xl": "GPT2",
    "gpt-3-175b": "GPT3",
    "llama-2-13b": "Llama2_13B",
    "llama-2-70b": "Llama2_70B",
    "llama-2-7b": "Llama2_7B",
    "llama-3-8b": "Llama3_8B",
    "llama-3.1-405b": "Llama3_405B",
    "llama-3.1-70b": "Llama3_70B",
    "mixtral-8x7b": "Mixtral_8x7B",
}


def opinions() -> Iterator[Opinion]:
    """Parameters and KV cache of the models that both know."""
    for slug, entry in _ENTRIES.items():
        model = getattr(LanguageModels, entry)
        yield Opinion(NAME, Question("parameters", slug), round(model.parameters.magnitude))
        for question in caches(slug):
            size = model.get_kv_cache_size(question.context, 1)
            yield Opinion(NAME, question, round(size.to("byte").magnitude))
