"""accelerate: what `accelerate estimate-memory` prints as the total size, from the same two calls."""

from collections.abc import Iterator

import torch
from accelerate import init_empty_weights
from accelerate.utils import calculate_maximum_sizes
from transformers import AutoModelForCausalLM

from proof.opinions.opinion import BYTES, Opinion, Question, models
from proof.opinions.packages.transformers import config

NAME = "accelerate"
_FLOAT = 4  # it builds in float32 and divides


def opinions() -> Iterator[Opinion]:
    """The bytes of every model's weights."""
    for slug in models():
        with torch.device("meta"), init_empty_weights():  # the first, or the tensors of experts are allocated for a moment
            model = AutoModelForCausalLM.from_config(config(slug), dtype=torch.float32)
        total, _ = calculate_maximum_sizes(model)
        yield Opinion(NAME, Question("weights", slug), total * BYTES // _FLOAT)
