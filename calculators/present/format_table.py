"""The formats that weights are stored in, side by side: what a weight takes by itself, what its group shares, the sum."""

from calculators import formats
from calculators.formats import Format
from calculators.present.html import Html, scrolling_table, tag

_COLUMNS = {
    "Format": "text", "Bits of a weight": "number", "Shared by a group": None, "Weights in a group": "number",
    "Bits per weight": "number",
}  # fmt: skip


def table() -> Html:
    """A row for each weight format, sortable."""
    return scrolling_table(_COLUMNS, map(_row, formats.WEIGHTS.values()), "rp-sortable", generated=True)


def _row(kind: Format) -> Html:
    total = formats.bytes_of(kind) * formats.BITS_PER_BYTE
    shared = f"{kind.group_bits} bits" if kind.group_bits else "–"
    return tag(
        "tr",
        tag("th", kind.label, scope="row"),
        tag("td", str(kind.bits), data_value=str(kind.bits)),
        tag("td", f"{kind.row_bits} bits per row" if kind.row_bits else shared),
        tag("td", f"{kind.group:,}" if kind.group_bits else "–", data_value=str(kind.group)),
        tag("td", _in_all(kind, total), data_value=f"{total:.6g}"),
    )


def _in_all(kind: Format, total: float) -> str:
    """The exact figure; where it depends on the model, the least."""
    return f"from {total:g}, by model" if kind.raised or kind.row_bits else f"{total:.6g}"
