"""What a key of a fact file means."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "text", "flag"]


@dataclass(frozen=True, slots=True)
class Key:
    """What one fact key means: its label, the kind of its value, and units of the dimensions that the value may have."""

    label: str
    kind: Kind = "number"
    unit: str = ""
    or_units: tuple[str, ...] = ()
    directed: bool = False  # a rate of a link: one direction, or both added together
    worked_back: bool = False  # published, or worked back from what it explains: its `basis` says which

    @property
    def units(self) -> tuple[str, ...]:
        """One unit of each accepted dimension."""
        return (self.unit, *self.or_units)


Vocabulary = dict[str, dict[str, Key]]
