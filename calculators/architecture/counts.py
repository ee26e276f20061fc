"""Parameter counts of a transformer from its configuration, part by part, exact to the last parameter.

The sum reproduces each model's published count; an identity of the fact base holds it to that.
"""

from dataclasses import dataclass
from functools import lru_cache

from calculators.architecture import parts
from calculators.architecture.configuration import Configuration
from calculators.formula import formula
from calculators.records import Fact, Record
from calculators.schema import MODEL
from calculators.units import Number
from calculators.working import Working

_NOT_COUNTED = {"max_position_embeddings", "sliding_window", "sliding_window_layers"}


@dataclass(frozen=True, slots=True)
class ParameterCounts:
    """Parameters by what they are: matrices inside the layers (which quantization acts on), tables, and the small rest."""

    attention: int
    feed_forward: int
    shared_experts: int
    experts: int
    expert_biases: int
    router: int
    embedding: int
    position: int
    head: int
    rest: int
    num_experts: int
    experts_per_token: int
    raised: int
    raised_experts: int
    rows: int
    rows_of_experts: int

    @property
    def linear(self) -> int:
        """The matrices inside the layers, which quantization acts on; routers stay as they are."""
        return self.attention + self.feed_forward + self.shared_experts + self.experts

    @property
    def total(self) -> int:
        """Every parameter of the model."""
        tables = self.embedding + self.position + self.head
        return self.linear + self.expert_biases + self.router + tables + self.rest

    @property
    def active(self) -> int:
        """Parameters that one token uses: all of them in a dense model, the routed experts only in a mixture."""
        if not self.num_experts:
            return self.total
        idle = self.num_experts - self.experts_per_token
        return self.total - (self.experts + self.expert_biases) // self.num_experts * idle

    @property
    def looked_up(self) -> int:
        """Tables of which a token reads one row: positions, and the input embedding unless it is the output head too."""
        return self.position + (self.embedding if self.head else 0)

    @property
    def multiplied(self) -> int:
        """Active parameters that multiply a token: all but the tables that are looked up."""
        return self.active - self.looked_up


@formula("layers * attention + dense_layers * feed_forward + expert_layers * experts * expert")
def layer_matrices(
    layers: Number, attention: Number, dense_layers: Number, feed_forward: Number, expert_layers: Number, experts: Number,
    expert: Number,
) -> Number:  # fmt: skip
    """Parameters of the matrices of all layers; `experts` counts the shared ones too, `attention` and the others are one's."""
    return Number(layers * attention + dense_layers * feed_forward + expert_layers * experts * expert)


@formula("vocabulary * hidden")
def embedding_table(vocabulary: Number, hidden: Number) -> Number:
    """Parameters of the table of token embeddings, one row of hidden size per token of the vocabulary."""
    return Number(vocabulary * hidden)


@formula("matrices + input_embedding + output_head + rest")
def all_parameters(matrices: Number, input_embedding: Number, output_head: Number, rest: Number) -> Number:
    """All parameters: the layers' matrices, the embedding, the output head (none when shared), and the rest.

    The rest are norms, biases, routers and tables of positions.
    """
    return Number(matrices + input_embedding + output_head + rest)


@formula("parameters - (experts - experts_per_token) * routed_experts / experts")
def active_parameters(parameters: Number, experts: Number, experts_per_token: Number, routed_experts: Number) -> Number:
    """Parameters that one token uses in a mixture: all but the routed experts that the router passes over.

    `routed_experts` are the parameters of all routed experts in all layers, `experts` their number in one layer.
    """
    return Number(parameters - (experts - experts_per_token) * routed_experts / experts)


@lru_cache(maxsize=128)
def facts_of(model: Record) -> tuple[Fact, ...]:
    """The configuration facts that the parameter count rests on."""
    keys = (key for key in MODEL["architecture"] if key not in _NOT_COUNTED)
    facts = [model[f"architecture.{key}"] for key in keys if f"architecture.{key}" in model]
    learned = Configuration(model).word("position") == "learned"
    return (*facts, model["architecture.max_position_embeddings"]) if learned else tuple(facts)


