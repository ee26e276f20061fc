"""What one accelerator can send to others, one way: over its own links, over PCIe, inside its node, and out of it.

Data sheets of accelerators add both directions of a link; networks count one. A collective or a copy sends over each wire one way
at a time, so everything here is for one direction, in bytes per second, after the line code where that is known.
"""

from fractions import Fraction

from calculators import facts
from calculators.declare import Derived
from calculators.formula import formula
from calculators.identities.link_records import LINE_CODES
from calculators.records import Fact, MissingFact, Record
from calculators.schema import LINKS
from calculators.units import Bytes, BytesPerSecond, Number, Quantity, Seconds, show

# Links inside one package or between the dies of one accelerator: they lead to no other accelerator.
INSIDE_A_PACKAGE = ("die_to_die", "nvlink_c2c", "ultrafusion")


@formula("signalling_rate * lanes * encoding")
def line_rate(signalling_rate: BytesPerSecond, lanes: Number, encoding: Number) -> BytesPerSecond:
    """One way over one link, in bytes/s: `encoding` is the share of the bits that the line code leaves.

    PCIe 5.0 x16: 32 Gbit/s * 16 lanes * 128/130 = 504.1 Gbit/s = 63.0 GB/s.
    """
    return BytesPerSecond(signalling_rate * lanes * encoding)


@formula("rate * links")
def all_links(rate: BytesPerSecond, links: Number) -> BytesPerSecond:
    """Several links side by side, one way, in bytes/s. NVLink 4: 25 GB/s * 18 links = 450 GB/s."""
    return BytesPerSecond(rate * links)


@formula("2 * one_way")
def both_ways(one_way: BytesPerSecond) -> BytesPerSecond:
    """Both directions of a link added together, in bytes/s: what data sheets of accelerators print."""
    return BytesPerSecond(2 * one_way)


@formula("both / 2")
def one_of_both(both: BytesPerSecond) -> BytesPerSecond:
    """One direction of a rate that adds both, in bytes/s. H100 SXM: 900 GB/s / 2 = 450 GB/s."""
    return BytesPerSecond(both / 2)


@formula("total / gpus")
def share(total: BytesPerSecond, gpus: Number) -> BytesPerSecond:
    """What each accelerator of a node has of something that they share evenly, in bytes/s."""
    return BytesPerSecond(total / gpus)


@formula("rate * used / of")
def part(rate: BytesPerSecond, used: Number, of: Number) -> BytesPerSecond:
    """Rate of `used` lanes or links out of `of`, in bytes/s."""
    return BytesPerSecond(rate * used / of)


@formula("latency + size / rate")
def transfer_time(latency: Seconds, size: Bytes, rate: BytesPerSecond) -> Seconds:
    """Time for a message of `size` bytes at `rate` bytes/s after a latency, in seconds: the alpha-beta model."""
    return Seconds(latency + size / rate)


def directions(fact: Fact) -> int:
    """How many directions a rate counts."""
    return 2 if "both-directions" in fact.qualifiers else 1


def one_way(fact: Fact) -> Fact | Derived:
    """A rate in one direction: the fact itself, or half of one that adds both."""
    if directions(fact) == 1:
        return fact
    return Derived(Quantity(one_of_both(fact.base), "GB/s"), (fact,), "The source adds both directions; this is one of them.")


def own_link(gpu: Record) -> tuple[str, Fact] | None:
    """The kind of link by which an accelerator reaches others of its kind, and the fact that rates or counts all of it.

    The fact is zero for an accelerator that is said to have no such link; None where nothing is known.
    """
    for slug in LINKS:
        if slug in INSIDE_A_PACKAGE:
            continue
        for key in ("per_direction", "total", "links"):
            fact = gpu.facts.get(f"interconnect.{slug}_{key}")
            if fact and (key != "links" or fact.value == 0):
                return slug, fact
    return None


def has_own_link(gpu: Record) -> bool:
    """Whether an accelerator is known to have a link to others of its kind."""
    found = own_link(gpu)
    return bool(found and found[1].value)


def over_own_links(gpu: Record, among: float | None = None) -> Fact | Derived:
    """What one accelerator can send over all its own links, one way.

    Where each pair has a link of its own and no switch, a group of `among` accelerators uses only the links inside it. Raises
    MissingFact for an accelerator without such a link.
    """
    found = own_link(gpu)
    if found is None or not found[1].value:
        raise MissingFact(f"{gpu.short} {_why_none(gpu)}")
    slug, fact = found
    whole = one_way(fact)
    links = gpu.facts.get(f"interconnect.{slug}_links")
    if among is None or not links or not each_to_each(gpu) or among - 1 >= links.value:
        return whole
    used = max(1.0, among - 1)
    how = f"Each pair has a link of its own and there is no switch: {used:g} of {show(links.quantity)} stay inside the group."
    return Derived(Quantity(part(_base(whole), used, links.base), "GB/s"), (fact, links), how)


