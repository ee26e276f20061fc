"""What came of all the slips: counted by class and by check, and what a person has to look at."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from calculators import identities
from calculators.records import FactBase
from prove.entry_proof import CLASSES as ENTRY_CLASSES
from prove.fact_proof import CRASH
from prove.fact_slips import QUALIFIER, UNIT, VALUE
from prove.loose import CLASSES, IN_CODE
from prove.mutant import EQUIVALENT, KILLED, NOTICED, SURVIVED, Mutant
from prove.stated import ASSUMED, STATED

OUTCOMES = (KILLED, NOTICED, EQUIVALENT, SURVIVED)
GROSS = ("decimal point", "zero", "flag", "another word")  # slips that no rounding hides
IN_PAGES = (STATED, ASSUMED, *CLASSES.values(), IN_CODE)
ENTRIES = tuple(ENTRY_CLASSES.values())
_PARTS = {VALUE: "value", UNIT: "unit", QUALIFIER: "qualifier"}


@dataclass
class Report:
    """The outcomes so far."""

    base: FactBase
    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    checks: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    survivors: list[Mutant] = field(default_factory=list)
    crashes: list[Mutant] = field(default_factory=list)
    unbacked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        records = self.base.records.values()
        self._alone = {fact.address for record in records for fact in identities.sourced_only(record)}

    def add(self, mutants: Iterable[Mutant]) -> None:
        """Count more of them."""
        for mutant in mutants:
            self.outcomes[mutant.what][mutant.outcome] += 1
            self.seen[mutant.what].add(mutant.subject)
            if mutant.outcome in (NOTICED, SURVIVED) and mutant.what in _PARTS and mutant.subject not in self._alone:
                self.unbacked[mutant.subject].add(_PARTS[mutant.what])
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
        """What must not survive: a slip of anything with digits in a page, and a gross one of a fact not listed as sourced."""
        seen = [mutant for mutant in self.survivors if mutant.what in IN_PAGES]
        return [*seen, *self.crashes, *self.unlisted()]

    def unlisted(self) -> list[Mutant]:
        """Gross slips of the value of a fact that survive, though its page does not list it as sourced only."""
        return [
            mutant
            for mutant in self.survivors
            if mutant.what == VALUE and mutant.kind in GROSS and mutant.subject not in self._alone
        ]

    def facts(self) -> Mapping[str, int]:
        """How many facts there are, how many rest on their source alone, and in how many any slip of the value survives."""
        all_facts = sum(len(record.facts) for record in self.base.records.values())
        return {"facts": all_facts, "sourced_only": len(self._alone), "partly": len(self.unbacked)}

    def entries(self) -> Mapping[str, list[int]]:
        """Of prices, measurements and audit entries: in how many something survives, and how many were tried."""
        survived = defaultdict(set)
        for mutant in self.survivors:
            survived[mutant.what].add(mutant.subject)
        return {what: [len(survived[what]), len(self.seen[what])] for what in ENTRIES if what in self.seen}

    def lines(self) -> Mapping[str, list[int]]:
        """The lines at which something survives, by file."""
        found = defaultdict(set)
        for mutant in self.survivors:
            found[mutant.path].add(mutant.line)
        return {path: sorted(numbers) for path, numbers in sorted(found.items())}

    def text(self) -> str:
        """The report as it is printed."""
        lines = [f"{'':36}{'slips':>9}" + "".join(f"{outcome:>11}" for outcome in OUTCOMES)]
        for what, counts in sorted(self.outcomes.items()):
            lines.append(f"{what:36}{counts.total():9}" + "".join(f"{counts[outcome]:11}" for outcome in OUTCOMES))
            lines += [f"    {check:32}{'':9}{number:11}" for check, number in self.checks[what].most_common()]
        counted = self.facts()
        lines.append(f"{counted['facts']} facts, {counted['sourced_only']} of them sourced only, {counted['partly']} in part")
        return "\n".join(lines)
