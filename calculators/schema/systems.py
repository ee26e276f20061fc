"""Which facts the record of a system may have."""

from calculators.schema.key import Key, Vocabulary

SYSTEM: Vocabulary = {"identity": {"family": Key("Family", "text")}}
