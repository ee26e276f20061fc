"""What the profiles of a partitioned card may have of it, and of each other."""

import pytest
from invented import fact, record

from calculators.identities import mig
from calculators.records import MigProfile


def profile(name, **columns):
    units = {"memory": "GB", "sms": "SM", "max_count": "instance"}
    given = {key: fact(f"mig.{name}.{key}", value, units.get(key, "slice")) for key, value in columns.items()}
    return MigProfile(name, given, ())


def card(*profiles, capacity=80, sms=132):
    given = (fact("memory.capacity", capacity, "GB"), fact("compute.sm_count", sms, "SM"))
    return record(*given, mig={each.name: each for each in profiles})


def of_mig(key, words, *profiles, **others):
    found = mig.profiles(card(*profiles, **others))
    return [each for each in found if each.target.key == f"mig.{key}" and words in each.equation]


WHOLE = {"memory": 80, "memory_slices": 8, "compute_slices": 7}


@pytest.mark.parametrize(("memory_of_it", "right"), [(286, False), (287, True), (288, True), (289, False)])
def test_the_largest_profile_has_the_memory_of_the_card_or_one_gb_less(memory_of_it, right):
    whole = profile("7g.288gb", memory=memory_of_it, memory_slices=8)
    (found,) = of_mig("7g.288gb.memory", "memory of the card", whole, capacity=288)
    assert (found.holds, found.computed.value) == (right, 288)


@pytest.mark.parametrize(
    ("whole", "slices", "share"),
    [
        (80, 1, 10),
        (141, 1, 18),  # 17.6
        (141, 4, 71),  # 70.5
        (94, 1, 12),  # 11.75
        (186, 1, 23),  # 23.25
    ],
)
def test_a_profile_holds_its_share_of_the_memory_in_whole_gb(whole, slices, share):
    largest = profile("all", memory=whole, memory_slices=8)
    for said in (share - 1, share, share + 1):
        small = profile("some", memory=said, memory_slices=slices)
        (found,) = of_mig("some.memory", "share of the memory slices", small, largest, capacity=whole)
        assert (found.holds, found.computed.value) == (said == share, share)


def test_a_share_needs_memory_and_slices_of_both():
    without = profile("some", memory=10), profile("other", memory_slices=1)
    assert of_mig("some.memory", "share", profile("all", **WHOLE), *without) == []
    assert of_mig("other.memory", "share", profile("all", **WHOLE), *without) == []


def test_a_name_says_slices_and_memory_and_proves_neither():
    named = profile("2g.20gb", memory=20, compute_slices=3)
    slices = of_mig("2g.20gb.compute_slices", "name", named, profile("all", **WHOLE))
    held = of_mig("2g.20gb.memory", "name", named, profile("all", **WHOLE))
    assert [(each.holds, each.computed.value, each.backs) for each in (*slices, *held)] == [(False, 2, False), (True, 20, False)]
    assert of_mig("all.memory", "name", profile("all", **WHOLE)) == []


@pytest.mark.parametrize(("sms", "right"), [(18, True), (19, False)])
def test_seven_at_once_share_132_sms(sms, right):
    # 7 × 18 = 126, 7 × 19 = 133
    (found,) = of_mig("1g.sms", "", profile("1g", sms=sms, max_count=7), profile("all", **WHOLE))
    assert (found.holds, found.computed.value, found.weak) == (right, 18, True)
    assert found.equation == "7 at once have at most 18 each of 132 SMs; this many"


def test_slices_are_shared_as_sms_are():
    found = of_mig("1g.compute_slices", "at once", profile("1g", compute_slices=2, max_count=4), profile("all", **WHOLE))
    assert [(each.holds, each.computed.value) for each in found] == [(False, 1)]


@pytest.mark.parametrize("columns", [{"sms": 18}, {"max_count": 7}, {"sms": 18, "max_count": 0}, {"rows": 1, "max_count": 7}])
def test_what_is_not_known_is_not_shared(columns):
    assert of_mig("1g.sms", "", profile("1g", **columns), profile("all", **WHOLE)) == []


def test_a_limit_that_is_not_known_limits_nothing():
    small = profile("1g", memory_slices=2, max_count=7)
    assert of_mig("1g.memory_slices", "at once", small, profile("all", memory=80)) == []
