"""What came of all the slips: counted by class and by check, and what a person has to look at."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from calculators import identities
from calculators.records import FactBase
from prove.fact_proof import CRASH
from prove.fact_slips import VALUE
from prove.loose import CLASSES, IN_CODE
from prove.mutant import EQUIVALENT, KILLED, SURVIVED, Mutant
from prove.stated import ASSUMED, STATED

OUTCOMES = (KILLED, EQUIVALENT, SURVIVED)
GROSS = ("decimal point", "zero", "flag", "another word")  # slips that no rounding hides
NAMES = (*CLASSES.values(), IN_CODE)  # what the checks read as no quantity: survivors are counted by class


@dataclass
class Report:
    """The outcomes so far."""

    base: FactBase
    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    checks: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    survivors: list[Mutant] = field(default_factory=list)
    crashes: list[Mutant] = field(default_factory=list)

    def __post_init__(self) -> None:
        records = self.base.records.values()
        self._alone = {fact.address for record in records for fact in identities.sourced_only(record)}

    def add(self, mutants: Iterable[Mutant]) -> None:
        """Count more of them."""
        for mutant in mutants:
            self.outcomes[mutant.what][mutant.outcome] += 1
            if mutant.outcome == KILLED:
                self.checks[mutant.what][mutant.by] += 1
                self.crashes += [mutant] if mutant.by.startswith(CRASH) else []
            elif mutant.outcome == SURVIVED:
                self.survivors.append(mutant)

    @property
    def total(self) -> Counter[str]:
        """The outcomes of all classes together."""
        return sum(self.outcomes.values(), Counter())

    def failures(self) -> list[Mutant]:
        """What must not survive: a slip of a number that a page states, and a gross one of a fact not listed as sourced only."""
        stated = [mutant for mutant in self.survivors if mutant.what in (STATED, ASSUMED)]
        return [*stated, *self.crashes, *self.unlisted()]

    def unlisted(self) -> list[Mutant]:
        """Gross slips of the value of a fact that survive, though its page does not list it as sourced only."""
        return [
            mutant
            for mutant in self.survivors
            if mutant.what == VALUE and mutant.kind in GROSS and mutant.subject not in self._alone
        ]

    def facts(self) -> Mapping[str, int]:
        """How many facts there are, how many rest on their source alone, and in how many any slip of the value survives."""
        survived = {mutant.subject for mutant in self.survivors if mutant.what == VALUE}
        all_facts = sum(len(record.facts) for record in self.base.records.values())
        return {"facts": all_facts, "sourced_only": len(self._alone), "with_survivors": len(survived)}

    def text(self) -> str:
        """The report as it is printed."""
        lines = [f"{'':36}{'slips':>9}{'killed':>9}{'equal':>9}{'survived':>9}"]
        for what, counts in sorted(self.outcomes.items()):
            lines.append(f"{what:36}{counts.total():9}{counts[KILLED]:9}{counts[EQUIVALENT]:9}{counts[SURVIVED]:9}")
            lines += [f"    {check:32}{'':9}{number:9}" for check, number in self.checks[what].most_common()]
        counted = self.facts()
        lines.append(f"{counted['facts']} facts, {counted['sourced_only']} of them listed as sourced only")
        return "\n".join(lines)
