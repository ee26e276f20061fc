"""How failures add up with the number of GPUs."""

from calculators import call
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.html import Html

_FLEETS = (1, 2, 4, 8, 16, 64, 256, 1024, 4096, 16384, 65536)
_HOUR = 3600.0


def interruptions() -> Html:
    """The mean time between interruptions of a job, by the GPUs it runs on, at the rate of one published run."""
    results = call.run("reliability", {"gpu": "h100-sxm5-80gb"}).sweep("gpus", _FLEETS)
    return figure(
        Chart(
            title="How long a job runs undisturbed on average, by its GPUs",
            description="Both lines fall in proportion to the number of GPUs: from years for one GPU, through days for a "
            "thousand, to less than an hour for the largest. Memory faults alone are about six times as rare as interruptions.",
            x=Axis("GPUs in the job", "", log=True, base=2),
            y=Axis("Mean time", "h", log=True),
            series=(
                Series("Any interruption", tuple((gpus, result.mean_time / _HOUR) for gpus, result in results), "a"),
                Series("Memory fault", tuple((gpus, result.fault_mean_time / _HOUR) for gpus, result in results), "b"),
            ),
        ),
        "reliability-interruptions",
    )


def undisturbed() -> Html:
    """The probability that a day passes without an interruption, by the GPUs of a job."""
    results = call.run("reliability", {"gpu": "h100-sxm5-80gb", "time": "1 day"}).sweep("gpus", _FLEETS)
    return figure(
        Chart(
            title="The odds of a day without interruption",
            description="Near certainty for a server of eight, about six in ten for a thousand GPUs, practically none for "
            "sixteen thousand.",
            x=Axis("GPUs in the job", "", log=True, base=2),
            y=Axis("Probability", "%", low=0, high=100),
            series=(Series("No interruption", tuple((gpus, 100 * result.undisturbed) for gpus, result in results), "a"),),
        ),
        "reliability-undisturbed",
    )
