"""The L2 cache as a second roof: what an operation could reach if all that it touches were there."""

from typing import Any

from calculators.operations.work import Work
from calculators.problems import InputProblem, InputProblems
from calculators.roofs import attainable, cache_size, ridge_point
from calculators.units import Quantity, show
from calculators.working import Working


def from_cache(i: Any, work: Work, intensity: float, working: Working) -> dict[str, float | None]:
    """The second roof. Raises InputProblems where operands are to come from a cache that is not known or too small."""
    share = work.working_set / i.l2_size if i.l2_size else None
    if "memory.l2_cache" in i.gpu and i.l2_size == cache_size(i.gpu).base:
        working.use(i.gpu["memory.l2_cache"])
    if i.source == "l2":
        _require_cache(i, work)
    if not i.l2_bandwidth:
        working.remark(
            f"No bandwidth of the L2 cache of {i.gpu.short} is known, so there is no second roof; enter one to see it."
        )
        return {"share_of_l2": share, "l2_ridge_point": None, "l2_attainable": None}
    ridge = working.step("Ridge point of the L2 cache", ridge_point, "FLOP/byte", peak=i.peak, bandwidth=i.l2_bandwidth)
    terms = {"peak": i.peak, "intensity": intensity, "bandwidth": i.l2_bandwidth}
    rate = working.step("Attainable from the L2 cache", attainable, **terms)
    if share is not None and share > 1 and rate > attainable(i.peak, intensity, i.bandwidth):
        needed, size = show(Quantity(work.working_set, "MB")), show(Quantity(i.l2_size, "MB"))
        working.remark(f"The working set of {needed} does not fit into the L2 cache of {size}: its roof is out of reach.")
    return {"share_of_l2": share, "l2_ridge_point": ridge, "l2_attainable": rate}


def _require_cache(i: Any, work: Work) -> None:
    problems = []
    if not i.l2_bandwidth:
        problems.append(
            InputProblem("l2_bandwidth", "", f"is not known of {i.gpu.short}", "a bandwidth typed in; or source memory")
        )
    if i.l2_size is None:
        problems.append(InputProblem("l2_size", "", f"is not known of {i.gpu.short}", "a size typed in; or source memory"))
    elif work.working_set > i.l2_size:
        needed, size = show(Quantity(work.working_set, "MB")), show(Quantity(i.l2_size, "MB"))
        problems.append(
            InputProblem("source", i.source, f"cannot hold {needed}: the cache has {size}", "memory; or a smaller operation")
        )
    if problems:
        raise InputProblems(problems)
