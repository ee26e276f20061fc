"""Lessons as they are learned from the measurements, and as a file that the browser reads in their place.

Learning asks a calculator for the bound of every measurement, which takes a second for each subject. It is done once in a
process, and once for the browser, which gets no measurements.
"""

import dataclasses
import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from calculators import call, facts
from calculators.declare import Derived
from calculators.measured import comparison, kinds, lessons, step
from calculators.measured.comparison import Comparison
from calculators.measured.lessons import Group, Lesson, Reach
from calculators.measured.statistics import tenths
from calculators.measured.step import Step
from calculators.units import Quantity, show

NAME = "learned.json"
_WHOLE = Step(1.0, 0.0)
_SHARE_DIGITS, _BESIDES_DIGITS = 3, 6
_MANY = 64  # sequences at a time
_UNNAMED = "a program not named"


@dataclass(frozen=True, slots=True)
class Case:
    """A measurement as a lesson sees it: its traits, and what it reached of what `step` predicts for a bound, in seconds.

    Where nothing is learned of seconds that pass besides, all bounds are alike.
    """

    traits: tuple[str, ...]
    step: Step
    reached: float
    program: str
    source: str
    bound: float = 1.0

    def times_as_fast(self, reach: Reach) -> float:
        """How many times as fast it was as a program that reaches this."""
        return self.reached * self.step.share(self.bound) / Step(reach.share, reach.besides).share(self.bound)


@cache
def lesson(name: str) -> Lesson:
    """What the measurements of a subject teach."""
    learned = _packed()
    return learned[name] if learned else learn(cases(name, measured(name)))


def median_of(name: str, **case: object) -> Derived:
    """What the median of the measurements of a subject reached, for a case given by what its traits follow from."""
    return _median(lesson(name).of(lessons.SUBJECTS[name].traits(SimpleNamespace(**case))))


def median_of_all(name: str, *traits: str) -> Derived:
    """The same over all measurements that have some traits in common, from the widest on."""
    return _median(lesson(name).of(traits))


def _median(group: Group) -> Derived:
    sources = f"{len(group.sources)} sources" if len(group.sources) > 1 else "one source"
    told = ", ".join((*group.traits, *group.programs))
    low, high = (Quantity(reach.share, "%") for reach in (group.low, group.high))
    how = (
        f"the median of {group.count} published measurements ({told}; {sources}). "
        f"Eight tenths of them lie between {show(low, 3)} and {show(high, 3)}."
    )
    return Derived(Quantity(group.median.share, "%"), (), how)


def learn(members: Iterable[Case]) -> Lesson:
    """A group for each combination of traits, down from all cases together."""
    alike = defaultdict(list)
    for case in members:
        for length in range(len(case.traits) + 1):
            alike[case.traits[:length]].append(case)
    groups = {traits: _group(traits, each) for traits, each in alike.items()}
    return Lesson(groups, {traits: tuple(_programs(traits, each)) for traits, each in alike.items()})


def _programs(traits: tuple[str, ...], members: list[Case]) -> Iterator[tuple[str, Group]]:
    """The part of each program in a group, the largest first."""
    of = defaultdict(list)
    for case in members:
        of[case.program].append(case)
    for program, own in sorted(of.items(), key=lambda item: (-len(item[1]), item[0])):
        yield program, _group(traits, own)


def _group(traits: tuple[str, ...], members: list[Case]) -> Group:
    """The median of what a group reached, and the middle eight tenths of it, each as a share and a time besides."""
    reached = sorted(case.reached for case in members)
    low, high = tenths(reached)
    # Cases of a group follow one step, but where it is wider than the step: then most of them follow it.
    common = statistics.mode(case.step for case in members)
    sources, programs = ({getattr(case, name) for case in members} for name in ("source", "program"))
    ends = (_reach(common, ratio) for ratio in (low, statistics.median(reached), high))
    return Group(traits, *ends, len(members), tuple(sorted(sources)), tuple(sorted(programs)))


def _reach(step: Step, ratio: float) -> Reach:
    """What is reached by a program that is `ratio` times as fast as `step` says: never more than the bound."""
    return Reach(round(min(1.0, step.efficiency * ratio), _SHARE_DIGITS), round(step.besides / ratio, _BESIDES_DIGITS))


def _serves_many(found: Comparison) -> bool:
    """Whether a server had prompts of a known length, and was not held to a few sequences: then starting kernels would count."""
    told = found.entry.details
    held_to = told.get("most_sequences", told.get("batch", _MANY))
    return found.question.calculator == "serving" and "input_length" in told and held_to >= _MANY


