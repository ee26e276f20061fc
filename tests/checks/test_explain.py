"""The working behind a stated number, as an editor asks for it: python -m hooks.checks --explain docs/page.md:42."""

import pytest

from hooks.checks import __main__ as command
from hooks.checks.explain import NothingStated, explained

PAGE = """---
given:
  batch: {value: "16", note: "a small service"}
---

# A page

The H100 has [1.64×][ratio] the bandwidth of the A100, 80 GB,
and holds [80 GB](fact:h100-sxm5-80gb/memory.capacity) for [16](given:batch) readers.

No number here.

[ratio]: calc:compare.ratio?a=h100-sxm5-80gb/memory.bandwidth&b=a100-sxm4-80gb/memory.bandwidth
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(PAGE, "utf-8")
    return path


def test_each_step_of_a_calculation_and_its_facts(page, checker):
    told = explained(f"{page}:8", checker).splitlines()
    at = told.index(f"{page.as_posix()}:8:14 1.64×")
    assert told[at + 1 : at + 4] == [
        "  is calc:compare.ratio?a=h100-sxm5-80gb/memory.bandwidth&b=a100-sxm4-80gb/memory.bandwidth",
        "  python -m calculators compare --a 'h100-sxm5-80gb/memory.bandwidth' --b 'a100-sxm4-80gb/memory.bandwidth'",
        "  Ratio = a / b = 3,352 / 2,039 = 1.644×",
    ]
    assert any(line.startswith("  Fact: h100-sxm5-80gb, Memory bandwidth: 3,352 GB/s. NVIDIA H100") for line in told)


def test_what_is_wrong_on_the_line_comes_first(page, checker):
    assert explained(f"{page}:8", checker).startswith(f"{page.as_posix()}:8:56 unbound-number: nothing stands behind '80 GB'")
    assert "unbound-number" not in explained(f"{page}:9", checker)


def test_a_fact_and_an_assumption(page, checker):
    told = explained(f"{page}:9", checker)
    assert "9:11 80 GB\n  is fact:h100-sxm5-80gb/memory.capacity\n  Memory: 80 GB (marketed). NVIDIA H100" in told
    assert "16\n  is given:batch\n  Assumed here: 16: a small service" in told and "compare" not in told


def test_a_definition_a_column_and_a_whole_page(page, checker):
    assert f"{page.as_posix()}:8:14 1.64×" in explained(f"{page}:13", checker)
    assert explained(f"{page}:9:1", checker) == explained(f"{page}:9", checker)
    assert explained(str(page), checker).count("\n  is ") == 3


def test_a_line_without_a_number_names_those_that_have_some(page, checker):
    with pytest.raises(NothingStated, match=r":11 states no number; the nearest lines that do: 8, 9$"):
        explained(f"{page}:11", checker)


def test_on_the_command_line(page, tmp_path, capsys):
    assert command.main(["--explain", f"{page}:9"]) == 0
    assert "is given:batch" in capsys.readouterr().out
    assert command.main(["--explain", f"{page}:11"]) == 2 and "states no number" in capsys.readouterr().err
    assert command.main(["--explain", f"{tmp_path}/none.md:1"]) == 2 and "none.md" in capsys.readouterr().err
