"""What the checks of a record answer, for tests of single checks."""

from invented import record


def computed(identities):
    return [identity.computed.value for identity in identities]


def holds(identities):
    return [identity.holds for identity in identities]


def needs_all(check, given):
    """Whether the check says nothing as soon as one of the facts is not there."""
    return not any(list(check(record(*(each for each in given if each is not left_out)))) for left_out in given)