# Which of the measurements teach. The calculator of prompts knows GPUs that share every layer, not those that take turns.
# Exchanges between nodes only one source measured.
_TEACHES: dict[str, Callable[[Comparison], bool]] = {
    "reading": lambda each: each.entry.count == 1 or kinds.shares_layers(each.entry),
    "serving": _serves_many,
    "exchanging": lambda each: "nodes" not in each.question.inputs,
}


def measured(name: str) -> list[Comparison]:
    """The measurements that a subject is learned from."""
    teaches = _TEACHES.get(name, lambda each: True)
    return [each for each in comparison.compared(*lessons.SUBJECTS[name].metrics) if each.judges and teaches(each)]


def cases(name: str, found: list[Comparison]) -> list[Case]:
    """Measurements as cases of a lesson."""
    if name == "decoding":
        return list(_steps(name, found))
    if name == "exchanging":
        return list(_sent(name, found))
    if name == "reading":
        found = [_as_asked(each) for each in found]
    return [_case(name, each, _WHOLE, each.share) for each in found]


def _case(name: str, found: Comparison, step: Step, reached: float, bound: float = 1.0) -> Case:
    traits = _traits(name, *found.question.key)
    return Case(traits, step, reached, found.entry.details.get("framework", _UNNAMED), found.entry.source.id, bound)


@cache
def _traits(name: str, calculator: str, _: str, inputs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return lessons.SUBJECTS[name].traits(call.understood(calculator, dict(inputs)))


def _steps(name: str, found: list[Comparison]) -> Iterator[Case]:
    """Decoding, against the step that is learned for its way of sharing."""
    steps = step.by_sharing(found)
    for each in found:
        learnt, least = steps[kinds.shares_layers(each.entry)], step.least_time(each)
        yield _case(name, each, learnt, each.share / learnt.share(least), least)


def _as_asked(found: Comparison) -> Comparison:
    """A prompt against the peak that a reader is shown: that of FP8 if the weights are in it, else of FP16 with sums in FP32.

    The bound has to allow for faster arithmetic, in INT8 or with sums in FP16, that a program may use. What programs reach of it
    differs with that; what they reach of 16-bit arithmetic hardly does.
    """
    inputs = {field: text for field, text in found.question.inputs.items() if field != "peak"}
    question = dataclasses.replace(found.question, inputs=inputs | {"compute": _shown(inputs)})
    return dataclasses.replace(found, question=question, bound=Quantity(comparison.bound_of(question), found.entry.unit))


def _shown(inputs: Mapping[str, str]) -> str:
    return "fp8" if inputs["weights"] == inputs["compute"] == "fp8" else "fp16"


def _sent(name: str, found: list[Comparison]) -> Iterator[Case]:
    """Messages that send longer than they wait: the share of the bandwidth that is left once the waiting is taken off."""
    for each in found:
        asked = {field: text for field, text in each.question.inputs.items() if field != "latency"}
        run = call.run(each.question.calculator, asked)
        sending, waiting, measured = run.result.sending, run.result.waiting, run.result.sending / each.share
        if waiting < min(sending, measured):
            yield _case(name, each, _WHOLE, sending / (measured - waiting))


def pack(folder: Path) -> None:
    """Write what the measurements of the fact base teach into a file that stands for them."""
    learned = {name: lesson(name) for name in lessons.SUBJECTS}
    (folder / NAME).write_text(json.dumps({name: _plain(each) for name, each in learned.items()}), "utf-8")


def _plain(learned: Lesson) -> list[object]:
    return [
        [asdict(group), [[program, asdict(own)] for program, own in learned.by_program[traits]]]
        for traits, group in learned.groups.items()
    ]


@cache
def _packed() -> dict[str, Lesson] | None:
    """What was learned when the package was packed. Read once: a Python that comes from memory has no files any more."""
    file = facts.DATA / NAME
    return _read(file) if file.exists() else None


def _read(file: Path) -> dict[str, Lesson]:
    held = json.loads(file.read_text("utf-8"))
    return {name: _lesson(entries) for name, entries in held.items()}


def _lesson(entries: list) -> Lesson:
    found = [(_as_group(group), tuple((name, _as_group(own)) for name, own in programs)) for group, programs in entries]
    return Lesson({group.traits: group for group, _ in found}, {group.traits: programs for group, programs in found})


def _as_group(held: dict) -> Group:
    ends = {end: Reach(**held[end]) for end in ("low", "median", "high")}
    words = {name: tuple(held[name]) for name in ("traits", "sources", "programs")}
    return Group(**ends, **words, count=held["count"])
