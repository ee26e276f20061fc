"""Why no rate of a link is known, as it is said."""

import pytest

from calculators import facts, interconnect
from calculators.records import MissingFact

GPUS = facts.load().accelerators


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("mi250", r"^MI250 has Infinity Fabric, but no rate for all of its links: the white paper"),
        ("rtx-4090", r"^RTX 4090 has no link of its own to other accelerators$"),
    ],
)
def test_a_link_without_a_rate_is_told_from_none(slug, said):
    with pytest.raises(MissingFact, match=said):
        interconnect.over_own_links(GPUS[slug])