@lru_cache(maxsize=128)
def parameter_counts(model: Record) -> ParameterCounts:
    """Count the parameters of a model record. Raises MissingFact when the configuration lacks a size."""
    c = Configuration(model)
    attention, sizes = parts.attention_matrices(c)
    dense, experts, width = c.layers - c.expert_layers, c.experts, c.number("intermediate_size")
    table, learned = c.number("vocab_size") * c.hidden, c.word("position") == "learned"
    in_layers = c.layers * (parts.attention_rest(c) + parts.norms(c)) + dense * parts.feed_forward_biases(c, width)
    shared_biases = c.expert_layers * parts.feed_forward_biases(c, c.shared_width) if c.shared_width else 0
    return ParameterCounts(
        attention=c.layers * attention(**sizes),
        feed_forward=dense * _block(c, width),
        shared_experts=c.expert_layers * _block(c, c.shared_width),
        experts=c.expert_layers * experts * _block(c, c.expert_width),
        expert_biases=c.expert_layers * experts * parts.feed_forward_biases(c, c.expert_width),
        router=c.expert_layers * parts.router(c),
        embedding=table,
        position=(c.number("max_position_embeddings") + c.number("position_offset", 0)) * c.hidden if learned else 0,
        head=0 if c.flag("tie_word_embeddings") else table,
        rest=in_layers + shared_biases + c.norm_size * (2 if c.flag("embedding_norm") else 1),
        num_experts=experts,
        experts_per_token=c.number("num_experts_per_tok", 0),
        raised=_raised(c),
        raised_experts=sum(i >= c.layers - c.expert_layers for i in _raised_layers(c)) * experts * c.expert_width * c.hidden,
        rows=_rows(c),
        rows_of_experts=c.expert_layers * experts * parts.feed_forward_rows(c, c.expert_width),
    )


def explain(model: Record, working: Working) -> None:
    """Show how the parameters are counted, as steps of the working."""
    c, counts = Configuration(model), parameter_counts(model)
    formula_of, sizes = parts.attention_matrices(c)
    attention = working.step("Attention, one layer", formula_of, **sizes)
    block = {"matrices": c.feed_forward_matrices, "hidden": c.hidden}
    dense = c.layers - c.expert_layers
    width, expert_width = c.number("intermediate_size"), c.expert_width
    feed_forward = working.step("Feed-forward, one layer", parts.feed_forward, **block, width=width) if dense else 0
    expert = working.step("One expert", parts.feed_forward, **block, width=expert_width) if c.experts else 0
    matrices = working.step(
        "Matrices of all layers",
        layer_matrices,
        layers=c.layers,
        attention=attention,
        dense_layers=dense,
        feed_forward=feed_forward,
        expert_layers=c.expert_layers,
        experts=c.experts + c.number("shared_experts", 0),
        expert=expert,
    )
    table = working.step("Input embedding", embedding_table, vocabulary=c.number("vocab_size"), hidden=c.hidden)
    rest = counts.expert_biases + counts.router + counts.position + counts.rest
    terms = {"matrices": matrices, "input_embedding": table, "output_head": counts.head, "rest": rest}
    total = working.step("Parameters", all_parameters, "parameter", **terms)
    if c.experts:
        routed = counts.experts + counts.expert_biases
        terms = {"experts": c.experts, "experts_per_token": counts.experts_per_token, "routed_experts": routed}
        working.step("Active parameters", active_parameters, "parameter", parameters=total, **terms)


def _block(c: Configuration, width: int) -> int:
    return parts.feed_forward(c.feed_forward_matrices, c.hidden, width)


def _raised_layers(c: Configuration) -> list[int]:
    """The layers in which llama.cpp's mixed types store the value and down matrices with more bits.

    llama.cpp, src/llama-quant.cpp, use_more_bits: the first and the last eighth of the layers, and every third between.
    """
    n = c.layers
    return [i for i in range(n) if i < n // 8 or i >= 7 * n // 8 or (i - n // 8) % 3 == 2]


def _raised(c: Configuration) -> int:
    """Parameters of the value and down matrices in these layers."""
    layers = _raised_layers(c)
    with_experts = sum(i >= c.layers - c.expert_layers for i in layers)
    down = (len(layers) - with_experts) * c.number("intermediate_size")
    down += with_experts * (c.experts * c.expert_width + c.shared_width)
    return len(layers) * parts.value_matrix(c) + down * c.hidden


def _rows(c: Configuration) -> int:
    """Output channels of all matrices that quantization acts on."""
    dense = c.layers - c.expert_layers
    mixture = c.experts * parts.feed_forward_rows(c, c.expert_width)
    mixture += parts.feed_forward_rows(c, c.shared_width) if c.shared_width else 0
    feed_forward = dense * parts.feed_forward_rows(c, c.number("intermediate_size")) + c.expert_layers * mixture
    return c.layers * parts.attention_rows(c) + feed_forward
