"""The result of a calculation, in parts: the same bytes at build, where all stand at once, and in the browser, part by part."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from calculators.call import Run
from calculators.present import behind, chart, cite, elsewhere, typical
from calculators.present.answer import answer
from calculators.present.html import Html, join, tag
from calculators.present.sensitivity import sensitivity

_COPIES = {"claim": "Copy as Markdown claim", "python": "Copy as Python"}
_SAVES = {"json": "JSON", "csv": "CSV"}
_PICTURES = {"svg": "Chart SVG", "png": "Chart PNG"}

Content = Callable[[Run], Html | None]


@dataclass(frozen=True, slots=True)
class Fold:
    """A part that is folded away below the others."""

    title: str
    class_: str
    content: Content


_FOLDS = {
    "all": Fold("All results", "rp-all", behind.outputs),
    "working": Fold("Show the working", "rp-working", behind.working),
    "reached": Fold("What programs reach", "rp-reached", typical.working),
    "facts": Fold("Facts used", "rp-facts-used", behind.used),
    "sensitivity": Fold("Which input decides", "rp-sensitivity", sensitivity),
    "others": Fold("Same inputs in other calculators", "rp-others", elsewhere.links),
    "cite": Fold("Cite or reproduce", "rp-cite", cite.lines),
}


def _picture(run: Run) -> Html | None:
    return run.chart if isinstance(run.chart, Html) else None


def _of_chart(draw: Callable[..., Html]) -> Content:
    """A part of the chart, where there is one and it is no picture of its own."""
    return lambda run: None if run.chart is None or isinstance(run.chart, Html) else draw(run.chart, _chart_id(run))


def _table(run: Run) -> Html | None:
    return run.calculator.table(run) if run.calculator.table else None


def _below(run: Run) -> Html | None:
    return run.calculator.below(run) if run.calculator.below else None


# Every part of a result by name, in the order in which a page needs them. The page asks for those that can be seen first.
PARTS: dict[str, Content] = {
    "answer": answer,
    "picture": _picture,
    **{name: _of_chart(draw) for name, draw in chart.PARTS.items()},
    "table": _table,
    "below": _below,
    **{name: fold.content for name, fold in _FOLDS.items()},
}
AT_ONCE = frozenset(PARTS) - {"sensitivity"}  # which takes many calculations: it is made when a reader opens it


def result(run: Run, parts: Collection[str] = AT_ONCE) -> Html:
    """Everything a reader sees of a run; the parts that are not in `parts` are left empty."""
    made = {name: PARTS[name](run) for name in PARTS if name in parts}
    return join(
        tag("div", made.get("answer"), data_part="answer"),
        _chart(run, made),
        tag("div", made.get("table"), data_part="table") if run.calculator.table else None,
        tag("div", made.get("below"), data_part="below") if run.calculator.below else None,
        _take(run),
        *(_fold(name, fold, made) for name, fold in _FOLDS.items()),
    )


def _chart_id(run: Run) -> str:
    return f"{run.calculator.name}-chart"


def _chart(run: Run, made: dict[str, Html | None]) -> Html | None:
    if run.calculator.chart is None:
        return None
    if isinstance(run.chart, Html):
        return tag("div", made.get("picture"), data_part="picture")
    return chart.assembled(_chart_id(run), made)


def _fold(name: str, fold: Fold, made: dict[str, Html | None]) -> Html:
    content = tag("div", made.get(name), data_part=name, data_late=name not in AT_ONCE)
    missing = name in made and not made[name]
    return tag("details", tag("summary", fold.title), content, class_=fold.class_, data_key=name, hidden=missing)


def _take(run: Run) -> Html:
    """Everything that a reader can take along with one press. The lines themselves stand under "Cite or reproduce"."""
    copied = (
        tag("button", label, type="button", class_="rp-button rp-copy", data_action="copy-line", data_copies=kind)
        for kind, label in _COPIES.items()
    )
    actions = _SAVES | (_PICTURES if run.calculator.chart else {})
    saved = (
        tag("button", label, type="button", class_="rp-button", data_action=action, aria_label=f"Save as {label}")
        for action, label in actions.items()
    )
    return tag("div", *copied, tag("span", "Save:", class_="rp-save"), *saved, class_="rp-actions rp-take")
