"""What the fullest GPU of a group holds of a model, and what all of them hold together, replicas included.

Tensor parallelism splits the matrices of every layer, but a KV head is whole: with more GPUs than KV heads some are kept twice,
with their matrices (Shoeybi et al., arXiv:1909.08053, section 3, for the split; vLLM, QKVParallelLinear, for the copies). The
matrices that make the latents of MLA serve all heads, and so are kept by every GPU, as is the latent itself. Pipeline stages have
whole layers. Experts can be dealt out whole, with attention on every GPU, each for its own requests (DeepSeek-V3,
arXiv:2412.19437, section 3.4).
"""

import math
from dataclasses import dataclass

from calculators import architecture, kv_cache
from calculators.architecture import Configuration
from calculators.formula import formula
from calculators.records import Record
from calculators.units import Bytes, Number
from calculators.weights import WeightSizes
from calculators.weights import sizes as weight_sizes
from calculators.working import Working, remembered

SHARDING = {
    "tensor": "every matrix (tensor parallelism)",
    "expert": "experts whole, attention on every GPU (expert and data parallelism)",
}
EMBEDDINGS = {"split": "split by vocabulary", "replicated": "kept by every GPU"}


@formula("ceil(layers / stages) / layers")
def largest_stage(layers: Number, stages: Number) -> Number:
    """Share of all layers in the largest of `stages` pipeline stages: layers are whole."""
    return Number(math.ceil(layers / stages) / layers)


@formula("parameters * element * (copies - 1)")
def replicas(parameters: Number, element: Bytes, copies: Number) -> Bytes:
    """Bytes of matrices that are kept more than once, beyond the first copy."""
    return Bytes(parameters * element * (copies - 1))


@formula("((layers + replicas) * share + tables) / gpus")
def split_weights(layers: Bytes, replicas: Bytes, share: Number, tables: Bytes, gpus: Number) -> Bytes:
    """Weights on each GPU of the fullest stage: its layers and tables, split among the `gpus` of the stage."""
    return Bytes(((layers + replicas) * share + tables) / gpus)


@formula("(layers + replicas) * share / gpus + tables")
def split_layers(layers: Bytes, replicas: Bytes, share: Number, gpus: Number, tables: Bytes) -> Bytes:
    """The same where every GPU keeps the tables whole."""
    return Bytes((layers + replicas) * share / gpus + tables)


@formula("(dense_part + experts * ceil(num_experts / gpus) / num_experts) * share + tables")
def dealt_experts(dense_part: Bytes, experts: Bytes, num_experts: Number, gpus: Number, share: Number, tables: Bytes) -> Bytes:
    """Weights on the fullest GPU where experts are dealt out whole: its experts, and all else."""
    return Bytes((dense_part + experts * math.ceil(num_experts / gpus) / num_experts) * share + tables)


@formula("activations_per_token * tokens")
def of_tokens(activations_per_token: Bytes, tokens: Number) -> Bytes:
    """Bytes of the activations of `tokens` tokens."""
    return Bytes(activations_per_token * tokens)


@formula("(2 * hidden + matrices * width / gpus) * element_bytes")
def activations_per_token(hidden: Number, matrices: Number, width: Number, gpus: Number, element_bytes: Bytes) -> Bytes:
    """Bytes of activations of one token at the widest point of a layer, on one GPU.

    The residual and the input of the block, which every GPU has whole, and gate, up and their product, which are split. Llama 3.1
    8B on one GPU: (2 * 4096 + 3 * 14336) * 2 = 102,400 bytes, 12.5 elements for one of the hidden size; NVIDIA's aiconfigurator
    takes 11 for TensorRT-LLM.
    """
    return Bytes((2 * hidden + matrices * width / gpus) * element_bytes)


