"""Lines to take along: each holds, and gives the same result, exactly as it is pasted."""

import contextlib
import io
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from random_inputs import inputs

from calculators import InputProblems, call
from calculators.__main__ import main
from calculators.present import cite
from calculators.units import Quantity
from hooks.checks.engine import Checker

CHECKER = Checker()
SEEDS = 2


def runs(name: str) -> Iterator[call.Run]:
    """The default run and some with random inputs, where those can be used."""
    yield call.run(name)
    for seed in range(SEEDS):
        with contextlib.suppress(InputProblems):
            yield call.run(name, inputs(name, seed))


@pytest.mark.parametrize("name", call.names())
def test_every_claim_is_accepted_as_written(name):
    for run in runs(name):
        lines = [f"It is {line} in all." for line in cite.claims(run).values()]
        page = CHECKER.page(Path("page.md"), "---\ntitle: A\n---\n\n# A\n\n" + "\n\n".join(lines) + "\n")
        assert [str(problem) for problem in page.problems] == []
        assert len(page.stated) == len(lines) > 0


def test_a_claim_with_another_digit_is_refused():
    line = cite.claims(call.run("decode"))["time_per_output_token"]
    assert line.startswith("[20.5 ms](calc:decode.time_per_output_token?gpu=h100-sxm5-80gb&model=llama-2-70b")
    page = CHECKER.page(Path("page.md"), f"---\ntitle: A\n---\n\n# A\n\nIt is {line.replace('20.5', '20.6')} in all.\n")
    assert [problem.code for problem in page.problems] == ["claim-drift"]


def test_more_digits_than_a_stated_number_is_held_to_are_not_written():
    assert cite.claims(call.run("weights", {"model": "kimi-k2"}))["parameters"].startswith("[1.03e+12 parameters](")


@pytest.mark.parametrize("name", call.names())
def test_the_lines_give_the_result_again(name, capsys):
    run = call.run(name)
    first = next(output for output in run.calculator.headline if isinstance(run.outputs[output], Quantity))
    exec(cite.python(run), {})
    assert capsys.readouterr().out == f"{run.outputs[first]}\n"
    assert main(shlex.split(cite.command(run))[3:]) == 0
    assert capsys.readouterr().out.startswith(run.summary)


def test_quotes_in_an_input_stay_inside_it():
    run = call.run("compare", {"a": "1,000 GB", "b": "l4/memory.capacity"})
    assert shlex.split(cite.command(run))[4:6] == ["--a", "1,000 GB"]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(cite.python(run), {})
    assert said.getvalue().strip() == str(run.outputs["ratio"])


def test_defaults_that_a_result_does_not_rest_on_are_not_named():
    assert list(cite.inputs(call.run("decode"))) == ["gpu", "model"]
    assert "draft" in cite.inputs(call.run("decode", {"gpus": "4", "speculation": "draft"}))


def test_the_command_line_prints_the_line_to_paste(capsys):
    assert main(["decode", "--claim", "--gpu", "l4", "--model", "llama-3.1-8b"]) == 0
    found = call.run("decode", {"gpu": "l4", "model": "llama-3.1-8b"})
    assert capsys.readouterr().out == cite.claims(found)["time_per_output_token"] + "\n"
    assert main(["decode", "--claim", "token_rate"]) == 0
    assert "tokens/s](calc:decode.token_rate?" in capsys.readouterr().out


def test_the_claim_calculator_has_a_claim_as_input(capsys):
    assert main(["claim", "--claim", "1979 TFLOPS", "--as-claim", "ratio"]) == 0
    assert "](calc:claim.ratio?claim=1979+TFLOPS" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("output", "said"), [("latency", "there is no output 'latency'"), ("scale", "scale is 'none' for these inputs")]
)
def test_an_output_that_no_line_can_state_is_refused(output, said, capsys):
    assert main(["number_format", "--format", "bf16", "--claim", output]) == 2
    printed = capsys.readouterr()
    assert said in printed.err and "sample_error, largest" in printed.err and not printed.out
