"""Tries the mutants of a module, in as many processes as wanted."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator

from proof.formulas.forked import KILLED, SURVIVED, UNTESTED, Find, Forked, Verdict
from proof.formulas.judges import Judges
from proof.formulas.mutants import Mutant
from proof.formulas.settings import path_of

Change = Callable[[str], Callable[[], Find]]  # to the text of a mutant, in the process that calls the second; gives its tests


def tried(
    mutants: list[Mutant], tests_of: Callable[[Mutant], list[str]], judges: Judges, change: Change, processes: int
) -> Iterator[tuple[Mutant, Verdict]]:
    """Each mutant and what became of it, as they end."""
    waiting, sound = list(reversed(mutants)), _Sound(judges, change)
    running: dict[int, tuple[Mutant, Forked]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < processes:
                mutant = waiting.pop()
                tests = tests_of(mutant)
                if not tests:
                    yield mutant, Verdict(UNTESTED)
                    continue
                forked = Forked(change(mutant.code), tests, judges.seconds)
                running[forked.process] = mutant, forked
            if running:
                process, status = os.waitpid(-1, 0)
                mutant, forked = running.pop(process)
                found = forked.verdict(status)
                if found.outcome == KILLED and not sound.passes(found.by):
                    judges.drop(found.by)
                    waiting.append(mutant)
                    continue
                if found.outcome == KILLED:
                    judges.notice(mutant.line, found.by)
                yield mutant, found
    finally:
        _end(running)


def _end(processes: Iterable[int]) -> None:
    """End the processes that nobody waits for any more, lest the next trial meets their ends."""
    for process in processes:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


class _Sound:
    """A test that fails on a mutant says something only if it passes on the module as it is, in the same surroundings."""

    def __init__(self, judges: Judges, change: Change) -> None:
        self.judges, self.change, self.passed = judges, change, set()

    def passes(self, test: str) -> bool:
        """Whether the test passes without any change."""
        if test in self.passed:
            return True
        text = path_of(self.judges.module).read_text("utf-8")
        forked = Forked(self.change(text), [test], self.judges.seconds)
        _, status = os.waitpid(forked.process, 0)
        if forked.verdict(status).outcome != SURVIVED:
            print(f"{self.judges.module}: {test} fails by itself, and is not asked", flush=True)
            return False
        self.passed.add(test)
        return True
