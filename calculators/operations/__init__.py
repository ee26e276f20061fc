"""What operations take: FLOP and bytes of multiplications, attention, elementwise work and a layer of a model.

Each is counted at its least: an operand is read once and a result written once.
"""
