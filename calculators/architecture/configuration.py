"""A model's configuration as plain numbers and flags, read from its record once."""

from dataclasses import dataclass

from calculators.records import Record

_GATED_MATRICES = 3  # gate, up, down
_PLAIN_MATRICES = 2  # up, down


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the record of a model says of its architecture; what a configuration leaves out is absent: nothing, or no."""

    model: Record

    def number(self, key: str, default: int | None = None) -> int:
        """A size or count. Raises MissingFact when the record has none and there is no default."""
        if default is not None and f"architecture.{key}" not in self.model:
            return default
        return int(self.model[f"architecture.{key}"].value)

    def flag(self, key: str) -> bool:
        """Yes or no; no when the record does not say."""
        return f"architecture.{key}" in self.model and bool(self.model[f"architecture.{key}"].value)

    def word(self, key: str) -> str:
        """One of a few words; empty when the record does not say."""
        return str(self.model[f"architecture.{key}"].value) if f"architecture.{key}" in self.model else ""

    @property
    def latent(self) -> bool:
        """Whether keys and values are kept as one compressed latent (MLA)."""
        return self.word("attention") == "mla"

    @property
    def layers(self) -> int:
        return self.number("num_hidden_layers")

    @property
    def hidden(self) -> int:
        return self.number("hidden_size")

    @property
    def experts(self) -> int:
        return self.number("num_experts", 0)

    @property
    def expert_layers(self) -> int:
        """Layers whose feed-forward part is a mixture of experts."""
        return self.layers - self.number("first_dense_layers", 0) if self.experts else 0

    @property
    def expert_width(self) -> int:
        """The feed-forward size of one expert: its own, or the model's where the configuration has only one."""
        return self.number("moe_intermediate_size", self.number("intermediate_size"))

    @property
    def shared_width(self) -> int:
        """The feed-forward size of all shared experts together."""
        return self.number("shared_experts", 0) * self.expert_width

    @property
    def window_layers(self) -> int:
        """Layers that attend to a sliding window only."""
        return self.number("sliding_window_layers", 0)

    @property
    def feed_forward_matrices(self) -> int:
        return _GATED_MATRICES if self.word("mlp") == "gated" else _PLAIN_MATRICES

    @property
    def norm_size(self) -> int:
        """Parameters of one norm of hidden width: a weight for each element, and in layer norm a bias."""
        return self.hidden * (2 if self.word("norm") == "layernorm" else 1)
