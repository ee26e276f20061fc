"""One change and what came of it.

It is killed by what contradicts it, noticed where only a second entry of the same value differs from it, equivalent if it says
the same, or survives.
"""

from dataclasses import dataclass

KILLED, NOTICED, EQUIVALENT, SURVIVED = "killed", "noticed", "equivalent", "survived"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change at a place: what was changed (a class such as "stated number"), the kind of slip, both texts, and the outcome.

    `by` is the check that refused it: a problem code, or what else gave it away. `subject` is the fact or entry, where it is one.
    """

    path: str
    line: int
    what: str
    kind: str
    before: str
    after: str
    outcome: str
    by: str = ""
    subject: str = ""

    def __str__(self) -> str:
        subject = f" {self.subject}" if self.subject else ""
        return f"{self.path}:{self.line}{subject} {self.what}, {self.kind}: {self.before!r} -> {self.after!r}"
