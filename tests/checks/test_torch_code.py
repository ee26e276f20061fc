"""Code of pages that needs PyTorch: run where it is installed, on the processor, in place of a GPU.

PyTorch is no requirement of the tests, because of its size. After `.venv/bin/pip install torch` they are run, and the names
that hooks/checks/software.toml lists are looked up in it. So it is with transformers, bitsandbytes and torchao.
"""

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

from hooks.checks.page import read_page
from hooks.checks.software import read_software

torch = pytest.importorskip("torch")
DOCS = Path(__file__).parents[2] / "docs"
LIBRARIES = read_software().libraries
HANDS_ON_TO = {"AutoModelForCausalLM.from_pretrained": "PreTrainedModel.from_pretrained"}  # with all its keywords


def blocks(page: str) -> list[str]:
    """The Python of a page that the checks only parse, with the processor in place of the GPU."""
    path = DOCS / f"{page}.md"
    found = [block.text for block in read_page(path, path.read_text("utf-8")).blocks if "not-run" in block.words]
    assert found
    return [text.replace('"cuda"', '"cpu"') for text in found]


@pytest.fixture
def space():
    """Names that the blocks of a page share; what they set in PyTorch is put back."""
    before = torch.get_float32_matmul_precision()
    yield {}
    torch.set_float32_matmul_precision(before)
    torch.backends.cudnn.conv.fp32_precision = "none"


def test_the_switches_of_tf32(space, capsys):
    assert torch.get_float32_matmul_precision() == "highest"  # the page: the default
    once, each, compare = blocks("topics/tf32")
    exec(once, space)
    assert torch.get_float32_matmul_precision() == "high"
    exec(each, space)
    assert torch.backends.cuda.matmul.fp32_precision == "tf32" and torch.backends.cudnn.conv.fp32_precision == "ieee"
    exec(compare, space)
    first, second = map(float, capsys.readouterr().out.split())
    assert 0 < first == second < 1e-4  # a processor has no TF32: the switch changes nothing


def test_pruning_two_of_four(space):
    exec(blocks("topics/structured-sparsity")[0], space)
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(64, 32))
    weight = model[0].weight.detach().clone()
    space["prune"](model, ["0"]).squash_mask()
    groups, dense = model[0].weight.detach().reshape(-1, 4), weight.reshape(-1, 4)
    assert torch.all((groups != 0).sum(1) == 2)
    kept = torch.where(groups != 0, dense.abs(), 0).sum(1)
    assert torch.allclose(kept, dense.abs().topk(2).values.sum(1))  # the two largest of each group
    assert callable(space["to_sparse_semi_structured"]) and callable(space["finish"])


def test_the_training_loop_learns(space):
    exec(blocks("guides/a100-or-h100-training")[0], space)
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Embedding(8, 16), torch.nn.Linear(16, 8))
    tokens = torch.randint(8, (4, 6))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)
    before = torch.nn.functional.cross_entropy(model(tokens).flatten(0, 1), tokens.flatten()).item()
    space["train"](model, [(tokens, tokens)] * 30, optimizer, max_norm=1.0)
    after = torch.nn.functional.cross_entropy(model(tokens).flatten(0, 1), tokens.flatten()).item()
    assert after < before / 2 and model[1].weight.dtype == torch.float32  # the weights stay in FP32


def test_asking_for_peers_needs_no_peer(space, capsys):
    exec(blocks("topics/pcie-and-peer-access")[0], space)
    devices = torch.cuda.device_count()
    assert len(capsys.readouterr().out.splitlines()) == devices * (devices - 1)


@pytest.mark.parametrize("page", ["topics/quantization", "guides/local-inference"])
def test_the_configuration_of_four_bits(space, page):
    """The names exist, and the default is what the guide says it is."""
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("bitsandbytes")
    text = next(text for text in blocks(page) if "BitsAndBytesConfig" in text)
    exec(text[: text.index("\n)\n") + 3], space)
    made = next(value for value in space.values() if isinstance(value, transformers.BitsAndBytesConfig))
    assert (made.load_in_4bit, made.bnb_4bit_quant_type, made.bnb_4bit_use_double_quant) == (True, "nf4", True)
    assert made.bnb_4bit_compute_dtype == torch.bfloat16
    assert transformers.BitsAndBytesConfig(load_in_4bit=True).bnb_4bit_quant_type == "fp4"


@pytest.mark.parametrize("library", LIBRARIES.values(), ids=lambda library: library.name)
def test_what_is_listed_of_a_library_is_there(library):
    """Whether the code can be run here or not: each name exists, and takes the keywords that pages give it."""
    pytest.importorskip(library.name)
    for name, keywords in library.names.items():
        found = looked_up(f"{library.name}.{HANDS_ON_TO.get(name, name)}")
        if keywords:
            assert keywords <= accepted(found), name


def looked_up(name: str) -> object:
    """What a dotted name stands for, through submodules that have to be imported first."""
    first, *rest = name.split(".")
    found = importlib.import_module(first)
    for part in rest:
        try:
            if isinstance(found, ModuleType) and not hasattr(found, part):
                importlib.import_module(f"{found.__name__}.{part}")
            found = getattr(found, part)
        except RuntimeError:  # there, but no longer to be read: a test above has set TF32 in the newer way
            return None
    return found


def accepted(function: object) -> set[str]:
    """The keywords of a function or class: from its signature, or its docstring where it hands them on."""
    try:
        return set(inspect.signature(function).parameters) | set(re.findall(r"\b\w+\b", function.__doc__ or ""))
    except ValueError:  # built in
        return set(re.findall(r"(\w+)=", function.__doc__))
