"""Generations of accelerators over time: what their arithmetic and their memory gained."""

from calculators import facts
from calculators.peak_rate import known_peak
from calculators.present.chart import Axis, Bar, Bars, Chart, Mark, Segment, Series, figure
from calculators.present.html import Html
from calculators.records import Record

DATA_CENTER = ("v100-sxm2-16gb", "a100-sxm4-40gb", "h100-sxm5-80gb", "b200-sxm-180gb")
GEFORCE = ("rtx-2080-ti", "rtx-3090", "rtx-4090", "rtx-5090")
_NARROWEST = ("fp4_tensor", "fp8_tensor", "int8_tensor", "fp16_tensor")
# what is compared, of which kind it is, the fact of the H100, that of the A100
_COMPARED = (
    ("FP8 on H100, BF16 on A100", "a", "peak.fp8_tensor", "peak.bf16_tensor"),
    ("FP64, tensor cores", "a", "peak.fp64_tensor", "peak.fp64_tensor"),
    ("FP32", "a", "peak.fp32_vector", "peak.fp32_vector"),
    ("TF32", "a", "peak.tf32_tensor", "peak.tf32_tensor"),
    ("BF16 and FP16", "a", "peak.bf16_tensor", "peak.bf16_tensor"),
    ("INT8", "a", "peak.int8_tensor", "peak.int8_tensor"),
    ("Memory bandwidth", "b", "memory.bandwidth", "memory.bandwidth"),
    ("Memory capacity", "b", "memory.capacity", "memory.capacity"),
    ("NVLink", "b", "interconnect.nvlink_total", "interconnect.nvlink_total"),
    ("Power", "c", "power.tdp", "power.tdp"),
)
_KINDS = {"a": "arithmetic", "b": "memory and links", "c": "power"}
_TERA, _GIGA = 1e12, 1e9


def timeline() -> Html:
    """Dense FP16 peaks with FP32 sums, by the month of the announcement, and the peak of each card's fastest format."""
    center, geforce = (_records(slugs) for slugs in (DATA_CENTER, GEFORCE))
    return figure(
        Chart(
            title="Dense peaks of five generations, by announcement",
            description="FP16 peaks of data-center cards grow with each generation from Volta to Blackwell, those of GeForce "
            "cards more slowly. The fastest format of each data-center card pulls away, as formats become narrower.",
            x=Axis("Announced", "", calendar=True),
            y=Axis("Dense peak", "TFLOPS or TOPS", log=True),
            series=(
                Series("Data center, fastest format", tuple((_when(gpu), _fastest(gpu)) for gpu in center), "c"),
                Series("Data center, FP16", tuple((_when(gpu), _fp16(gpu)) for gpu in center), "a"),
                Series("GeForce, FP16", tuple((_when(gpu), _fp16(gpu)) for gpu in geforce), "b"),
            ),
            marks=tuple(Mark(gpu.short, _when(gpu), _fp16(gpu)) for gpu in (*center, *geforce)),
        ),
        "generations-timeline",
    )


def growth() -> Html:
    """What each data-center generation has, as a multiple of the V100: arithmetic, bandwidth, capacity."""
    gpus = _records(DATA_CENTER)
    kinds = (("Dense FP16 peak", _fp16, "a"), ("Memory bandwidth", _bandwidth, "b"), ("Memory capacity", _capacity, "c"))
    return figure(
        Chart(
            title="Arithmetic against memory: each generation over the V100",
            description="From the V100 to the B200 the arithmetic of FP16 grew about twice as much as the bandwidth: the ridge "
            "point rises, and more work becomes limited by memory.",
            x=Axis("Announced", "", calendar=True),
            y=Axis("Over the V100", "×", log=True, base=2),
            series=tuple(
                Series(label, tuple((_when(gpu), measure(gpu) / measure(gpus[0])) for gpu in gpus), role)
                for label, measure, role in kinds
            ),
        ),
        "generations-growth",
    )


def widths() -> Html:
    """Dense FP16 arithmetic of one SM in one clock, with sums in FP32."""
    gpus = _records((*DATA_CENTER, *GEFORCE))
    return figure(
        Bars(
            title="What one SM multiplies in one clock: FP16, dense, summed in FP32",
            description="The SM of data-center cards doubles with every generation from Volta to Blackwell, that of GeForce "
            "cards has stayed as wide since Turing.",
            x=Axis("Arithmetic per SM and clock", "FLOP"),
            bars=tuple(Bar(gpu.short, (Segment("FP16", gpu["rate.fp16_tensor"].quantity.base, "a"),)) for gpu in gpus),
        ),
        "generations-widths",
    )


def hopper_over_ampere() -> Html:
    """Ratios of the H100 SXM to the A100 SXM, dense against dense."""
    h100, a100 = _records(("h100-sxm5-80gb", "a100-sxm4-80gb"))
    ratios = [(label, kind, h100[new].quantity.base / a100[old].quantity.base) for label, kind, new, old in _COMPARED]
    return figure(
        Bars(
            title="H100 over A100, SXM modules, dense peaks",
            description="FP8 against BF16 is the longest bar. FP64, FP32 and all formats that both cards have follow at about "
            "half of it, then bandwidth, power and links; capacity stays the same.",
            x=Axis("H100 over A100", "×"),
            bars=tuple(Bar(label, (Segment(_KINDS[kind], ratio, kind),)) for label, kind, ratio in ratios),
        ),
        "generations-hopper",
    )


def _records(slugs: tuple[str, ...]) -> list[Record]:
    return [facts.load().accelerators[slug] for slug in slugs]


def _when(gpu: Record) -> float:
    """The year and month in which a card was announced, or else released, as a number of years."""
    key = "identity.announced" if "identity.announced" in gpu else "identity.released"
    year, month = str(gpu[key].value).split("-")[:2]
    return int(year) + (int(month) - 1) / 12


def _fp16(gpu: Record) -> float:
    return known_peak(gpu, "fp16_tensor").quantity.base / _TERA


def _fastest(gpu: Record) -> float:
    """The dense peak of the narrowest format that the matrix units of a card multiply."""
    key = next(name for name in _NARROWEST if f"peak.{name}" in gpu)
    return known_peak(gpu, key).quantity.base / _TERA


def _bandwidth(gpu: Record) -> float:
    return gpu["memory.bandwidth"].quantity.base / _GIGA


def _capacity(gpu: Record) -> float:
    return gpu["memory.capacity"].quantity.base / _GIGA
