"""What declarations leave unsaid, and what each kind of input says it accepts."""

import pytest

from calculators import InputProblems, call, run
from calculators.declare import Reference


def refused(name, **inputs):
    with pytest.raises(InputProblems) as caught:
        run(name, inputs)
    [problem] = caught.value.problems
    return problem


def test_a_name_has_at_most_64_characters():
    assert refused("weights", weights="x" * 64).message == "is not one of the choices"
    assert refused("weights", weights="x" * 65).message == "is longer than 64 characters"


@pytest.mark.parametrize(
    ("name", "field", "accepted"),
    [
        ("decode", "gpu", "the name of an accelerator in the fact base"),
        ("decode", "model", "the name of a model in the fact base, or a Hugging Face config.json"),
        ("link", "link", "the name of a link in the fact base"),
        ("decode", "gpus", "a whole number from 1 GPU to 1,024 GPUs"),
        ("cost", "price", "a number from $1.00 to $10,000,000.00"),
    ],
)
def test_what_is_accepted_is_said_in_words(name, field, accepted):
    assert call.get(name).input_specs[field].accepted == accepted


def test_a_published_number_counts_as_right_unless_it_is_called_a_slip():
    assert not Reference("A book", "p. 1", "total", "13.5 GB").slip
