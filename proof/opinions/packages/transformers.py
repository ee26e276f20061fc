"""transformers: the model itself, built on the device "meta", where tensors have a shape and no memory.

Its parameters are counted; its KV cache is what a forward pass over the context leaves. The feed-forward parts, which cache
nothing, are left out of that pass: the routing of experts needs values.
"""

from collections.abc import Iterator
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, DynamicCache, PreTrainedConfig, PreTrainedModel

from proof.opinions.opinion import Opinion, Question, caches, configuration, models

NAME = "transformers"
_WITH_SCORES = {"gpt_oss"}  # their feed-forward part returns the router's scores too
_SAME_CODE = {"kimi_k2": "deepseek_v3"}  # Kimi K2's repository brings a copy of this code


class _Nothing(torch.nn.Module):
    def __init__(self, scores: bool) -> None:
        super().__init__()
        self.scores = scores

    def forward(self, hidden: torch.Tensor, *_: Any, **__: Any) -> Any:
        return (hidden, None) if self.scores else hidden


def config(slug: str) -> PreTrainedConfig:
    """The configuration as transformers reads it."""
    given = configuration(slug)
    kind = given.pop("model_type")
    if kind == "falcon":
        given.pop("head_dim", None)  # which this family derives
    return AutoConfig.for_model(_SAME_CODE.get(kind, kind), **given)


def empty(slug: str) -> PreTrainedModel:
    """The model without memory."""
    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(config(slug), dtype=torch.bfloat16).eval()


def opinions() -> Iterator[Opinion]:
    """Parameters and KV cache of every model."""
    for slug in models():
        model = empty(slug)
        yield Opinion(NAME, Question("parameters", slug), model.num_parameters())
        _leave_out_feed_forward(model)
        for question in caches(slug):
            yield Opinion(NAME, question, _cached(model, question.context))


def _leave_out_feed_forward(model: PreTrainedModel) -> None:
    scores = model.config.model_type in _WITH_SCORES
    for part in list(model.modules()):
        if hasattr(part, "mlp"):
            part.mlp = _Nothing(scores)


def _cached(model: PreTrainedModel, context: int) -> int:
    cache = DynamicCache(config=model.config)
    with torch.no_grad(), torch.device("meta"):
        model.base_model(input_ids=torch.zeros((1, context), dtype=torch.long), past_key_values=cache, use_cache=True)
    return sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers)
