"""The form of a calculator, made from its declaration."""

from calculators import facts
from calculators.call import Run
from calculators.declare import RECORDS, Input
from calculators.present.html import Html, tag
from calculators.units import Quantity, show

_ACTIONS = {"copy-link": "Copy link", "reset": "Reset"}
_SHOWN_FIRST = 8


def form(run: Run) -> Html:
    """The form with the defaults filled in; fields that override a record, and those past the eighth, are folded away.

    Fields that only some choices have stand next to the others, and are hidden while they mean nothing.
    """
    name = run.calculator.name
    fields = {field: _field(name, field, spec, run) for field, spec in run.calculator.input_specs.items()}
    specs = run.calculator.input_specs
    folded = {field for field, spec in specs.items() if _overrides(spec)}
    folded |= set([field for field in fields if field not in folded and not specs[field].when][_SHOWN_FIRST:])
    shown = tag("div", *(html for field, html in fields.items() if field not in folded), class_="rp-fields")
    more = [html for field, html in fields.items() if field in folded]
    rest = (
        tag("details", tag("summary", "More inputs"), tag("div", *more, class_="rp-fields"), class_="rp-more") if more else None
    )
    buttons = (tag("button", label, type="button", data_action=action, class_="rp-button") for action, label in _ACTIONS.items())
    actions = tag("div", *buttons, class_="rp-actions")
    return tag("form", shown, rest, actions, tag("p", class_="rp-status", role="status"), class_="rp-form", novalidate=True)


def _overrides(spec: Input) -> bool:
    """Whether a field stands in for a number of a record, which few readers replace."""
    return bool(spec.fallback) and spec.kind != "text" and not spec.when and not spec.learned


def _field(calculator: str, field: str, spec: Input, run: Run) -> Html:
    id = f"{calculator}-{field}"
    governor, wanted = spec.when or (None, ())
    return tag(
        "div",
        tag("label", spec.label, for_=id),
        _control(id, field, spec, run),
        _paste(id, spec) if spec.kind == "model" else None,
        tag("p", spec.help, class_="rp-help", id=f"{id}-help"),
        tag("p", class_="rp-error", id=f"{id}-error", hidden=True),
        class_="rp-field",
        data_field=field,
        data_when=governor,
        data_values=" ".join(wanted) if governor else None,
        hidden=bool(governor) and run.values[governor].value not in wanted,
    )


def _control(id: str, field: str, spec: Input, run: Run) -> Html:
    described = {"id": id, "name": field, "data_default": spec.default, "aria_describedby": f"{id}-help {id}-error"}
    options = _options(spec)
    if options:
        items = (tag("option", label, value=value, selected=value == spec.default) for value, label in options.items())
        return tag("select", *items, **described)
    placeholder = f"{run.values[field].shown}" if spec.fallback else None
    box = tag("input", type="text", inputmode="decimal" if spec.kind in ("count", "quantity") else "text", autocomplete="off",
              spellcheck="false", value=spec.default, placeholder=placeholder, **described)  # fmt: skip
    unit = show(Quantity.of(2, spec.unit)).lstrip("2 ") if spec.kind == "count" and spec.unit else None
    return tag("div", box, tag("span", unit, class_="rp-unit"), class_="rp-control") if unit else box


def _paste(id: str, spec: Input) -> Html:
    """A place for a configuration, where the model is not in the list. It has no name: its text stands in for the list's."""
    text = tag("textarea", rows="6", spellcheck="false", aria_label=f"{spec.label}: config.json", id=f"{id}-paste")
    return tag("details", tag("summary", "paste a config.json"), text, class_="rp-paste")


def _options(spec: Input) -> dict[str, str]:
    if spec.kind in RECORDS:
        none = {"": "none"} if spec.optional else {}
        return none | {slug: record.name for slug, record in getattr(facts.load(), RECORDS[spec.kind][0]).items()}
    return dict(spec.choices) if spec.kind == "choice" else {}
