"""What training takes of a group of GPUs, by hand."""

from calculators import facts
from calculators.candidates import training_loads

STATES = 16 * 6_738_415_616  # weights and gradients 2 + 2 bytes; master copy, two moments 4 + 4 + 4: ZeRO, section 3.1


def test_training_holds_sixteen_bytes_per_parameter_and_the_overhead_of_every_gpu():
    loads = training_loads(facts.load().models["llama-2-7b"], ("fp16",), largest=4, sequence=2048, overhead=2e9)
    assert [(load.gpus, load.stored, load.held) for load in loads] == [
        (1, STATES, STATES + 2e9),
        (2, STATES, STATES + 4e9),
        (4, STATES, STATES + 8e9),
    ]
