"""Links and systems side by side, and the facts of all of them on one page each."""

from calculators import facts
from calculators.interconnect import directions
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.tables import record
from calculators.records import Fact, Record
from calculators.units import Quantity, show

_LINKS = {
    "Link": "text",
    "Signalling rate of a lane": "number",
    "Lanes": "number",
    "One link or port, one way": "number",
    "Links of an accelerator": "number",
    "All links, one way": "number",
}
_SYSTEMS = {
    "System": "text",
    "Accelerators": "number",
    "Memory of all": "number",
    "Link": "text",
    "Link bandwidth of one, one way": "number",
    "Network, one way": "number",
    "Network for one accelerator": "number",
    "Power": "number",
}
_UNKNOWN = "not known"


def links() -> Html:
    """Every link by family: what a lane, a link and an accelerator carry, in one unit and one direction."""
    rows, family = [], ""
    for found in sorted(facts.load().links.values(), key=_by_family):
        name = str(found["identity.family"])
        if name != family:
            rows.append(tag("tr", tag("th", name, scope="rowgroup", colspan=str(len(_LINKS)))))
            family = name
        rows.append(_link(found))
    return scrolling_table(dict.fromkeys(_LINKS), rows, "rp-table", generated=True)


def systems() -> Html:
    """Every system: what it holds, and what one accelerator gets of the links and of the network."""
    rows = [_system(found) for found in facts.load().systems.values()]
    return scrolling_table(_SYSTEMS, rows, "rp-sortable", generated=True)


def every_fact(folder: str) -> Html:
    """The fact tables of all links or of all systems, each under its name; ids start with the slug."""
    records = getattr(facts.load(), folder)
    order = sorted(records.values(), key=_by_family) if folder == "links" else records.values()
    parts = [join(tag("h3", found.name, id=found.slug), record(found.slug, f"{found.slug}-", "h4")) for found in order]
    return tag("div", *parts, data_generated=True)


def _by_family(found: Record) -> tuple[str, float, str]:
    speed = one_way(_fastest(found) or found.facts.get("switch.per_gpu"))
    return str(found["identity.family"]), speed or 0.0, found.slug


def one_way(fact: Fact | None) -> float | None:
    """A rate in one direction, in bytes per second: half of one that adds both."""
    if fact is None:
        return None
    return fact.base / directions(fact)


def _link(found: Record) -> Html:
    of = found.facts.get
    return tag(
        "tr",
        tag("th", tag("a", found.name, href=f"#{found.slug}"), scope="row"),
        _cell(of("link.signalling_rate"), "Gbit/s"),
        _cell(of("link.lanes"), "lane"),
        _rate(of("link.per_direction")),
        _cell(of("link.max_links"), "link"),
        _rate(of("link.per_gpu") or of("switch.per_gpu")),
    )


def _system(found: Record) -> Html:
    of = found.facts.get
    gpu = facts.load().accelerators[str(found["gpus.accelerator"])]
    count = found["gpus.count"]
    link = facts.load().links.get(str(of("gpus.link", "")))
    network = _network(found)
    return tag(
        "tr",
        tag("th", tag("a", found.name, href=f"#{found.slug}"), scope="row"),
        tag("td", f"{count.value} × ", tag("a", gpu.short, href=f"../gpus/{gpu.slug}/"), data_value=str(count.value)),
        _shown(float(count.value) * gpu["memory.capacity"].base, "GB"),
        tag("td", tag("a", link.short, href=f"../links/#{link.slug}") if link else _UNKNOWN),
        _shown(_to_others(found, link), "GB/s"),
        _shown(network, "GB/s"),
        _shown(network / float(count.value) if network else None, "GB/s"),
        _cell(of("power.max"), "kW"),
    )


def _to_others(found: Record, link: Record | None) -> float | None:
    """What an accelerator can send to the others: as the system states it, or as its link has it, for the lanes it is given."""
    stated = one_way(found.facts.get("gpus.per_gpu_bandwidth"))
    of_link = one_way(_fastest(link)) if link else None
    if stated is not None or of_link is None or "gpus.pcie_lanes" not in found:
        return stated if stated is not None else of_link
    return of_link * float(found["gpus.pcie_lanes"].value) / float(link["link.lanes"].value)


def _network(found: Record) -> float | None:
    """The ports for accelerator traffic, one way, in bytes per second: ports × rate of a port."""
    ports, each = found.facts.get("network.ports"), found.facts.get("network.per_port")
    return float(ports.value) * each.base if ports and each else None


def _fastest(link: Record) -> Fact | None:
    """What a link gives an accelerator: all of its links where it can have several, else the one."""
    return link.facts.get("link.per_gpu") or link.facts.get("link.per_direction")


def _cell(fact: Fact | None, unit: str) -> Html:
    return _shown(fact.base if fact else None, unit)


def _rate(fact: Fact | None) -> Html:
    return _shown(one_way(fact), "GB/s")


def _shown(base: float | None, unit: str) -> Html:
    if base is None:
        return tag("td", "–", data_value="0")
    return tag("td", show(Quantity(base, unit), 7), data_value=f"{base:.6g}")
