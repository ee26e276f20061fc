"""What failures and checkpoints cost a long job: the best interval, and the share of time that is not lost.

Young, "A first order approximation to the optimum checkpoint interval" (1974); Daly (2006). A job of many GPUs stops when one
of them fails.
"""

from calculators.elementary import raised
from calculators.formula import formula
from calculators.units import Number, Seconds


@formula("mtbf_per_gpu / gpus")
def job_mtbf(mtbf_per_gpu: Seconds, gpus: Number) -> Seconds:
    """Mean time between failures of a job that stops with any one of its GPUs, in seconds."""
    return Seconds(mtbf_per_gpu / gpus)


@formula("(2 * checkpoint * mtbf) ** 0.5")
def best_interval(checkpoint: Seconds, mtbf: Seconds) -> Seconds:
    """Work between checkpoints that loses least, in seconds: writing more often costs time, writing less often costs work."""
    return Seconds(raised(2 * checkpoint * mtbf, 0.5))


@formula("(1 - (restart + interval / 2) / mtbf) / (1 + checkpoint / interval)")
def goodput(restart: Seconds, interval: Seconds, mtbf: Seconds, checkpoint: Seconds) -> Number:
    """Share of the elapsed time that is useful work: each failure costs a restart and half an interval, each interval a write."""
    return Number((1 - (restart + interval / 2) / mtbf) / (1 + checkpoint / interval))
