"""Lines that state or reproduce a result elsewhere: in a page of this site, in Python, on the command line."""

import re
import shlex
from urllib.parse import urlencode

from calculators.call import Run
from calculators.declare import RECORDS
from calculators.present.html import Html, join, tag
from calculators.units import Quantity, show

_DIGITS = 3
_CERTAIN = 12  # digits that a stated number is held to; a computer's further ones are noise


def inputs(run: Run) -> dict[str, str]:
    """What a line names: the inputs that were given, and also by default the GPU, model, ... whose facts the result rests on.

    A sentence is about them, and has to stay true when a default is changed.
    """
    specs, used = run.calculator.input_specs, {fact.record for fact in run.working.facts.values()}
    named = {name: value.text for name, value in run.values.items() if specs[name].kind in RECORDS and value.text in used}
    return {name: text for name in specs if (text := run.given.get(name) or named.get(name))}


class NothingToState(ValueError):
    """An output that does not exist, or is no number, yes or no for these inputs; the message names those that are."""


def claims(run: Run) -> dict[str, str]:
    """The stated number that an editor pastes into a page, for each output that is a number, or yes or no, for these inputs."""
    query, outputs = urlencode(inputs(run)), run.outputs
    end = f"?{query})" if query else ")"
    stated = ((name, outputs[name]) for name in run.calculator.stateable)
    return {
        name: f"[{_written(value)}](calc:{run.calculator.name}.{name}{end}"
        for name, value in stated
        if isinstance(value, Quantity | bool)
    }


def claim(run: Run, output: str = "") -> str:
    """The stated number of one output, by default the first number of the headline. Raises NothingToState."""
    stated, name = claims(run), output or _first(run)
    if name not in stated:
        said = f"{name} is {run.outputs[name]!r} for these inputs" if name in run.outputs else f"there is no output {name!r}"
        raise NothingToState(f"{said}; a line can state {', '.join(stated)}")
    return stated[name]


def python(run: Run) -> str:
    """Code that computes the result again and prints its first number."""
    call = f"found = run({run.calculator.name!r}, {inputs(run)!r})"
    return f"from calculators import run\n\n{call}\nprint(found.outputs[{_first(run)!r}])"


def command(run: Run) -> str:
    """The command that prints the result."""
    options = "".join(f" --{field} {shlex.quote(text)}" for field, text in inputs(run).items())
    return f"python -m calculators {run.calculator.name}{options}"


def lines(run: Run) -> Html:
    """The lines to take along."""
    return join(
        _line("In a page of this site", "claim", claim(run)),
        _line("In Python", "python", python(run)),
        _line("On the command line", "command", command(run)),
    )


def copy_button(label: str, line: str, what: str = "") -> Html:
    """A button that copies `line`; `what` says to those who only hear it which one it is."""
    name = f"{label}: {what}" if what else None
    return tag("button", label, type="button", class_="rp-button rp-copy", data_action="copy", data_line=line, aria_label=name)


def _line(title: str, kind: str, line: str) -> Html:
    return tag(
        "div",
        tag("span", title, class_="rp-line-title"),
        tag("code", line),
        tag("button", "Copy", type="button", class_="rp-button rp-copy", data_action="copy-line", aria_label=f"Copy: {title}"),
        class_="rp-line",
        data_line=kind,
    )


def _first(run: Run) -> str:
    """The first headline that is a number; where none is, the first other output that is."""
    names = (*run.calculator.headline, *run.calculator.stateable)
    return next(name for name in names if isinstance(run.outputs[name], Quantity))


def _written(value: Quantity | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = show(value, _DIGITS)
    if sum(sign.isdigit() for sign in text) <= _CERTAIN:
        return text
    return re.sub(r"\d[\d,.]*", f"{abs(value.value):.{_DIGITS - 1}e}", text, count=1)