def _why_none(gpu: Record) -> str:
    """Why no rate over own links is known: there is no link, or its rate was not found."""
    for slug in LINKS:
        if (reason := gpu.missing.get(f"interconnect.{slug}_total")) and slug not in INSIDE_A_PACKAGE:
            return f"has {LINKS[slug]}, but no rate for all of its links: {reason}"
    return "has no link of its own to other accelerators"


def each_to_each(gpu: Record) -> bool:
    """Whether each pair of accelerators has a link of its own, without a switch between them."""
    found = own_link(gpu)
    topology = found and gpu.facts.get(f"interconnect.{found[0]}_topology")
    return bool(topology and str(topology.value).startswith("fully connected"))


def over_pcie(gpu: Record, generation: Fact | None = None, lanes: Fact | None = None) -> Fact | Derived:
    """What one accelerator can send over PCIe, one way: generation and lanes after the line code, else as printed.

    Vendors print the same slot before or after the line code, so that only the computed value compares one card with another. A
    system can give an accelerator fewer `lanes` or another `generation` than it has.
    """
    generation = generation or gpu.facts.get("interconnect.pcie_generation")
    lanes = lanes or gpu.facts.get("interconnect.pcie_lanes")
    link = facts.load().links.get(f"pcie-{generation.value}") if generation else None
    if link and lanes:
        signal, code = link["link.signalling_rate"], link["link.encoding"]
        rate = line_rate(signal.base, lanes.base, line_code(code))
        how = f"PCIe {generation.value}.0 on {show(lanes.quantity)}, after the line code."
        return Derived(Quantity(rate, "GB/s"), (generation, lanes, signal, code), how)
    if "interconnect.pcie_per_direction" not in gpu:
        raise MissingFact(f"{gpu.short} has no PCIe generation and lanes, and no rate of its slot")
    return one_way(gpu["interconnect.pcie_per_direction"])


def line_code(code: Fact) -> float:
    """The share of the bits that a line code leaves. Raises MissingFact for a code that is not known."""
    if code.value not in LINE_CODES:
        raise MissingFact(f"what the line code {code.value} leaves is not known")
    return float(Fraction(LINE_CODES[str(code.value)]))


def inside(system: Record, among: float | None = None) -> Fact | Derived:
    """What one accelerator of a system can send to the others in it, one way, in a group of `among` of them.

    As the system states it; else over its link: the lanes that a PCIe slot gives, a cable, or the accelerator's own links.
    """
    gpu = accelerator_of(system)
    if has_own_link(gpu):
        stated = system.facts.get("gpus.per_gpu_bandwidth")
        return over_own_links(gpu, among) if stated is None or each_to_each(gpu) else one_way(stated)
    link = facts.load().links.get(str(system.facts.get("gpus.link", "")))
    if link and "link.lanes" in link and link.slug.startswith("pcie-"):
        return over_pcie(gpu, system.facts.get("gpus.pcie_generation"), system.facts.get("gpus.pcie_lanes"))
    if link and "link.per_direction" in link:
        return link["link.per_direction"]
    raise MissingFact(f"{system.short} has no known link between its accelerators")


def outside(system: Record) -> Fact | Derived:
    """What one accelerator of a system can send to other systems, one way: its even share of the ports for accelerator traffic.

    Only where no ports are known, of the advertised network; a link that joins the accelerators of the system leads nowhere else.
    """
    count = system["gpus.count"]
    if "network.ports" in system and "network.per_port" in system:
        if str(system.facts.get("network.kind", "")) == str(system.facts.get("gpus.link", "no link")):
            raise MissingFact(f"{system.short} has no network besides the link between its accelerators")
        ports, each = system["network.ports"], system["network.per_port"]
        rate = share(all_links(each.base, ports.base), count.base)
        how = f"{show(ports.quantity)} of {each} for {show(count.quantity)}, shared evenly."
        return Derived(Quantity(rate, "GB/s"), (ports, each, count), how)
    if "network.advertised" in system and "network.per_port" not in system.missing:
        total = system["network.advertised"]
        way = one_way(total)
        how = f"{show(Quantity(_base(way), 'GB/s'))} of network, as advertised, for {show(count.quantity)}, shared evenly."
        return Derived(Quantity(share(_base(way), count.base), "GB/s"), (total, count), how)
    reason = system.missing.get("network.per_port", "no document read states them")
    raise MissingFact(f"{system.short} has no known ports for traffic between accelerators of several systems: {reason}")


def accelerator_of(system: Record) -> Record:
    """The accelerator that a system is made of."""
    return facts.load().accelerators[str(system["gpus.accelerator"])]


def _base(found: Fact | Derived) -> float:
    return found.base if isinstance(found, Fact) else found.quantity.base
