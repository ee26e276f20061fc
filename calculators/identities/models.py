"""A model's parameters follow from its configuration; what its weight files hold, and what one token uses, follow too."""

from collections.abc import Iterator

from calculators.architecture import ParameterCounts, extras, parameter_counts
from calculators.identities.judge import Identity, interval
from calculators.records import Fact, Record
from calculators.units import Quantity


def parameters(record: Record) -> Iterator[Identity]:
    """All parameters, counted part by part."""
    if "published.parameters" in record:
        counted = parameter_counts(record).total
        yield _identity(record["published.parameters"], "sum over the layers of the configuration", counted)


def stored(record: Record) -> Iterator[Identity]:
    """All stored values: the parameters, and what the weight files hold besides."""
    if "published.stored" in record:
        more = extras(record)
        equation = " + ".join(["parameters", *(f"{count:,} {name}" for name, count in more.items())])
        yield _identity(record["published.stored"], equation, parameter_counts(record).total + sum(more.values()))


def active(record: Record) -> Iterator[Identity]:
    """Active parameters, by the convention that gives the published figure: publishers differ in which embeddings they count."""
    if "published.active" in record:
        tried = [_identity(record["published.active"], *convention) for convention in conventions(parameter_counts(record))]
        yield next((identity for identity in tried if identity.holds), tried[0])


def conventions(counts: ParameterCounts) -> list[tuple[str, int]]:
    """The ways to count the parameters that one token uses, each with what it gives."""
    return [
        ("parameters that one token uses", counts.active),
        ("parameters that one token uses, without the input embedding", counts.active - counts.embedding),
        ("parameters that one token uses, without embedding and output head", counts.active - counts.embedding - counts.head),
    ]


def _identity(target: Fact, equation: str, counted: int) -> Identity:
    """A count is exact; a figure printed in billions stands for every count that rounds to it."""
    low, high = interval(target)
    holds = counted == target.base if target.unit == "parameter" else low <= counted <= high
    return Identity(target, equation, (), Quantity(float(counted), "parameter"), holds)
