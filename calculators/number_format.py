"""What does a number format hold, and what does it do to a number and to a tensor?

A floating-point format has a sign, an exponent and a mantissa; formats of six bits or less, and the blocks of MX and NVFP4, come
with scales that several elements share. Everything is computed exactly, with fractions; see `encodings` for the formats and their
sources, `quantize` for the sample.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Any

from calculators.declare import Calculator, choice, count, output, overridable, quantity, text
from calculators.encodings import FLOATS, INTEGERS, Decoded, Encoding, decode, exponent_of, nearest, spacing
from calculators.formats import BITS_PER_BYTE, bytes_per_element
from calculators.formula import formula
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.quantize import Block, loss, sample
from calculators.units import Bytes, Number, Quantity, show
from calculators.working import Working

BLOCKS = {
    "mxfp8_e4m3": ("MXFP8 E4M3", "fp8_e4m3", Block(32, "E8M0")),
    "mxfp8_e5m2": ("MXFP8 E5M2", "fp8_e5m2", Block(32, "E8M0")),
    "mxfp6_e2m3": ("MXFP6 E2M3", "fp6_e2m3", Block(32, "E8M0")),
    "mxfp6_e3m2": ("MXFP6 E3M2", "fp6_e3m2", Block(32, "E8M0")),
    "mxfp4": ("MXFP4", "fp4_e2m1", Block(32, "E8M0")),
    "nvfp4": ("NVFP4", "fp4_e2m1", Block(16, "E4M3")),
}
PLAIN = FLOATS | INTEGERS
FORMATS = {name: encoding.label for name, encoding in PLAIN.items()} | {name: kind[0] for name, kind in BLOCKS.items()}
OVERFLOW = {"saturate": "the largest value (saturate)", "ieee": "infinity, or NaN where there is none"}
SCALING = {"amax": "one scale for the tensor, from its amax", "none": "no scale"}
_HIGHEST = Fraction(10) ** 300
_WIDE = 8  # exponent bits from which a format spans what tensors hold


@formula("significand * 2 ** exponent")
def magnitude(significand: Number, exponent: Number) -> Number:
    """Size of a floating-point number. Largest E4M3: 1.75 * 2^8 = 448 (OFP8 specification, table 2)."""
    return Number(significand * 2**exponent)


@formula("2 ** (1 - bias)")
def smallest_normal(bias: Number) -> Number:
    """Smallest number with the full precision of the format. FP16: 2^-14 = 6.10e-5 (IEEE 754, binary16)."""
    return Number(2 ** (1 - bias))


@formula("2 ** (1 - bias - mantissa_bits)")
def smallest_subnormal(bias: Number, mantissa_bits: Number) -> Number:
    """Smallest number above zero. E4M3: 2^(1 - 7 - 3) = 2^-9 (OFP8 specification, table 2)."""
    return Number(2 ** (1 - bias - mantissa_bits))


@formula("2 ** (0 - mantissa_bits)")
def epsilon(mantissa_bits: Number) -> Number:
    """Distance from 1 to the next larger number; rounding to nearest errs by at most half of it. BF16: 2^-7 = 0.0078125."""
    return Number(2 ** (0 - mantissa_bits))


@formula("precision_bits * 0.30103")
def decimal_digits(precision_bits: Number) -> Number:
    """Significant decimal digits: bits of precision, the leading one counted, times log10 of 2. FP32: 24 * 0.301 = 7.2 digits."""
    return Number(precision_bits * 0.30103)


@formula("multiple * spacing")
def multiple_of(multiple: Number, spacing: Number) -> Number:
    """A rounded number: a whole multiple of the distance between its neighbors."""
    return Number(multiple * spacing)


@formula("largest / (amax * 2 ** margin)")
def tensor_scale(largest: Number, amax: Number, margin: Number) -> Number:
    """Factor that brings the amax of a tensor to the largest value of the format, or `margin` halvings below it.

    E4M3, amax 5.64, no margin: 448 / 5.64 = 79.4 (NVIDIA Transformer Engine, delayed scaling recipe).
    """
    return Number(largest / (amax * 2**margin))


def read_number(written: str) -> Fraction:
    """'0.1', '-1e-3' or '1/3' as an exact fraction. Raises ValueError."""
    parts = written.replace("−", "-").split("/")
    try:
        numbers = [Decimal(part.strip()) for part in parts]
    except InvalidOperation as error:
        raise ValueError("is not a number") from error
    if len(numbers) > 2 or not all(number.is_finite() and abs(number.adjusted()) <= 300 for number in numbers):
        raise ValueError("is not a number from -1e300 to 1e300")
    if len(numbers) == 2 and not numbers[1]:
        raise ValueError("divides by zero")
    value = Fraction(numbers[0]) / (Fraction(numbers[1]) if len(numbers) == 2 else 1)
    if abs(value) > _HIGHEST or (value and abs(value) < 1 / _HIGHEST):
        raise ValueError("is not a number from -1e300 to 1e300")
    return value


def read_pattern(written: str) -> int:
    """'0x7E' or '0b0111_1110' as a number. Raises ValueError."""
    found = re.fullmatch(r"0x([0-9a-f]+)|0b([01]+)", re.sub(r"[\s_']", "", written.lower()))
    if not found:
        raise ValueError("is neither hexadecimal (0x7E) nor binary (0b01111110)")
    return int(found[1], 16) if found[1] else int(found[2], 2)


def _parts(name: str) -> tuple[Encoding, Block | None]:
    _, element, block = BLOCKS.get(name, ("", name, None))
    return PLAIN[element], block


def _largest_pattern(known: Mapping[str, Any]) -> str:
    encoding, _ = _parts(known["format"])
    return encoding.written(encoding.pattern_of(encoding.largest))


def _sample_amax(known: Mapping[str, Any]) -> Quantity:
    values = sample(*(known[name].base for name in ("spread", "outlier_share", "outlier_size")))
    return Quantity(max(map(abs, values)), "")


@dataclass(frozen=True)
class Inputs:
    format: str = choice("fp8_e4m3", FORMATS, "Number format", "FP8 as specified by OCP; FNUZ is what AMD's MI300 series uses.")
    number: str = text(
        "3.14159",
        read_number,
        "a number such as 0.1, 1e-3 or 1/3, up to 1e300",
        "Number to round",
        "Taken exactly as written, to nearest, ties to even.",
    )
    overflow: str = choice("saturate", OVERFLOW, "Too large becomes", "Deep learning saturates; IEEE 754 goes to infinity.")
    scaling: str = choice("amax", SCALING, "Scale of the sample", "Blocks have scales of their own, and wide formats need none.")
    spread: float = quantity("1", "", "0.000001", "1000000", "Standard deviation", "Of the normal distribution of the sample.")
    outlier_share: float = quantity("1%", "%", "0%", "50%", "Outliers", "Share of the sample that is enlarged.")
    outlier_size: float = quantity("10", "x", "1 x", "10000 x", "Size of outliers", "What they are multiplied by.")
    margin: float = count(0, 0, 16, "Margin", "Halvings kept free above the amax, for tensors that grow.")
    pattern: str = text(
        "",
        read_pattern,
        "hexadecimal such as 0x7E, or binary such as 0b01111110",
        "Bit pattern to read",
        "Of one element. Empty: the pattern of the largest value.",
        longest=100,
        fallback=_largest_pattern,
    )
    amax: float = overridable(
        _sample_amax,
        "",
        "0.000000001",
        "1000000000",
        "Amax",
        "Largest magnitude the scale counts on: that of the sample, or yours.",
    )


@dataclass(frozen=True)
class Outputs:
    sample_error: Number = output("Error on the sample", "%", "Root mean square error over that of the sample.")
    largest: Number = output("Largest value", "", "Finite; of one element, before any scale.")
    smallest_subnormal: Number = output("Smallest value above zero", "", "Subnormal, with less precision.")
    smallest_normal: Number | None = output("Smallest normal value", "", "Below it, precision falls.")
    epsilon: Number | None = output("Epsilon", "", "Distance from 1 to the next value.")
    rounded: Number | None = output("Rounded number", "", "Nearest value, ties to even; none for infinity and NaN.", signed=True)
    rounded_as: str = output("Rounded to", None, "Bit pattern and what became of the number.")
    absolute_error: Number | None = output("Error of rounding", "", "Distance from the number.")
    relative_error: Number | None = output("Relative error of rounding", "%", "That distance over the number.")
    pattern_value: Number | None = output("Value of the pattern", "", "None for infinity and NaN.", signed=True)
    pattern_means: str = output("The pattern means", None, "How its fields are read.")
    bits: Bytes = output("Bits", "bit", "Of one element.")
    exponent_bits: Bytes = output("Exponent bits", "bit", "They give the range; integers have none.")
    mantissa_bits: Bytes = output("Mantissa bits", "bit", "As stored: without the leading one. Of integers, all but the sign.")
    stored: Bytes = output("Bits stored per element", "bit", "With padding, and its part of the block's scale.")
    layout: str = output("Layout", None, "Sign, exponent, mantissa; special patterns.")
    digits: Number = output("Decimal digits", "", "Precision of a normal value.")
    values: Number = output("Finite values", "", "How many different ones there are.")
    scale: Number | None = output("Scale from the amax", "", "What the tensor is multiplied by before rounding.")
    sample_clipped: Number = output("Clipped share", "%", "Of the sample: beyond the largest value.")
    sample_zeroed: Number = output("Share rounded to zero", "%", "Of the sample.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Range, precision and effect of a format; see `magnitude`, `smallest_subnormal`, `epsilon`, `tensor_scale`.

    Raises InputProblems for a bit pattern that is wider than the format.
    """
    encoding, block = _parts(i.format)
    decoded = _decoded(i, encoding)
    largest, normal, subnormal, eps = _range(encoding, working)
    rounded, rounded_as, wrong, relative = _rounded(i, encoding, working)
    stored = working.step("Stored per element", bytes_per_element, "bit", **_stored(encoding, block))
    scale = _scale(i, encoding, block, largest, working)
    values = sample(i.spread, i.outlier_share, i.outlier_size)
    lost = loss(encoding, block, scale or 1.0, values)
    precision = encoding.mantissa_bits + (0 if encoding.is_integer else 1)
    digits = working.step("Decimal digits", decimal_digits, precision_bits=precision)
    value = decoded.value
    return Outputs(
        Number(lost.error),
        largest,
        subnormal,
        normal,
        eps,
        rounded,
        rounded_as,
        wrong,
        relative,
        None if value is None else Number(float(value)),
        _meaning(encoding, decoded),
        Bytes(encoding.bits / BITS_PER_BYTE),
        Bytes(encoding.exponent_bits / BITS_PER_BYTE),
        Bytes(encoding.mantissa_bits / BITS_PER_BYTE),
        stored,
        _layout(encoding, block),
        digits,
        Number(encoding.finite_values),
        scale,
        Number(lost.clipped),
        Number(lost.zeroed),
    )


