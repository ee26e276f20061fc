"""Runs tests in forked processes, until one fails, and says which."""

import mmap
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

KILLED, SURVIVED, UNTESTED = "killed", "survived", "no test runs it"
_MEMORY = 8 << 30
_LIMIT = 2  # seconds of processor time of a test, on top of ten times what it took
Find = Callable[[str], pytest.Item | None]  # the loaded test of this name
_PASSED, _FAILED, _BROKEN = 0, 1, 2
OPTIONS = ["-q", "--disable-warnings", "--tb=no", "-s", *(
    f"-pno:{name}" for name in ("cacheprovider", "unraisableexception", "threadexception", "junitxml", "doctest", "faulthandler")
)]  # fmt: skip


def first_failure_only() -> None:
    """From now on a property of random inputs that fails is not looked at for a simpler input: that takes long."""
    settings.register_profile("mutants", settings.default, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutants")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant, and which test noticed it."""

    outcome: str
    by: str = ""


class Forked:
    """A forked process that changes something, runs tests, and ends."""

    def __init__(self, prepare: Callable[[], Find], tests: list[str], seconds: Callable[[str], float]) -> None:
        self.tests, self.seconds = tests, seconds
        self.reached = mmap.mmap(-1, 8)  # shared with the process: the number of the test that it is running
        self.process = os.fork()
        if not self.process:
            status = _BROKEN
            try:
                status = self._run(prepare)
            except BaseException as error:
                print(f"{error!r}", file=sys.__stderr__, flush=True)
            finally:
                os._exit(status)

    def _run(self, prepare: Callable[[], Find]) -> int:
        if not os.environ.get("MUTATE_SHOW"):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        find = prepare()
        for number, (test, following) in enumerate(pairwise([*self.tests, ""])):
            self.reached[:] = number.to_bytes(8)
            signal.setitimer(signal.ITIMER_VIRTUAL, 10 * _LIMIT)  # to load what the test needs
            item = find(test)
            if item is None:
                return _FAILED  # its file or the module cannot be loaded, or makes other tests
            same = test.partition("::")[0] == following.partition("::")[0]
            signal.setitimer(signal.ITIMER_VIRTUAL, _LIMIT + 10 * self.seconds(test))
            reports = runtestprotocol(item, log=False, nextitem=find(following) if same else None)
            if any(report.failed for report in reports):
                return _FAILED
        return _PASSED

    def verdict(self, status: int) -> Verdict:
        """What the end of the process says: any failure, error or excess of time or memory is noticed."""
        reached = self.tests[int.from_bytes(self.reached[:])]
        self.reached.close()
        if os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == _FAILED:
            return Verdict(KILLED, reached)
        if os.WEXITSTATUS(status) != _PASSED:
            raise RuntimeError(f"a process ended with {status}, which says nothing about the mutant")
        return Verdict(SURVIVED)
