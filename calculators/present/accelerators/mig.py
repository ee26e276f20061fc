"""The MIG profiles of an accelerator as a table: what an instance of each size has, and where it can start."""

from calculators.identities import backing
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.tables import anchor, badges, source
from calculators.records import Fact, MigProfile, Record
from calculators.schema import MIG_PROFILE
from calculators.units import unit_text


def table(gpu: Record) -> Html:
    """A row for each profile, a cell for each number, and below it where they were read and what they contradict."""
    columns = [key for key in MIG_PROFILE if any(key in profile.facts for profile in gpu.mig.values())]
    titles = ["Profile", *(MIG_PROFILE[key].label for key in columns)]
    placed = any(profile.placements for profile in gpu.mig.values())
    rows = (_row(profile, columns, placed) for profile in gpu.mig.values())
    grid = scrolling_table([*titles, "Can start at slice"] if placed else titles, rows, "rp-table rp-mig")
    return tag("div", grid, *_below(gpu), class_="rp-record", data_generated=True)


def why_not(gpu: Record) -> Html | None:
    """Why there is no table: the accelerator has no MIG, or its profiles are not known."""
    reason, instances = gpu.missing.get("mig.profiles"), gpu.facts.get("features.mig_max_instances")
    if not reason or not instances:
        return None
    said = f"The profiles are not known: {reason}." if instances.base else f"{gpu.short} has no MIG."
    return tag("p", said, data_generated=True)


def _row(profile: MigProfile, columns: list[str], placed: bool) -> Html:
    cells = (tag("td", _shown(profile.facts[key]), id=anchor(profile.facts[key].key)) if key in profile.facts else tag("td", "–")
             for key in columns)  # fmt: skip
    starts = tag("td", ", ".join(map(str, profile.placements)) or "–") if placed else None
    return tag("tr", tag("th", profile.name, scope="row"), *cells, starts)


def _shown(fact: Fact) -> str:
    unit = unit_text(fact.unit, float(fact.value)) if fact.unit in ("GB", "MiB") else ""
    return f"{fact.value:,} {unit}".strip()


def _below(gpu: Record) -> list[Html]:
    facts = [fact for profile in gpu.mig.values() for fact in profile.facts.values()]
    read_in = {(fact.source.id, fact.where): fact for fact in facts}
    reasons = backing(gpu)
    contradicted = {reason.text: reason for fact in facts for reason in reasons[fact.key] if reason.kind == "differs"}
    notes = [tag("p", *badges(list(contradicted.values())))] if contradicted else []
    notes += [tag("p", gpu.mig_note, class_="rp-note")] if gpu.mig_note else []
    if lacking := gpu.missing.get("mig.profiles"):
        notes.append(tag("p", f"Not known: {lacking}.", class_="rp-note"))
    return [*notes, tag("p", "Read in: ", *_listed(read_in.values()))]


def _listed(facts) -> list[Html]:
    return [join("; " if n else None, *source(fact)) for n, fact in enumerate(facts)]
