"""Which mixes of MIG profiles a card can hold, and at which memory slices each instance starts.

A GPU instance takes neighbouring memory slices, and each profile may start only at some of them. Rules: NVIDIA MIG User Guide,
"Concepts" (a valid combination has no two instances that overlap) and "Getting started" (placements as `nvidia-smi mig -lgipp`
lists them). Instances are placed largest first, each at the highest slice it may start at, which gives the three layouts that the
guide prints for a driver's own choice.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from calculators.problems import InputProblem, InputProblems, nearest
from calculators.records import MigProfile, Record

LONGEST = 120
FORM = "profiles with commas between them: '3g.40gb, 2x 1g.20gb'; also IDs, '3g', or '1g.10gb:0' with the slice to start at"
_MOST = 16
_ITEM = re.compile(r"(?:(\d+)\s*[x×*]\s*)?(?:mig\s+)?([0-9a-z.+-]+)(?:\s*:\s*(\d+))?", re.IGNORECASE)
# Engines that an instance takes with it, and that a card has only so many of.
_ENGINES = {"decoders": "video decoders", "jpeg": "JPEG decoders", "ofa": "optical flow engines"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One instance of a mix, as written: a name, and the memory slice it must start at if that was said."""

    name: str
    start: int | None = None

    def __str__(self) -> str:
        return self.name if self.start is None else f"{self.name}:{self.start}"


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of a layout: its profile and the first of its memory slices."""

    profile: MigProfile
    start: int

    @property
    def size(self) -> int:
        return slices(self.profile, "memory_slices")


def read_mix(text: str) -> list[Wanted]:
    """The instances of a mix written as '3g.40gb, 2x 1g.10gb, 1g.10gb:6'. Raises ValueError for another form."""
    found = []
    for part in text.split(","):
        item = _ITEM.fullmatch(part.strip())
        if not item:
            raise ValueError(f"has {part.strip()!r} where a profile should be")
        count, name, start = item.groups()
        if count and not 1 <= int(count) <= _MOST:
            raise ValueError(f"asks for {count} of a profile")
        found += [Wanted(name.lower(), int(start) if start else None)] * int(count or 1)
    if len(found) > _MOST:
        raise ValueError(f"lists {len(found)} instances, more than any card has")
    return found


def slices(profile: MigProfile, key: str) -> int:
    """How many compute_slices or memory_slices a profile takes."""
    return int(profile.facts[key].value)


def whole(gpu: Record) -> MigProfile:
    """The profile that is the whole card, whose slices are all there are."""
    return max(gpu.mig.values(), key=lambda profile: slices(profile, "memory_slices"))


def placed_gpus(gpus: Iterable[Record]) -> list[str]:
    """The accelerators whose placements are known."""
    return [gpu.slug for gpu in gpus if _placements_known(gpu)]


def _placements_known(gpu: Record) -> bool:
    return bool(gpu.mig) and all(profile.placements for profile in gpu.mig.values())


def why_no_placements(gpu: Record) -> str:
    """Why a layout cannot be worked out on this accelerator; empty where it can."""
    if _placements_known(gpu):
        return ""
    if gpu.mig:
        return "has MIG profiles, but at which slices they start was not read, so that no mix can be shown to fit"
    reason = gpu.missing.get("features.mig_max_instances", "")
    return f"cannot be divided by MIG{f': {reason}' if reason else ''}"


def resolve(gpu: Record, wanted: Wanted) -> MigProfile:
    """The profile that is meant: by name, by ID, or by its compute slices ('3g'). Raises InputProblems for none."""
    if wanted.name in gpu.mig:
        return gpu.mig[wanted.name]
    by_id = [profile for profile in gpu.mig.values() if "id" in profile.facts and str(profile.facts["id"].value) == wanted.name]
    plain = [profile for name, profile in gpu.mig.items() if re.fullmatch(re.escape(wanted.name) + r"\.\d+gb", name)]
    if found := by_id or sorted(plain, key=lambda profile: slices(profile, "memory_slices")):
        return found[0]
    message = f"is no profile of {gpu.short}{nearest(wanted.name, gpu.mig)}"
    raise InputProblems([InputProblem("mix", wanted.name, message, ", ".join(gpu.mig))])


def layout(gpu: Record, mix: Sequence[Wanted]) -> tuple[Instance, ...]:
    """Where each instance of a mix starts, in the order of the mix. Raises InputProblems with the reason it cannot."""
    chosen = [(resolve(gpu, wanted), wanted.start) for wanted in mix]
    problem = _sums(gpu, [profile for profile, _ in chosen]) or _starts(chosen)
    found = None if problem else place(chosen)
    if found is None:
        problem = problem or _no_arrangement(chosen)
        raise InputProblems([InputProblem("mix", ", ".join(map(str, mix)), problem, "a mix that can be placed")])
    return found


def place(chosen: Sequence[tuple[MigProfile, int | None]]) -> tuple[Instance, ...] | None:
    """A start for each profile so that no two instances share a memory slice, or None where there is no such arrangement."""
    order = sorted(range(len(chosen)), key=lambda n: -slices(chosen[n][0], "memory_slices"))
    starts: dict[int, int] = {}

    def fill(position: int, taken: int) -> bool:
        if position == len(order):
            return True
        index = order[position]
        profile, fixed = chosen[index]
        mask = (1 << slices(profile, "memory_slices")) - 1
        for start in sorted(profile.placements, reverse=True):
            if fixed in (None, start) and not taken & mask << start:
                starts[index] = start
                if fill(position + 1, taken | mask << start):
                    return True
        return False

    if not fill(0, 0):
        return None
    return tuple(Instance(profile, starts[index]) for index, (profile, _) in enumerate(chosen))


def can_add(gpu: Record, instances: Sequence[Instance]) -> list[str]:
    """The profiles of which one more fits beside these instances, left where they are."""
    kept = [(instance.profile, instance.start) for instance in instances]
    return [
        name
        for name, profile in gpu.mig.items()
        if not _sums(gpu, [*(each for each, _ in kept), profile]) and place([*kept, (profile, None)])
    ]


def _sums(gpu: Record, profiles: Sequence[MigProfile]) -> str:
    """What there is too little of, whatever the arrangement; empty where the sums allow it."""
    short = []
    for key, words in (("memory_slices", "memory slices"), ("compute_slices", "compute slices")):
        each, most = [slices(profile, key) for profile in profiles], slices(whole(gpu), key)
        if sum(each) > most:
            short.append(f"takes {sum(each)} {words} ({' + '.join(map(str, each))}), and {gpu.short} has {most}")
    if short:
        return " and ".join(short)
    for name, count in Counter(profile.name for profile in profiles).items():
        most = slices(gpu.mig[name], "max_count")
        if count > most:
            return f"has {count} × {name}, and {gpu.short} holds {most} at a time"
    return _engines(gpu, profiles)


def _engines(gpu: Record, profiles: Sequence[MigProfile]) -> str:
    for key, words in _ENGINES.items():
        if all(key in profile.facts for profile in (*profiles, whole(gpu))):
            taken, most = sum(slices(profile, key) for profile in profiles), slices(whole(gpu), key)
            if taken > most:
                return f"takes {taken} {words}, and {gpu.short} has {most}"
    return ""


def _starts(chosen: Sequence[tuple[MigProfile, int | None]]) -> str:
    """A start that its profile does not have."""
    for profile, start in chosen:
        if start is not None and start not in profile.placements:
            return f"wants {profile.name} at slice {start}, but it {_may_start(profile)}"
    return ""


def _may_start(profile: MigProfile) -> str:
    first, last = profile.placements[0], profile.placements[-1]
    if len(profile.placements) > 2 and list(profile.placements) == list(range(first, last + 1)):
        return f"starts only at slices {first} to {last}"
    return f"starts only at slice {' or '.join(map(str, profile.placements))}"


def _no_arrangement(chosen: Sequence[tuple[MigProfile, int | None]]) -> str:
    """Why sums that fit do not help: who may start where, and what would have to go."""
    each = {profile.name: f"{profile.name} {_may_start(profile)}" for profile, _ in chosen}
    without = {profile.name for n, (profile, _) in enumerate(chosen) if place([*chosen[:n], *chosen[n + 1 :]])}
    relief = f"; without one {' or one '.join(sorted(without))} it does" if without else ""
    return f"adds up, but cannot be placed: {', '.join(each.values())}, and no arrangement keeps them apart{relief}"
