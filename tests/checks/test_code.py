"""Code in pages: what runs, what is compared, what is an excerpt."""

import pytest


def block(info: str, text: str) -> str:
    return f"# Code\n\n```{info}\n{text}\n```\n"


@pytest.mark.parametrize(
    ("info", "text"),
    [
        ("pycon", ">>> from calculators import names\n>>> 'decode' in names()\nTrue"),
        ("pycon", ">>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: division by zero"),
        ("python", "def twice(x):\n    return 2 * x  # doubled"),
        ('python exec="1" html="1"', "print(undefined)"),
        (" { .python .not-run }", "import library_of_nobody\nlibrary_of_nobody.train()"),
        ("console", "$ python -m calculators decode --gpu l4 --gpus 1 --model llama-3.1-8b"),
        ("console", "$ python -m calculators compare --a 4 --b 2\n...\n  Ratio: 2×\n..."),
        ("toml", 'gpu = "l4"\nbatch = 8'),
        ("json", '{"calculator": "decode", "inputs": {"batch": 8}}'),
        ("yaml", "title: A page"),
        ("bash", "make serve  # then open port 8000"),
        ("text", "time = bytes / bandwidth"),
        ("markdown", "It holds [80 GB](fact:h100-sxm5-80gb/memory.capacity)."),
        ("markdown claim-drift", "It holds [81 GB](fact:h100-sxm5-80gb/memory.capacity)."),
        ("markdown unbound-number unknown-name", "It holds 81 GB, unlike the H1000."),
        ("toml", "# calculators/data/gpus/l4.toml\nname = \"NVIDIA L4\"\n# ...\n[memory]"),
        ("python", "# calculators/compare.py\n@formula(\"a / b\")\ndef ratio(a: Number, b: Number) -> Number:"),
    ],
)  # fmt: skip
def test_code_that_holds(info, text, refused):
    assert refused(block(info, text)) == []


@pytest.mark.parametrize(
    ("info", "text", "problem"),
    [
        ("pycon", ">>> undefined", "4:1 code-failed"),
        ("pycon", ">>> 1\n1\n>>> 2\n3", "6:1 code-output-drift"),
        ("pycon", ">>> 1  # of 80 GB\n1", "4:13 quantity-in-code"),
        (" { .python .not-run }", "def unfinished(:", "3:1 code-failed"),
        (" { .python .not-run }", "size = '80 GB'", "4:9 quantity-in-code"),
        ("console", "$ python -m calculators compare --a 4 --b 2\n  Ratio: 3×", "4:1 code-output-drift"),
        ("console", "$ python -m calculators nothing", "4:1 code-failed"),
        ("console", "$ python -m hooks.checks unknown.md", "4:1 code-language"),
        ("console", "$ python -m hooks.checks", "4:1 code-language"),
        ("json", "{", "3:1 code-failed"),
        ("json", '{"price": "2.50 USD/h"}', "4:12 quantity-in-code"),
        ("text", "80 GB / 40 GB", "4:1 quantity-in-code"),
        ("markdown", "It holds 80 GB.", "4:10 unbound-number"),
        ("markdown claim-drift", "It holds nothing.", "3:1 code-failed"),
        ("toml", '# calculators/data/gpus/l4.toml\nname = "NVIDIA L4"\n[memory]', "6:1 code-output-drift"),
    ],
)
def test_code_that_does_not(info, text, problem, refused):
    assert refused(block(info, text))[0] == problem


def test_the_blocks_of_a_page_share_one_namespace(refused):
    assert refused(block("python", "x = 2") + block("pycon", ">>> x\n2")) == []


def test_what_the_checks_say_of_an_example_is_compared(refused):
    example = block('markdown unbound-number title="docs/guide.md"', "It holds 987 GB.")
    fix = "  fix: write [987 GB](calc:<calculator>.<output>?<input>=<value>), "
    fix += "or [987 GB](given:<name>) with the assumption in the front matter"
    said = f"docs/guide.md:1:10 unbound-number: nothing stands behind '987 GB'\n{fix}"
    assert refused(example + block("console", f"$ python -m hooks.checks docs/guide.md\n{said}")) == []
    wrong = block("console", f"$ python -m hooks.checks docs/guide.md\n{said.replace('987', '986')}")
    assert refused(example + wrong) == ["9:1 code-output-drift"]


def test_a_block_in_a_list_is_placed_with_its_indent(refused):
    assert refused("- item\n\n    ```markdown\n    It holds 80 GB.\n    ```\n") == ["4:14 unbound-number"]
