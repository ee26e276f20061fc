"""Reads a drawn chart back, as a browser or a screen reader would."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from calculators.present.chart_labels import Box
from calculators.present.svg import text_width


@dataclass(frozen=True)
class Text:
    """A line of text in a drawing, and about the room it takes."""

    words: str
    box: Box


def parse(figure: str) -> Element:
    return ElementTree.fromstring(figure)


def drawings(figure: str) -> list[Element]:
    """The wide and the narrow drawing."""
    return [svg for svg in parse(figure).iter("svg") if svg.get("role") == "img"]


def with_class(root: Element, name: str) -> list[Element]:
    return [part for part in root.iter() if name in (part.get("class") or "").split()]


def canvas(svg: Element) -> Box:
    return Box(*(float(part) for part in svg.attrib["viewBox"].split()))


def texts(svg: Element) -> Iterator[Text]:
    size = float(svg.attrib["font-size"])
    for text in svg.iter("text"):
        for line in list(text.iter("tspan")) or [text]:
            words = line.text or ""
            width = text_width(words, size)
            before = {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
            x, y = float(line.attrib["x"]) - before, float(line.attrib["y"])
            yield Text(words, Box(x, y - 0.8 * size, x + width, y + 0.22 * size))


def corners(path: Element) -> list[tuple[float, float]]:
    """The points of a path's d attribute."""
    steps = path.attrib["d"].replace("M", " ").replace("L", " ").replace("Z", " ").split()
    numbers = [float(step) for step in steps]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def rows(table: Element) -> list[list[str]]:
    """The cells of a table, its head first."""
    return [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]


def value(text: str) -> float:
    """The number that a label or a cell shows."""
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    plain = text.replace(",", "").translate(powers)
    if "×10" in plain:
        return float(plain.replace("×10", "e"))
    if "⁰" <= text[-1] <= "⁹" or text[-1] in "¹²³":
        return float(f"1e{plain.removeprefix('10')}")
    factor = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}.get(plain[-1], 1)
    return float(plain.rstrip("kMGTP")) * factor