def _decoded(i: Inputs, encoding: Encoding) -> Decoded:
    pattern = read_pattern(i.pattern)
    if pattern.bit_length() > encoding.bits:
        message = f"has {pattern.bit_length()} bits, {encoding.label} has {encoding.bits}"
        accepted = f"up to {encoding.written(2**encoding.bits - 1)}"
        raise InputProblems([InputProblem("pattern", i.pattern, message, accepted)])
    return decode(encoding, pattern)


def _range(encoding: Encoding, working: Working) -> tuple[Number, Number | None, Number, Number | None]:
    """Largest, smallest normal, smallest subnormal and epsilon; integers have neither of the latter's kinds."""
    if encoding.is_integer:
        working.remark(
            f"{encoding.label} is used from -{encoding.largest} to {encoding.largest}, so that negation never overflows."
        )
        return Number(float(encoding.largest)), None, Number(1.0), None
    top, m, bias = float(encoding.top_significand), encoding.mantissa_bits, encoding.bias
    return (
        working.step("Largest value", magnitude, significand=top, exponent=encoding.top_exponent),
        working.step("Smallest normal value", smallest_normal, bias=bias),
        working.step("Smallest value above zero", smallest_subnormal, bias=bias, mantissa_bits=m),
        working.step("Epsilon", epsilon, mantissa_bits=m),
    )


