"""CPython at build time and Pyodide in the browser give the same bytes for the same inputs."""

import json
import subprocess
from pathlib import Path

import pytest
from random_inputs import inputs

from calculators import call
from calculators.present.live import answer

LOADER = Path(__file__).parents[1] / "runtime" / "load.mjs"
SEEDS = range(40)
BAD = ({"gpus": "0"}, {"nothing": "1"}, {"model": "llama"}, {"a": "1 GB", "b": "1 s"}, {"busy": "<script>"})
# Where `make agree` once found another last bit: in a power of the C library.
FOUND = (
    ("energy", {"gpu": "a40", "rate": "5818.06201", "load": "10.1059553", "host": "12089.9261", "cap": "1.57563073"}),
)  # fmt: skip

pytestmark = pytest.mark.pyodide


def cases() -> list[tuple[str, str]]:
    """Defaults, random inputs and bad inputs for every calculator."""
    chosen = [(name, json.dumps(inputs(name, seed))) for name in call.names() for seed in SEEDS]
    chosen += [(name, json.dumps(given)) for name, given in FOUND]
    return [(name, "{}") for name in call.names()] + chosen + [(name, json.dumps(bad)) for name in call.names() for bad in BAD]


@pytest.fixture(scope="module")
def in_pyodide(node, runtime) -> list[str]:
    """The answers of the calculators that the site serves, in the interpreter that the site serves."""
    code = "\n".join(
        (
            "import json",
            "from calculators.present.live import answer",
            f"json.dumps([answer(*case) for case in json.loads({json.dumps(cases())!r})])",
        )
    )
    ran = subprocess.run([node, LOADER, runtime], input=code, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_same_bytes(in_pyodide):
    answers = [answer(*case) for case in cases()]
    assert len(answers) == len(in_pyodide) > 300
    differing = [case for case, here, there in zip(cases(), answers, in_pyodide, strict=True) if here != there]
    assert differing == []


def test_the_cases_are_worth_comparing(in_pyodide):
    """Most random inputs must be computed, not refused, and some must be refused."""
    refused = sum(json.loads(text)["parts"] is None for text in in_pyodide)
    assert 0 < refused < len(in_pyodide) / 2
