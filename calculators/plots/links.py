"""Links between GPUs and between machines: what each carries one way, and what an all-reduce takes over them."""

from calculators import call, facts
from calculators.present.chart import Axis, Bar, Bars, Chart, Mark, Segment, Series, figure
from calculators.present.html import Html
from calculators.records import Measurement, Record
from calculators.units import read_quantity

_GIGA, _MEBI, _MILLI = 1e9, 2**20, 1e-3
_NVLINKS = ("nvlink-1", "nvlink-2", "nvlink-3", "nvlink-4", "nvlink-5")
_INFINIBAND = tuple(f"infiniband-{rate}" for rate in ("sdr", "ddr", "qdr", "fdr", "edr", "hdr", "ndr", "xdr"))
_OTHERS = ("nvlink-bridge-ga102", "pcie-3", "pcie-4", "pcie-5", "infiniband-ndr")
_SIZES = tuple(2.0**power for power in range(10, 33))  # bytes
_MEASURED = "stas-network-006 stas-network-010 stas-network-014 stas-network-016 stas-network-020".split()


def _links(slugs: tuple[str, ...]) -> list[Record]:
    return [facts.load().links[slug] for slug in slugs]


def _one_way(link: Record) -> float:
    """All links that an accelerator has, one way, in GB/s; of a network, one port."""
    if "link.per_gpu" in link:
        return link["link.per_gpu"].quantity.base / 2 / _GIGA
    return link["link.per_direction"].quantity.base / _GIGA


def _year(link: Record) -> float:
    return float(str(link["identity.introduced"].value)[:4])


def one_way() -> Html:
    """What one accelerator sends at most, by link."""
    return figure(
        Bars(
            title="What one GPU can send one way: all its NVLinks, or one slot or port",
            description="NVLink grows by half to double with each generation. PCIe and a network port are several times "
            "shorter; the bridge of RTX 30 cards lies a little below PCIe 5.0.",
            x=Axis("One way", "GB/s"),
            bars=tuple(Bar(link.short, (Segment("one way", _one_way(link), "a"),)) for link in _links((*_NVLINKS, *_OTHERS))),
        ),
        "links-one-way",
    )


def over_time() -> Html:
    """NVLink of one GPU and one port of InfiniBand, by year, one way."""
    return figure(
        Chart(
            title="Inside the node and between nodes, one way",
            description="Both grow exponentially. A GPU has had about nine to twelve times as much NVLink as a port of the "
            "InfiniBand of the same years carries.",
            x=Axis("Introduced", "", calendar=True, low=2000, high=2030),
            y=Axis("One way", "GB/s", log=True),
            series=(
                Series("NVLink, all links of a GPU", tuple((_year(link), _one_way(link)) for link in _links(_NVLINKS)), "a"),
                Series("InfiniBand, one port", tuple((_year(link), _one_way(link)) for link in _links(_INFINIBAND)), "b"),
            ),
            marks=tuple(Mark(link.short.removeprefix("InfiniBand "), _year(link), _one_way(link))
                        for link in _links(_INFINIBAND[4:])),
        ),
        "links-over-time",
    )  # fmt: skip


def all_reduce() -> Html:
    """The time of an all-reduce between two GPUs, by message size, over four links."""

    def times(gpu: str, path: str) -> tuple[tuple[float, float], ...]:
        run = call.run("collectives", {"gpu": gpu, "gpus": "2", "path": path})
        return tuple((size / _MEBI, result.time / _MILLI) for size, result in run.sweep("size", _SIZES))

    return figure(
        Chart(
            title="All-reduce between two GPUs, by message size: floors",
            description="Below about a tenth of a mebibyte all lines are flat: the time is that of waiting, and the link hardly "
            "matters. Above, each doubling of the message doubles the time, and the lines lie apart as the links do.",
            x=Axis("Message", "MiB", log=True),
            y=Axis("Time", "ms", log=True),
            series=(
                Series("RTX 4090, PCIe 4.0", times("rtx-4090", "pcie"), "b"),
                Series("RTX 3090, NVLink bridge", times("rtx-3090", "links"), "c"),
                Series("A100 SXM, NVLink 3", times("a100-sxm4-80gb", "links"), "d"),
                Series("H100 SXM, NVLink 4", times("h100-sxm5-80gb", "links"), "a"),
            ),
        ),
        "links-all-reduce",
    )


def bus_bandwidth() -> Html:
    """Bus bandwidth of an all-reduce over eight A100s: the model, and what nccl-tests measured."""
    run = call.run("collectives", {"gpu": "a100-sxm4-80gb", "gpus": "8"})
    measured = [facts.load().measurements[name] for name in _MEASURED]
    return figure(
        Chart(
            title="All-reduce over eight A100s: bus bandwidth by message size",
            description="The floor model rises from almost nothing to the rate of the links. Measurements follow the same curve "
            "lower down, and level off at about four fifths of the links.",
            x=Axis("Message", "MiB", log=True),
            y=Axis("Bus bandwidth", "GB/s", low=0),
            series=(
                Series("Floor", tuple((size / _MEBI, result.busbw / _GIGA) for size, result in run.sweep("size", _SIZES)), "a"),
                Series("Measured", tuple((_payload(entry), entry.quantity.base / _GIGA) for entry in measured), "b"),
            ),
        ),
        "links-bus-bandwidth",
    )


def _payload(entry: Measurement) -> float:
    return read_quantity(str(entry.details["payload"])).base / _MEBI
