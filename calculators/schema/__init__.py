"""The closed vocabulary of the fact files: which keys exist, what they mean, and what kind of value each takes.

A key that is not listed here is refused by the loader, so a slip of the pen cannot become a fact nobody reads.
"""

from calculators.schema.accelerators import ACCELERATOR, EXPECTED, LINKS, MIG_PROFILE, UNITS
from calculators.schema.key import Key, Kind, Vocabulary
from calculators.schema.links import LINK
from calculators.schema.measured import ANY_METRICS, CONDITIONS, COUNTED_IN, METRICS, OWN_METRICS, REQUIRED, SHAPE
from calculators.schema.models import MODEL
from calculators.schema.systems import SYSTEM
from calculators.schema.words import (
    BASES,
    FORMATS,
    PEAK_SECTIONS,
    PRICE_KINDS,
    PRICE_TERMS,
    QUALIFIERS,
    RELATIONS,
    SOURCE_KINDS,
    SUBJECTS,
    TOPICS,
    UNBOUND,
    VERDICTS,
)

__all__ = [
    "ACCELERATOR",
    "ANY_METRICS",
    "BASES",
    "CONDITIONS",
    "COUNTED_IN",
    "EXPECTED",
    "FOLDERS",
    "FORMATS",
    "LINK",
    "LINKS",
    "METRICS",
    "MIG_PROFILE",
    "MODEL",
    "OWN_METRICS",
    "PEAK_SECTIONS",
    "PRICE_KINDS",
    "PRICE_TERMS",
    "QUALIFIERS",
    "RELATIONS",
    "REQUIRED",
    "SHAPE",
    "SOURCE_KINDS",
    "SUBJECTS",
    "SYSTEM",
    "TOPICS",
    "UNBOUND",
    "UNITS",
    "VERDICTS",
    "Key",
    "Kind",
    "Vocabulary",
]

# The folders of fact files, which are also the folders of their pages, and what their records may say.
FOLDERS: dict[str, Vocabulary] = {"gpus": ACCELERATOR, "models": MODEL, "links": LINK, "systems": SYSTEM}
