"""What a sweep asks for again is looked up, and what is shown is worked out anew."""

from calculators.working import Unrecorded, Working, remembered


def test_the_same_point_of_a_sweep_is_computed_once():
    asked = []

    @remembered
    def half(number, working):
        asked.append(number)
        return number / 2

    assert [half(number, Unrecorded()) for number in (3, 3, 5)] == [1.5, 1.5, 2.5]
    assert asked == [3, 5]


def test_what_is_recorded_is_computed_each_time():
    asked = []

    @remembered
    def half(number, working):
        asked.append(number)
        return number / 2

    assert [half(3, Working()), half(3, Working())] == [1.5, 1.5]
    assert asked == [3, 3]
