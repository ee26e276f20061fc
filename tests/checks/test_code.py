"""Code in pages: what runs, what is compared, what is an excerpt."""

import pytest


def block(info: str, text: str) -> str:
    return f"# Code, not run\n\n```{info}\n{text}\n```\n"


@pytest.mark.parametrize(
    ("info", "text"),
    [
        ("pycon", ">>> from calculators import names\n>>> 'decode' in names()\nTrue"),
        ("pycon", ">>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: division by zero"),
        ("python", "def twice(x):\n    return 2 * x  # doubled"),
        ('python exec="1" html="1"', "print(undefined)"),
        (" { .python .not-run }", "from torch import nn\nnn.functional.cross_entropy(scores, following)"),
        (" { .python .not-run }", "import torch\ntorch.randn(2, device='cuda', **more)"),
        ("console", "$ python -m calculators decode --gpu l4 --gpus 1 --model llama-3.1-8b"),
        ("console", "$ python -m calculators compare --a 4 --b 2\n...\n  Ratio: 2×\n..."),
        ("toml", 'gpu = "l4"\nbatch = 8'),
        ("json", '{"calculator": "decode", "inputs": {"batch": 8}}'),
        ("yaml", "sharing:\n  timeSlicing:\n    resources:\n      - replicas: 4"),
        ("bash", "sudo nvidia-smi -pl 300  # until the next boot"),
        ("bash", "GPU=0\nCUDA_VISIBLE_DEVICES=$GPU NCCL_DEBUG=INFO nvidia-smi -L > list && ./llama-server -m \\\n    model.gguf"),
        ("sh", "cmake -B build -DGGML_CUDA=ON"),
        ("bash", "python -m calculators decode --gpu l4 --json | python -m hooks.checks --names"),
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
        (" { .python .not-run }", "from torch import nn\nnn.funktional.cross_entropy(1, 2)", "5:1 code-unlisted"),
        (" { .python .not-run }", "import torch\ntorch.randn(2, devices='cuda')", "5:1 code-unlisted"),
        (" { .python .not-run }", "import library_of_nobody", "4:1 code-unlisted"),
        ("bash", "if nvidia-smi -L; then", "3:1 code-failed"),
        ("sh", "echo $(nvidia-smi", "3:1 code-failed"),
        ("bash", "nvidia-smi -L\nnvidia-sim -L", "5:1 code-unlisted"),
        ("bash", "sudo nvidia-smi \\\n  --power=300", "4:1 code-unlisted"),
        ("bash", "nvidia-smi -L\nnvidia-smi -i '0\n1'", "4:1 code-unlisted"),
        ("bash", "nvidia-smi -L\nNCCL_DEBUGS=INFO nvidia-smi -L", "5:1 code-unlisted"),
        ("yaml", "resources: [", "3:1 code-failed"),
        ("yaml", "sharing:\n  timeSlices: {}", "3:1 code-unlisted"),
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


def test_what_one_block_imports_holds_for_the_next_and_for_the_text_after_it(refused):
    first = block(" { .python .not-run }", "import transformer_engine.pytorch as te")
    second = block(" { .python .not-run }", "te.autocast(recipe=1)\nte.autocats()")
    assert refused(first + second + "Older: `te.fp8_autocast(fp8_recipe=1)`, `te.fp4()`.\n") == [
        "10:1 code-unlisted",
        "12:42 code-unlisted",
    ]


def test_each_section_says_that_its_code_is_not_run(refused):
    code = "```bash\nnvidia-smi -L\n```\n"
    assert refused(f"# Code\n\nThis needs two GPUs:\n\n{code}\nand so does\n\n{code}") == []
    assert refused(f"# Code\n\nThis needs a GPU.\n\n## Next\n\n{code}") == ["7:1 code-unsaid"]
    assert refused(f"# Code\n\n{code}\nThat was not run.\n") == ["3:1 code-unsaid"]
