"""Why each fact can be believed, or where it is contradicted: its source, the equations, a second source."""

from dataclasses import dataclass
from fractions import Fraction

from calculators.identities.judge import Identity, half_digit
from calculators.records import Fact
from calculators.units import parse_unit, show


@dataclass(frozen=True, slots=True)
class Backing:
    """One reason to believe (or doubt) a fact."""

    kind: str  # sourced, identity, circular, second, differs
    text: str


def sources_agree(fact: Fact) -> bool | None:
    """Whether the second source says the same within the coarser of the two printed values; None when there is none."""
    if fact.second is None:
        return None
    if not fact.is_number or isinstance(fact.second.value, str):
        return fact.value == fact.second.value
    told = [(value, parse_unit(unit).factor) for value, unit in ((fact.value, fact.unit), (fact.second.value, fact.second.unit))]
    a, b = (Fraction(value) * factor for value, factor in told)
    slack = max(half_digit(value) * factor for value, factor in told)
    return abs(a - b) <= slack


def reasons(facts: dict[str, Fact], identities: list[Identity]) -> dict[str, list[Backing]]:
    """The reasons for and against every fact of a record."""
    found = {key: [Backing("sourced", f"{fact.source.title}, {fact.where}"), *_second(fact)] for key, fact in facts.items()}
    for identity in identities:
        if backing := _of_identity(identity):
            found[identity.target.key].append(backing)
    return found


def _second(fact: Fact) -> list[Backing]:
    agree = sources_agree(fact)
    if agree is None:
        return []
    said = f"{fact.second.value:,}" if not isinstance(fact.second.value, str | bool) else str(fact.second.value)
    return [Backing("second" if agree else "differs", f"{fact.second.source.title}: {said} {fact.second.unit}".strip())]


def _of_identity(identity: Identity) -> Backing | None:
    text = f"{identity.equation} = {show(identity.computed, 6)}"
    if not identity.holds:
        return Backing("differs", text)
    if identity.backs:
        return Backing("identity", text)
    return Backing("circular", text) if identity.circular else None


def sourced_only(facts: dict[str, Fact], identities: list[Identity]) -> list[Fact]:
    """The facts that nothing repeats: no equation gives them or is given by them, and no second source says the same.

    A slip in any other fact breaks an equation or the agreement of two sources. A bound does not count, which lets
    most slips pass, nor does what is about a fact that explains a disagreement: the explanation would cover the slip as well.
    """
    judged = [identity for identity in identities if identity.holds and not identity.weak and not identity.target.disagreement]
    tied = {fact.address for identity in judged for fact in (identity.target, *identity.operands)}
    return [fact for fact in facts.values() if fact.address not in tied and (fact.disagreement or not sources_agree(fact))]
