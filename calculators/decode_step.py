"""The terms of a step of inference: what it reads and multiplies, how long that takes, and what guessing ahead gives.

Sources: Pope et al., "Efficiently scaling transformer inference" (arXiv:2211.05102), section 2; Kaplan et al. (arXiv:2001.08361),
section 2.1, for two FLOP per parameter and token; Leviathan et al. (arXiv:2211.17192) for speculative decoding.
"""

import math

from calculators.elementary import raised
from calculators.formula import formula
from calculators.units import Bytes, BytesPerSecond, Flop, FlopPerSecond, Number, Seconds, Tokens, TokensPerSecond


@formula("experts * (1 - (1 - experts_per_token / experts) ** batch)")
def experts_touched(experts_per_token: Number, experts: Number, batch: Number) -> Number:
    """Expected number of experts of one layer that a batch uses, if the router spreads tokens evenly and independently.

    One sequence uses exactly `experts_per_token`. A router with favorites touches fewer.
    """
    return Number(experts * (1 - raised(1 - experts_per_token / experts, batch)))


@formula("all_weights - looked_up - expert_weights * (1 - experts_read / experts)")
def weights_read(all_weights: Bytes, looked_up: Bytes, expert_weights: Bytes, experts_read: Number, experts: Number) -> Bytes:
    """Bytes of weights that one step reads: all but looked-up tables (one row per token) and the experts no token chose."""
    return Bytes(all_weights - looked_up - expert_weights * (1 - experts_read / experts))


@formula("all_weights - looked_up")
def dense_weights_read(all_weights: Bytes, looked_up: Bytes) -> Bytes:
    """Bytes of weights that one step of a dense model reads: all but looked-up tables, of which it reads a row per token."""
    return Bytes(all_weights - looked_up)


@formula("weights_read + kv_cache")
def bytes_read(weights_read: Bytes, kv_cache: Bytes) -> Bytes:
    """Bytes that one decoding step reads from memory, on all GPUs together."""
    return Bytes(weights_read + kv_cache)


@formula("layers * context")
def positions(layers: Number, context: Number) -> Number:
    """Tokens that one new token attends to, summed over all layers."""
    return Number(layers * context)


@formula("full_layers * context + window_layers * min(context, window)")
def windowed_positions(full_layers: Number, window_layers: Number, context: Number, window: Number) -> Number:
    """Tokens that one new token attends to, summed over all layers: sliding-window layers see their window only."""
    return Number(full_layers * context + window_layers * min(context, window))


@formula("2 * query_heads * (key_dim + value_dim) * positions")
def attention_flop(query_heads: Number, key_dim: Number, value_dim: Number, positions: Number) -> Flop:
    """Arithmetic of attending to `positions` cached tokens in FLOP: a product with each key, and each value weighted.

    In MLA every head attends to the latent itself: its key is the latent and the rotary key, its value the latent.
    """
    return Flop(2 * query_heads * (key_dim + value_dim) * positions)


@formula("2 * active_parameters * batch + attention * batch")
def step_flop(active_parameters: Number, batch: Number, attention: Flop) -> Flop:
    """Arithmetic of one decoding step in FLOP: two per active parameter and sequence, and attention over the context.

    `active_parameters` leaves out the input embedding, which is looked up, not multiplied.
    """
    return Flop(2 * active_parameters * batch + attention * batch)


@formula("bytes_read / (gpus * bandwidth * efficiency)")
def memory_time(bytes_read: Bytes, gpus: Number, bandwidth: BytesPerSecond, efficiency: Number) -> Seconds:
    """Time to read `bytes_read` bytes at the bandwidth of `gpus` GPUs and a model bandwidth utilization, in seconds."""
    return Seconds(bytes_read / (gpus * bandwidth * efficiency))


@formula("flop / (gpus * peak * efficiency)")
def arithmetic_time(flop: Flop, gpus: Number, peak: FlopPerSecond, efficiency: Number) -> Seconds:
    """Time for `flop` FLOP at the peak rate of `gpus` GPUs and a share of it reached, in seconds."""
    return Seconds(flop / (gpus * peak * efficiency))


@formula("max(memory_time, arithmetic_time)")
def step_time(memory_time: Seconds, arithmetic_time: Seconds) -> Seconds:
    """Least time of one step, in seconds: memory and arithmetic overlap at best completely."""
    return Seconds(max(memory_time, arithmetic_time))


@formula("tokens_per_step / step_time")
def token_rate(tokens_per_step: Tokens, step_time: Seconds) -> TokensPerSecond:
    """Tokens per second: one token for every sequence of the batch in each step."""
    return TokensPerSecond(tokens_per_step / step_time)


@formula("(1 - acceptance ** (drafted + 1)) / (1 - acceptance)")
def expected_tokens(acceptance: Number, drafted: Number) -> Number:
    """Tokens that a step of speculative decoding is expected to give each sequence.

    Each of `drafted` tokens is accepted with probability `acceptance` if all before it were; the model adds one of its own.
    Leviathan et al. (arXiv:2211.17192), equation 1.
    """
    return Number((1 - raised(acceptance, drafted + 1)) / (1 - acceptance))


@formula("step + exchange + launch")
def with_waits(step: Seconds, exchange: Seconds, launch: Seconds) -> Seconds:
    """Time of one forward pass, in seconds: reading and multiplying, then what the GPUs exchange, and starting its kernels."""
    return Seconds(step + exchange + launch)


@formula("verification + drafted * draft_pass")
def speculative_step(verification: Seconds, drafted: Number, draft_pass: Seconds) -> Seconds:
    """Time of one step of speculative decoding, in seconds: the draft model runs once per drafted token, the model once."""
    return Seconds(verification + drafted * draft_pass)


@formula("step / tokens")
def per_token(step: Seconds, tokens: Number) -> Seconds:
    """Time for each token of a sequence, in seconds, where a step gives it `tokens` tokens."""
    return Seconds(step / tokens)


@formula("ceil(batch / groups)")
def micro_batch(batch: Number, groups: Number) -> Number:
    """Sequences of the largest of `groups` groups that go through the GPUs one behind the other."""
    return Number(math.ceil(batch / groups))
