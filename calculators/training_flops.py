"""How much arithmetic training takes, and what of the peak it reaches: FLOP per token, MFU and HFU.

Kaplan et al. (arXiv:2001.08361), section 2.1: six FLOP per parameter and token. Chowdhery et al., "PaLM" (arXiv:2204.02311),
section 4.1 and appendix B: attention on top, and the definitions of model and hardware FLOPs utilization.
"""

from calculators.formula import formula
from calculators.units import Flop, FlopPerSecond, Number


@formula("6 * parameters")
def matrices_per_token(parameters: Number) -> Flop:
    """FLOP per token in matrices with weights: two forward for each parameter, four backward."""
    return Flop(6 * parameters)


@formula("12 * layers * heads * head_dim * sequence")
def attention_per_token(layers: Number, heads: Number, head_dim: Number, sequence: Number) -> Flop:
    """FLOP per token in attention scores, forward and backward, as the PaLM paper counts them: masked pairs included."""
    return Flop(12 * layers * heads * head_dim * sequence)


@formula("matrices + attention")
def per_token(matrices: Flop, attention: Flop) -> Flop:
    """Model FLOP per token: what the model needs, however it is computed."""
    return Flop(matrices + attention)


@formula("attention / matrices")
def attention_share(attention: Flop, matrices: Flop) -> Number:
    """Attention over the matrices. 70B at 4,096 tokens: 12 * 80 * 8192 * 4096 / (6 * 70e9) = 7.7%."""
    return Number(attention / matrices)


@formula("per_token + recomputed / 3")
def hardware_per_token(per_token: Flop, recomputed: Flop) -> Flop:
    """FLOP per token that the hardware does: the forward pass of what is recomputed, a third of its total, comes on top."""
    return Flop(per_token + recomputed / 3)


@formula("per_token * tokens")
def of_run(per_token: Flop, tokens: Number) -> Flop:
    """FLOP of a whole run. GPT-3: 6 * 174.6e9 * 300e9 = 3.14e23."""
    return Flop(per_token * tokens)


@formula("utilization * model / hardware")
def model_share(utilization: Number, model: Flop, hardware: Flop) -> Number:
    """MFU from HFU: the share of the hardware's FLOP that the model needs."""
    return Number(utilization * model / hardware)


@formula("utilization * hardware / model")
def hardware_share(utilization: Number, model: Flop, hardware: Flop) -> Number:
    """HFU from MFU: what is recomputed keeps the hardware busy too."""
    return Number(utilization * hardware / model)


@formula("utilization * peak")
def achieved(utilization: Number, peak: FlopPerSecond) -> FlopPerSecond:
    """FLOP/s of one GPU at a share of its peak. 34% of 312 TFLOPS: 106 TFLOPS."""
    return FlopPerSecond(utilization * peak)
