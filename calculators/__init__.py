"""Facts and calculators about GPU performance, memory and cost for large language models.

Everything goes through `calculators.call`: forms, command line, notebooks, stated numbers and tests. Nothing here imports
anything outside the standard library, because the same package runs in the reader's browser.
"""

from calculators.call import evaluate, names, run
from calculators.problems import InputProblem, InputProblems

__all__ = ["InputProblem", "InputProblems", "evaluate", "names", "run"]
