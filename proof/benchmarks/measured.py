"""What is measured in CPython and in Pyodide alike: this file runs in both, and needs nothing but the calculators."""

import json
import time
from collections.abc import Callable
from functools import partial

from calculators import call, formats, which_gpu_judging
from calculators.present import live

SOME_FORMATS = (1, 4, 8, 15, len(formats.WEIGHT_CHOICES))


def fastest(action: Callable[[], object], repeats: int) -> float:
    """Seconds of the fastest of some runs: what the work takes where nothing else disturbs it."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def answer(name: str, inputs: str = "{}") -> None:
    """The whole answer of the page, with nothing kept from the one before."""
    live.forget()
    live.answer(name, inputs)


def chooser(repeats: int = 5) -> list[tuple[int, float, float]]:
    """Candidates of the chooser, seconds to judge and rank them, seconds of the whole answer of the page.

    Every accelerator in groups of 1, 2, 4 and 8, in more and more of the formats that weights can have.
    """
    usual, found, inputs = which_gpu_judging.ANY, [], {"weights": "any"}
    try:
        for number in SOME_FORMATS:
            which_gpu_judging.ANY = tuple(formats.WEIGHT_CHOICES)[:number]
            candidates = call.run("which_gpu", inputs).outputs["candidates"].base
            ranked = fastest(lambda: call.run("which_gpu", inputs), repeats)
            whole = fastest(lambda: answer("which_gpu", json.dumps(inputs)), repeats)
            found.append((round(candidates), ranked, whole))
    finally:
        which_gpu_judging.ANY = usual
    return found


def defaults(repeats: int = 5) -> list[tuple[str, float, float]]:
    """Each calculator with its default inputs: seconds of the calculation, seconds of the whole answer of the page."""
    found = []
    for name in call.names():
        answer(name)  # what is read and kept on the first call is no part of the second
        found.append((name, fastest(partial(call.run, name), repeats), fastest(partial(answer, name), repeats)))
    return found
