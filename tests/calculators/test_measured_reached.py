"""What programs reach, on the page of a calculator."""

import re

import pytest

from calculators import call
from calculators.measured import kinds, reached
from calculators.present import measured_lessons, measured_reached


@pytest.mark.parametrize(("calculator", "subject"), [("decode", "decoding"), ("prefill", "reading"), ("serving", "serving")])
def test_a_calculator_that_predicts_measurements_shows_what_programs_reach(calculator, subject):
    (section,) = measured_reached.sections(calculator)
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th>.*?<td>(\d+)</td></tr>', section.html)
    expected = [kinds.framework(each.entry) for each in reached.measured(subject)]
    assert {name: int(count) for name, count in rows} == {name: expected.count(name) for name in expected}
    assert ("Besides, each step" in section.html) is (calculator == "decode")


def test_a_calculator_without_measurements_has_no_such_section():
    assert measured_reached.sections("cost") == ()


def test_the_learned_numbers_open_the_calculator():
    queries = re.findall(r"calculators/decode/\?bandwidth_efficiency=(\d+)%25&amp;launch=(\d+)\+us", measured_lessons.steps())
    assert len(queries) == 2
    for efficiency, launch in queries:
        run = call.run("decode", {"bandwidth_efficiency": f"{efficiency}%", "launch": f"{launch} us"})
        assert run.result.token_rate < call.run("decode").result.token_rate