def _rounded(i: Inputs, encoding: Encoding, working: Working) -> tuple[Number | None, str, Number | None, Number | None]:
    exact = read_number(i.number)
    size = nearest(encoding, abs(exact))
    overflows = size > encoding.largest
    saturates = i.overflow == "saturate" or encoding.special == "none"
    if overflows and not saturates:
        return None, "infinity" if encoding.special == "ieee" else "NaN: the format has no infinity", None, None
    kept = encoding.largest if overflows else size
    step = spacing(encoding, kept)
    working.step("Rounded number, without its sign", multiple_of, multiple=float(kept / step), spacing=float(step))
    value = -kept if exact < 0 else kept
    how = ", saturated" if overflows else ", exact" if value == exact else ", rounded to zero" if not value else ""
    wrong = abs(value - exact)
    relative = Number(float(wrong / abs(exact))) if exact else None
    return Number(float(value)), encoding.written(encoding.pattern_of(value)) + how, Number(float(wrong)), relative


def _stored(encoding: Encoding, block: Block | None) -> dict[str, float]:
    bits = encoding.stored_bits or encoding.bits
    shared, group = (block.scale_bits, block.elements) if block else (0, 1)
    return {"element": bits / BITS_PER_BYTE, "shared": shared / BITS_PER_BYTE, "group": group}


