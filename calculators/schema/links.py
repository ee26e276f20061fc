"""Which facts the record of a link may have."""

from calculators.schema.key import Key, Vocabulary

LINK: Vocabulary = {"identity": {"family": Key("Family", "text")}}
