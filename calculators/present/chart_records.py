"""What a chart shows: axes, series of points, marks, stacked bars. No record can hold bad data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, isfinite

from calculators.present.scale import LEAST, MOST, month, number

LINE_ROLES = ("a", "b", "c", "d", "e", "f", "limit")
SEGMENT_ROLES = ("a", "b", "c", "d", "e", "f", "free")


@dataclass(frozen=True)
class Axis:
    """What an axis measures, and in which unit ("" for a plain number).

    `log` makes it logarithmic, with ticks at powers of `base` (10, or 2 for batch sizes and the
    like). `low` and `high` fix its ends; without them it shows all the data. On a `calendar` axis
    numbers are years, with the months as their fraction. Raises ValueError.
    """

    label: str
    unit: str
    log: bool = False
    base: int = 10
    low: float | None = None
    high: float | None = None
    calendar: bool = False

    def __post_init__(self) -> None:
        where = f"axis {self.label!r}"
        _require(self.label, "an axis needs a label")
        if self.base not in (2, 10) or (self.base == 2 and not self.log):
            raise ValueError(f"{where}: base is 10, or 2 on a log axis, not {self.base!r}")
        for name, end in (("low", self.low), ("high", self.high)):
            if end is not None:
                check_number(end, f"{where}: {name}", log=self.log)
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError(f"{where}: low ({self.low!r}) must be less than high ({self.high!r})")

    def written(self, value: float) -> str:
        """A value on this axis for reading."""
        return month(value) if self.calendar else number(value)

    @property
    def heading(self) -> str:
        """The label with its unit: Bandwidth (GB/s)."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Series:
    """A line through (x, y) points in the given order.

    `role` picks color and marker, a to f; "limit" is a dashed line of its own. Points that are not `joined` are each a case of
    its own: all are marked, no line runs through them, and the table of the data leaves them to the page.
    """

    label: str
    points: tuple[tuple[float, float], ...]
    role: str = "a"
    joined: bool = True


@dataclass(frozen=True)
class Mark:
    """A single point that the chart points out, such as "your batch"."""

    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """Lines and marked points on two axes. Raises ValueError naming the series and the point."""

    title: str
    description: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        _require(self.title, "a chart needs a title")
        _require(self.description, f"chart {self.title!r} needs a description")
        _require(self.series, f"chart {self.title!r} has no series")
        for line in self.series:
            _require(line.label, f"chart {self.title!r}: a series needs a label")
            _require(line.points, f"series {line.label!r} has no points")
            _check_role(f"series {line.label!r}", line.role, LINE_ROLES)
            for index, (x, y) in enumerate(line.points, start=1):
                self._check_point(f"series {line.label!r}, point {index}", x, y)
        for mark in self.marks:
            _require(mark.label, f"chart {self.title!r}: a mark needs a label")
            self._check_point(f"mark {mark.label!r}", mark.x, mark.y)
        _check_distinct("series", [line.label for line in self.series])
        _check_distinct("mark", [mark.label for mark in self.marks])
        roles = [line.role for line in self.series if line.role != "limit"]
        _check_distinct(f"chart {self.title!r}: role", roles)

    def _check_point(self, where: str, x: float, y: float) -> None:
        check_number(x, f"{where}: x", log=self.x.log)
        check_number(y, f"{where}: y", log=self.y.log)


@dataclass(frozen=True)
class Segment:
    """One part of a bar; role "free" is drawn empty and not counted in the bar's total."""

    label: str
    value: float
    role: str = "a"


@dataclass(frozen=True)
class Bar:
    """Segments laid end to end."""

    label: str
    segments: tuple[Segment, ...]

    @property
    def total(self) -> float:
        """The sum of the segments that are not free."""
        return fsum(part.value for part in self.segments if part.role != "free")


@dataclass(frozen=True)
class Limit:
    """A value that bars should stay under, such as the memory of a GPU."""

    label: str
    value: float


@dataclass(frozen=True)
class Bars:
    """Stacked horizontal bars on one linear axis. Raises ValueError naming bar and segment."""

    title: str
    description: str
    x: Axis
    bars: tuple[Bar, ...]
    limit: Limit | None = None

    def __post_init__(self) -> None:
        _require(self.title, "a chart needs a title")
        _require(self.description, f"chart {self.title!r} needs a description")
        _require(self.bars, f"chart {self.title!r} has no bars")
        if self.x.log or self.x.low is not None or self.x.high is not None:
            raise ValueError(f"axis {self.x.label!r}: bars need a linear axis that starts at zero")
        for bar in self.bars:
            _require(bar.label, f"chart {self.title!r}: a bar needs a label")
            self._check_segments(bar)
        _check_distinct("bar", [bar.label for bar in self.bars])
        if self.limit is not None:
            _require(self.limit.label, f"chart {self.title!r}: a limit needs a label")
            _check_length(self.limit.value, f"limit {self.limit.label!r}")
        labels = {(part.label, part.role) for bar in self.bars for part in bar.segments}
        _check_distinct("segment", sorted(label for label, _ in labels))
        _check_distinct(f"chart {self.title!r}: role", sorted(role for _, role in labels))

    def _check_segments(self, bar: Bar) -> None:
        _require(bar.segments, f"bar {bar.label!r} has no segments")
        for part in bar.segments:
            where = f"bar {bar.label!r}, segment {part.label!r}"
            _require(part.label, f"bar {bar.label!r}: a segment needs a label")
            _check_role(where, part.role, SEGMENT_ROLES)
            _check_length(part.value, where)
        _check_distinct(f"bar {bar.label!r}: segment", [part.label for part in bar.segments])

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """(label, role) of every kind of segment, in order of first use, free space last."""
        kinds = dict.fromkeys((part.label, part.role) for bar in self.bars for part in bar.segments)
        return tuple(sorted(kinds, key=lambda kind: kind[1] == "free"))


def check_number(value: float, where: str, *, log: bool = False) -> None:
    """Raise ValueError unless `value` can be drawn on a linear (or, with `log`, log) axis."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{where} is {value!r}, not a number")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{where} is {value!r}, not a finite number")
    if abs(value) > MOST:
        raise ValueError(f"{where} is {value!r}, beyond the {MOST:g} that a chart can show")
    if log and value < LEAST:
        raise ValueError(f"{where} is {value!r}; a log axis needs a number above zero")


def _check_length(value: float, where: str) -> None:
    check_number(value, where)
    if value < 0:
        raise ValueError(f"{where} is {value!r}; a bar cannot have a negative length")


def _check_role(where: str, role: str, known: tuple[str, ...]) -> None:
    if role not in known:
        raise ValueError(f"{where}: role {role!r} is not one of {', '.join(known)}")


def _check_distinct(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what} {name!r} is used more than once")
        seen.add(name)


def _require(content: object, message: str) -> None:
    if not content or (isinstance(content, str) and not content.strip()):
        raise ValueError(message)
