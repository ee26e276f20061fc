"""Energy where no cap is set."""

from calculators import run


def outputs(**inputs):
    return run("energy", inputs).outputs


def test_without_a_cap_nothing_is_slower():
    assert outputs()["slower"].base == 0
