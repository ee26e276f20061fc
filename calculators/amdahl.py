"""How much a part that becomes faster speeds up the whole.

Source: Amdahl, "Validity of the single processor approach to achieving large scale computing capabilities", AFIPS 1967; in the
form of Hennessy and Patterson, Computer Architecture, section 1.9.
"""

from calculators.formula import formula
from calculators.units import Number


@formula("1 / (1 - share + share / factor)")
def overall_speedup(share: Number, factor: Number) -> Number:
    """Speed-up of the whole when `share` of its time becomes `factor` times as fast. 80%, 5 times as fast: 1 / 0.36 = 2.78."""
    return Number(1 / (1 - share + share / factor))


@formula("(1 - 1 / target) / (1 - 1 / factor)")
def needed_share(target: Number, factor: Number) -> Number:
    """Share of the time that must become `factor` times as fast for the whole to become `target` times as fast.

    3 times as fast from a part made 8 times as fast: (2/3) / (7/8) = 76.2%. Above 100% no share suffices.
    """
    return Number((1 - 1 / target) / (1 - 1 / factor))
