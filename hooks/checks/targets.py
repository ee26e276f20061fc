"""Where a stated number leads on the built page: docs-absolute addresses of Markdown files, for the site to make relative."""

from calculators.call import Run
from calculators.measured.kinds import page_of
from calculators.present.tables import anchor
from calculators.records import AuditEntry, Fact, FactBase, Measurement, Price

_PAGE_EACH = ("gpus", "models")  # links and systems share one page


def of_fact(base: FactBase, fact: Fact) -> str:
    """The fact's row: on the page of its accelerator or model, or in its table on the page of all links or systems."""
    folder = base.record(fact.record).folder
    if folder in _PAGE_EACH:
        return f"/{folder}/{fact.record}.md#{anchor(fact.key)}"
    return f"/{folder}/index.md#{fact.record}-{anchor(fact.key)}"


def of_run(run: Run) -> str:
    """The calculator, opened with exactly these inputs."""
    return f"/calculators/{run.calculator.name}.md" + (f"?{run.query}" if run.query else "")


def of_given(name: str) -> str:
    """The line of the assumption, in the list of assumptions on the same page."""
    return f"#given-{name}"


def of_measurement(entry: Measurement) -> str:
    """The row of a measurement."""
    return f"/notes/{page_of(entry)}.md#{entry.id}"


def of_price(price: Price) -> str:
    """The row of a price."""
    return f"/prices/index.md#{price.id}"


def of_audit(entry: AuditEntry) -> str:
    """The entry about a number that others state, on the page of its topic."""
    return f"/audit/{entry.topic}.md#{entry.id}"
