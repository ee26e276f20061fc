"""Which accelerator, and how many of it, for a load: every one of the fact base, ranked, with the reason each loser lost.

A candidate is a group of 1, 2, 4, 8 ... of one accelerator that shares every step by tensor parallelism. Its times are those of
the roofline (Williams, Waterman, Patterson, CACM 52(4), 2009) at an assumed share of the bandwidth and of the peak; see
calculators/candidates.py. They are bounds under these two assumptions, not promises: communication, scheduling and queues are
left out.
"""

import dataclasses
from collections import Counter
from typing import Any

from calculators import architecture, facts, published_rules
from calculators.declare import Calculator, Typical
from calculators.problems import InputProblem, InputProblems
from calculators.units import Number, Usd
from calculators.which_gpu_answer import chart, lost, summary, table
from calculators.which_gpu_inputs import REASONS, Outputs
from calculators.which_gpu_judging import Candidate, Inputs, buying_budget, candidates, merit, ranked, to_buy
from calculators.which_gpu_working import show_best
from calculators.working import Unrecorded, Working


def _require_sense(i: Inputs) -> None:
    problems = []
    if i.task == "training":
        for field in ("step_limit", "first_limit"):
            if (given := getattr(i, field)) is not None:
                problems.append(InputProblem(field, f"{given:g} s", "has no meaning in training", "nothing"))
        if i.weights not in ("any", "fp32", "bf16", "fp16", "fp8"):
            problems.append(InputProblem("weights", i.weights, "is no format to train in", "any, fp32, bf16, fp16, fp8"))
    if problems:
        raise InputProblems(problems)


def calculate(i: Inputs, working: Working) -> Outputs:
    """Rank every candidate; see `which_gpu_judging` for the conditions. The working is that of the best.

    Raises InputProblems for limits and formats that have no meaning for the task.
    """
    _require_sense(i)
    if i.purchase_budget is not None and i.means == "rent":
        working.remark("The budget to buy limits nothing here: the accelerators are rented.")
    judged = i.judged
    best = ranked(i, judged)
    lost = Counter(each.reason for each in judged)
    counted = {reason: Number(lost[reason]) for reason in REASONS} | {"candidates": Number(len(judged))}
    counted |= _by_rule(i, best)
    if not best:
        working.remark("Nothing qualifies: the counts of what was lost say which condition to relax.")
        return Outputs("none", None, None, Number(0), *(None,) * 8, **counted)
    first = best[0]
    if not isinstance(working, Unrecorded):
        show_best(i, first, working)
    second = next((each for each in best if each.card is not first.card), None)
    return Outputs(
        winner=f"{first.name}, {first.form}",
        cost=first.cost,
        rate=first.served.rate,
        qualify=Number(len(best)),
        gpus=Number(first.load.gpus),
        time_per_output_token=first.served.step,
        time_to_first_token=first.served.prompt,
        hourly=first.hourly,
        purchase=Usd(to_buy(i, first.card, first.load)) if i.means == "buy" and first.card.price else None,
        power=first.power,
        ahead=None if second is None else Number(merit(i, second) / merit(i, first)),
        fewest=Number(min(each.load.gpus for each in best)),
        **counted,
    )


def _by_rule(i: Inputs, best: list[Candidate]) -> dict[str, Any]:
    """What the published rule says, and how the cards that it names do under this load."""
    rule = published_rules.answer(i.rule, _asked(i))
    if rule is None:
        says = "no rule was asked for" if i.rule == published_rules.NONE else "none of its rules applies"
        return {"rule_says": says, "rule_qualify": None, "rule_best": "none", "rule_over_best": None}
    named = [facts.load().accelerators[slug] for slug in rule.cards]
    found = ranked(i, [each for gpu in named for each in candidates(dataclasses.replace(i, only=gpu))])
    over = Number(merit(i, found[0]) / merit(i, best[0])) if found and best else None
    name = f"{found[0].name}, {found[0].form}" if found else "none qualifies"
    return {"rule_says": rule.says, "rule_qualify": Number(len(found)), "rule_best": name, "rule_over_best": over}


def _asked(i: Inputs) -> published_rules.Asked:
    """The load as the published rules see it."""
    return published_rules.Asked(
        billions=round(architecture.parameter_counts(i.model).total / 1e9), sequences=i.concurrency,
        training=i.task == "training", several=i.largest > 1, power=i.power_limit,
        budget=i.hourly_budget is not None or buying_budget(i) is not None, fleet=i.fleet, busy=i.busy, spot=i.spot == "yes",
    )  # fmt: skip


def _taught(i: Inputs) -> tuple[str, tuple[str, ...]]:
    """The measurements that stand for every candidate: all servers, or training of this kind of model."""
    from calculators.measured import lessons  # which asks calculators for the bounds of measurements

    return ("training", lessons.training_of(i.model, "bf16")) if i.task == "training" else ("serving", ())


def _reaching(i: Inputs, share: float, besides: float) -> dict[str, Any]:
    """The best accelerator with a share that programs reach. Raises Unmeasured where none is best."""
    from calculators.measured.lessons import Unmeasured

    best = ranked(i, i.judged)
    if not best:
        raise Unmeasured("no candidate qualifies")
    reached = {"mfu": share} if i.task == "training" else {"mbu": share, "mfu": share}
    return reached | {"only": best[0].card.gpu}


CALCULATOR = Calculator(
    title="Which GPU?",
    question="Which accelerator, and how many, serves or trains this model best?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("cost", "rate", "time_per_output_token", "qualify"),
    chart=chart,
    table=table,
    below=lost,
    typical=Typical("serving", ("rate", "cost"), _reaching, _taught),
)
