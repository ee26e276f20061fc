"""prices/*.toml: what accelerators cost, to buy or by the hour, each at a date and a place.

[aws-p5-2025-06]
hardware = "h100-sxm5-80gb"
count = 8                      # accelerators that the printed price is for
kind = "rental"                # or "purchase"
terms = "on-demand"
value = 55.04                  # as printed, for all of them together
unit = "USD/h"
date = "2025-06"
until = "2025-12"              # optional: after this month it is known to be different
place = "AWS, us-east-1, p5.48xlarge"
source = "..."
where = "..."
"""

import re
from pathlib import Path
from typing import Any

from calculators import schema
from calculators.problems import nearest
from calculators.reading.reader import Reader
from calculators.records import Price

WANTED = {"hardware", "count", "kind", "terms", "value", "unit", "date", "place", "source", "where"}
MORE = {"until", "note"}
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?")


def read(reader: Reader) -> dict[str, Price]:
    """The prices by id."""
    made = {key: _price(reader, path, key, entry) for path, key, entry in reader.entries("prices")}
    return {key: price for key, price in made.items() if price}


def _price(reader: Reader, path: Path, key: str, entry: dict[str, Any]) -> Price | None:
    if message := _wrong_with(entry):
        reader.problem(path, key, "fact-price", message)
        return None
    source = reader.source(path, key, entry)
    reader.check_value(path, key, schema.Key(key, "number", schema.PRICE_KINDS[entry["kind"]]), entry["value"], entry["unit"])
    return Price(**{**entry, "source": source}, id=key, path=path, line=reader.line(path, key)) if source else None


def _wrong_with(entry: dict[str, Any]) -> str:
    if lacking := sorted(WANTED - entry.keys()):
        return f"lacks {', '.join(lacking)}"
    for extra in sorted(entry.keys() - WANTED - MORE):
        return f"unknown field `{extra}`{nearest(extra, WANTED | MORE)}"
    for field, accepted in (("kind", schema.PRICE_KINDS), ("terms", schema.PRICE_TERMS)):
        if entry[field] not in accepted:
            return f"{field} is one of {', '.join(accepted)}, not {entry[field]!r}"
    for field in ("date", "until"):
        if field in entry and not MONTH.fullmatch(str(entry[field])):
            return f"{field} is a month or a day such as 2026-03, not {entry[field]!r}"
    if not isinstance(entry["count"], int) or entry["count"] < 1:
        return "count is a whole number of accelerators, at least 1"
    return ""