@dataclass(frozen=True, slots=True)
class Model:
    """A model in its formats, and how it is spread: what of it does not depend on the number of GPUs."""

    configuration: Configuration
    counts: architecture.ParameterCounts
    size: WeightSizes
    sharding: str
    embeddings: str
    stages: float

    @property
    def tables(self) -> float:
        """Bytes of embeddings and head that one stage holds: all, or the larger of the two on the first and the last stage."""
        both = (self.counts.embedding + self.counts.position) * self.size.rest, self.counts.head * self.size.rest
        return max(both) if self.stages > 1 else sum(both)

    @property
    def layers(self) -> float:
        """Bytes of all layers."""
        return self.size.total - (self.counts.embedding + self.counts.position + self.counts.head) * self.size.rest

    def _whole(self, gpus: float) -> tuple[float, float]:
        """Parameters of the matrices of which a stage of `gpus` GPUs keeps copies, and how many it keeps."""
        c = self.configuration
        if c.latent:
            down = c.number("q_lora_rank") + c.number("kv_lora_rank") + c.number("qk_rope_head_dim")
            return c.layers * c.hidden * down, gpus
        heads = c.number("num_key_value_heads")
        kept = kv_cache.stored_heads(kv_heads=heads, gpus=gpus)
        return c.layers * 2 * c.hidden * heads * c.number("head_dim"), kept / heads

    def fullest(self, gpus: float, working: Working) -> float:
        """Bytes of weights on the fullest of `gpus` GPUs."""
        tensor = gpus / self.stages
        share = working.step("Largest stage", largest_stage, "%", layers=self.configuration.layers, stages=self.stages)
        if self.sharding == "expert":
            terms = {"experts": self.size.experts, "num_experts": self.counts.num_experts, "gpus": tensor, "share": share}
            dense = self.layers - self.size.experts
            return working.step("Weights on the fullest GPU", dealt_experts, "GB", dense_part=dense, tables=self.tables, **terms)
        extra = self.extra(tensor, working)
        terms = {"layers": self.layers, "replicas": extra, "share": share, "gpus": tensor, "tables": self.tables}
        how = split_weights if self.embeddings == "split" else split_layers
        return working.step("Weights on the fullest GPU", how, "GB", **terms)

    def extra(self, tensor: float, working: Working) -> float:
        """Bytes of the copies of matrices that `tensor` GPUs keep beyond the first."""
        parameters, copies = self._whole(tensor)
        if copies <= 1:
            return 0.0
        terms = {"parameters": parameters, "element": self.size.attention, "copies": copies}
        return working.step("Copies of matrices", replicas, "GB", **terms)

    def everywhere(self, gpus: float, working: Working) -> float:
        """Bytes of weights on all `gpus` GPUs together, copies included."""
        tensor = gpus / self.stages
        shared_table = self.stages > 1 and not self.counts.head  # the last stage needs the embedding as its head
        tables = self.size.total - self.layers + (self.counts.embedding * self.size.rest if shared_table else 0)
        if self.sharding == "expert":
            return self.size.experts + (self.layers - self.size.experts + tables) * tensor
        times = tensor if self.embeddings == "replicated" else 1
        return self.layers + self.extra(tensor, working) + tables * times

    def activations(self, gpus: float, element_bytes: float, working: Working) -> float:
        """Bytes of activations of one token on one GPU."""
        c = self.configuration
        mixture = c.number("num_experts_per_tok", 0) * c.expert_width + c.shared_width if c.experts else 0
        width = max(mixture, c.number("intermediate_size") if c.layers > c.expert_layers else 0)
        split = gpus / self.stages if self.sharding == "tensor" else 1
        terms = {"hidden": c.hidden, "matrices": c.feed_forward_matrices, "width": width, "gpus": split}
        return working.step("Activations of a token", activations_per_token, element_bytes=element_bytes, **terms)


@remembered
def of(model: Record, weights: str, scope: str, sharding: str, embeddings: str, stages: float, working: Working) -> Model:
    """A model in a weight format, spread in a way."""
    size = weight_sizes(model, weights, scope, working)
    return Model(Configuration(model), architecture.parameter_counts(model), size, sharding, embeddings, stages)


def tensor_parallel(model: Record, weights: str, scope: str, working: Working) -> Model:
    """A model whose every matrix is split, as serving engines do; what they keep whole is kept by every GPU."""
    return of(model, weights, scope, "tensor", "split", 1, working)
