"""Exchanging the code of loaded functions acts like loading the changed module, and is refused where it would not."""

import gc
import types

from proof.formulas import exchange

TEXT = """
def scale(n=3):
    return lambda x: n * x

def total(a, b):
    return sum(part(2) for part in (scale(a), scale(b)))

class Rate:
    limit = scale()(7)
    def of(self, x):
        return x / self.limit
"""


def code(text):
    return compile(text, "formulas.py", "exec")


def loaded(text=TEXT):
    """The module, and its functions."""
    module = types.ModuleType("formulas")
    exec(code(text), module.__dict__)
    functions = [each for each in gc.get_objects() if isinstance(each, types.FunctionType)]
    return module, [each for each in functions if each.__globals__ is vars(module)]


def exchanged(text):
    module, functions = loaded()
    found = exchange.pairs(code(TEXT), code(text))
    assert found and exchange.fits(found, functions)
    exchange.exchange(found, functions)
    return module


def test_a_function_computes_the_new():
    assert exchanged(TEXT.replace("part(2)", "part(3)")).total(1, 4) == 15
    assert loaded()[0].total(1, 4) == 10


def test_a_method_and_a_function_in_a_function_are_changed_too():
    assert exchanged(TEXT.replace("x / self", "x * self")).Rate().of(2) == 42
    assert exchanged(TEXT.replace("n * x", "n + x")).total(1, 4) == 9


def test_what_acts_while_the_module_is_loaded_is_refused():
    for before, after in (("n=3", "n=4"), ("scale()(7)", "scale()(8)"), ("class Rate:", "class Rate(object):")):
        assert exchange.pairs(code(TEXT), code(TEXT.replace(before, after))) is None


def test_nothing_differs_from_itself():
    assert exchange.pairs(code(TEXT), code(TEXT)) == []


def test_a_function_that_loading_called_is_known(tmp_path):
    path = tmp_path / "formulas.py"
    path.write_text(TEXT)
    called = exchange.Called(str(tmp_path))
    try:
        exec(compile(TEXT, str(path), "exec"), {})
    finally:
        called.stop()
    codes = {each.co_name: each for each in compile(TEXT, str(path), "exec").co_consts if isinstance(each, types.CodeType)}
    assert called.callers(codes["scale"]) == {exchange.LOADING} and not called.callers(codes["total"])
