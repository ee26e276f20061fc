"""What the pages of the site ask for by name: a calculator's form with its default result."""

from calculators import call
from calculators.present.form import form
from calculators.present.html import Html, tag
from calculators.present.result import PARTS, result


def calculator(name: str, runtime: str) -> Html:
    """The form and the default result. `runtime` is the address of the folder that the browser loads Python from."""
    run = call.run(name)
    return tag(
        "section",
        form(run),
        tag("div", result(run, PARTS), class_="rp-result", aria_live="polite"),
        class_="rp-calculator",
        data_calculator=name,
        data_runtime=runtime,
        data_state="default",
        data_generated=True,
        data_search_exclude=True,  # lists of all accelerators and models: every calculator would be found for each of them
    )
