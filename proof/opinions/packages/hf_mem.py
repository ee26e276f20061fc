"""hf-mem: the KV cache from a configuration. Its count of weights adds up a checkpoint's own header, which is not at hand."""

from collections.abc import Iterator

from hf_mem.safetensors.kv_cache import compute_safetensors_kv_cache_size

from proof.opinions.opinion import Opinion, caches, configuration, models

NAME = "hf-mem"


def opinions() -> Iterator[Opinion]:
    """The KV cache of every model whose configuration has the names that hf-mem reads."""
    for slug in models():
        given = configuration(slug)
        if "hidden_size" in given and "num_attention_heads" in given and "num_hidden_layers" in given:
            for question in caches(slug):
                yield Opinion(NAME, question, compute_safetensors_kv_cache_size(given, "BF16", question.context))