def _scale(i: Inputs, encoding: Encoding, block: Block | None, largest: float, working: Working) -> Number | None:
    if block:
        second = ", under one FP32 scale for the tensor" if block.scale == "E4M3" else ", a power of two"
        working.remark(f"Each {block.elements} elements of the sample share a scale in {block.scale}{second}.")
        return None
    if i.scaling == "none" or encoding.exponent_bits >= _WIDE:
        return None
    return working.step("Scale from the amax", tensor_scale, largest=largest, amax=i.amax, margin=i.margin)


def _layout(encoding: Encoding, block: Block | None) -> str:
    if encoding.is_integer:
        return f"two's complement, {encoding.bits} bits"
    special = {
        "ieee": "infinities and NaN in the top exponent",
        "one-nan": "NaN is all ones, no infinity",
        "fnuz": "NaN is negative zero, no infinity",
        "none": "neither infinity nor NaN",
    }[encoding.special]
    fields = f"1 sign, {encoding.exponent_bits} exponent (bias {encoding.bias}), {encoding.mantissa_bits} mantissa; {special}"
    return f"{fields}; {block.scale} scale per {block.elements}" if block else fields


def _meaning(encoding: Encoding, decoded: Decoded) -> str:
    sign = "-" if decoded.negative else ""
    if decoded.kind in ("infinity", "NaN", "zero"):
        return sign + decoded.kind if decoded.kind != "NaN" else "NaN"
    if decoded.kind == "integer":
        return f"integer {sign}{decoded.significand}"
    lead = "1." if decoded.kind == "normal" else "0."
    mantissa = int((decoded.significand % 1) * 2**encoding.mantissa_bits)
    return f"{decoded.kind}: {sign}{lead}{mantissa:0{encoding.mantissa_bits}b} (binary) × 2^{decoded.exponent}"


def summary(i: Inputs, o: Outputs) -> str:
    span = f"{show(Quantity(o.smallest_subnormal, ''))} to {show(Quantity(o.largest, ''))}"
    became = show(Quantity(o.rounded, ""), 7) if o.rounded is not None else o.rounded_as
    error = show(Quantity(o.sample_error, "%"), 3)
    return f"{FORMATS[i.format]} holds {span}; {i.number} becomes {became}; error on the sample {error}."


def chart(run) -> Chart:
    """The representable values: how far each is from the next. Formats of few bits value by value, others by powers of two."""
    i = run.inputs
    encoding, _ = _parts(i.format)
    few = encoding.bits <= 6
    at = abs(float(run.result.rounded or 0))
    points = _every_value(encoding) if few else _by_exponent(encoding)
    inside = points[0][0] <= at <= points[-1][0]
    marks = (Mark("your number, rounded", at, float(spacing(encoding, at))),) if inside else ()
    return Chart(
        title=f"Values of {encoding.label} and their distance to the next",
        description=f"{encoding.label} has {run.result.values:.4g} finite values; the larger, the farther apart.",
        x=Axis("Value", "", log=not few, base=10 if few else 2),
        y=Axis("Distance to the next value", "", log=not few, base=10 if few else 2),
        series=(Series(encoding.label, points, "a"),),
        marks=marks,
    )


def _every_value(encoding: Encoding) -> tuple[tuple[float, float], ...]:
    values = [float(decode(encoding, pattern).value or 0) for pattern in range(encoding.pattern_of(encoding.largest) + 1)]
    steps = [point for value, after in pairwise(values) for point in ((value, after - value), (after, after - value))]
    return tuple(dict.fromkeys(steps))


def _by_exponent(encoding: Encoding) -> tuple[tuple[float, float], ...]:
    """Both ends of each power of two, of wide formats those around 1."""
    if encoding.is_integer:
        return ((1.0, 1.0), (float(encoding.largest), 1.0))
    reach = 24
    smallest = Fraction(2) ** (1 - encoding.bias - encoding.mantissa_bits)
    lowest, highest = max(exponent_of(smallest), -reach), min(encoding.top_exponent, reach)
    points = []
    for exponent in range(lowest, highest + 1):
        start = 2.0**exponent
        gap = float(spacing(encoding, start))
        points += [(start, gap), (max(start, min(2 * start, float(encoding.largest)) - gap), gap)]
    return tuple(dict.fromkeys(points))


CALCULATOR = Calculator(
    title="Number formats",
    subject="Hardware",
    question="What does a number format hold, and what does it do to a number and to a tensor?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("sample_error", "largest", "smallest_subnormal", "rounded"),
    chart=chart,
)
