"""From one calculator to the next: what is carried over is known there, and means the same."""

import re
from urllib.parse import parse_qsl

import pytest

from calculators import InputProblems, call
from calculators.present.elsewhere import links


def carried(run: call.Run) -> dict[str, dict[str, str]]:
    """The inputs that each link carries, by calculator, in the order of the links."""
    found = re.findall(r'href="../../calculators/(\w+)/\?([^"]+)"', str(links(run) or ""))
    return {name: dict(parse_qsl(query.replace("&amp;", "&"))) for name, query in found}


@pytest.mark.parametrize("name", call.names())
def test_every_link_is_understood_where_it_leads(name):
    for other, inputs in carried(call.run(name)).items():
        assert other != name
        try:
            assert call.run(other, inputs).given == inputs
        except InputProblems as wrong:  # what is carried may not fit there, but nothing of it is unknown
            assert not [str(problem) for problem in wrong.problems if "no such" in problem.message]


def test_the_gpu_and_the_model_go_along_and_the_nearest_come_first():
    found = carried(call.run("decode", {"gpu": "l40s", "gpus": "4", "context": "8192", "bandwidth": "800 GB/s"}))
    assert found["memory_fit"] == {"gpu": "l40s", "model": "llama-2-70b", "gpus": "4", "context": "8192"}
    assert found["weights"]["model"] == "llama-2-70b"
    assert found["roofline"] == {"gpu": "l40s"}  # the bandwidth was given for what was chosen here
    both = [name for name, inputs in found.items() if {"gpu", "model"} <= set(inputs)]
    assert list(found)[: len(both)] == both and len(both) > 5


def test_a_calculator_without_records_leads_nowhere():
    assert links(call.run("compare")) is None
