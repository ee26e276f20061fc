"""What the site states, counted when it is built: numbers by what is behind them, facts by how they are backed, slips tried."""

from collections import Counter
from functools import cache
from pathlib import Path

from calculators import facts, identities
from calculators.present.html import Html, tag
from hooks.checks import engine
from hooks.checks.page import SCHEMES, read_page
from proof import ROOT
from proof.slips import result
from proof.slips.report import IN_PAGES, OUTCOMES

_DOCS = ROOT / "docs"
_BEHIND = {
    "fact": "facts",
    "calc": "calculations",
    "data": "measurements",
    "price": "dated prices",
    "audit": "statements of others, quoted",
    "given": "assumptions",
}


def counters() -> Html:
    """Three lines: numbers, facts, slips. The build stops at the first number without anything behind it."""
    lines = [tag("li", text) for text in (_stated(), _facts(), _slips())]
    return tag("ul", *lines, class_="rp-counters", data_generated=True, data_search_exclude=True)


def _stated() -> str:
    pages = [path for path in engine.pages(_DOCS) if path.suffix == ".md"]
    counted = sum((Counter(_of_page(path.read_text("utf-8"))) for path in pages), Counter())
    listed = ", ".join(f"{counted[scheme]:,} {name}" for scheme, name in _BEHIND.items())
    return f"{counted.total():,} numbers in the text of {len(pages)} pages, each bound to what is behind it: {listed}."


@cache
def _of_page(text: str) -> tuple[str, ...]:
    return tuple(link.scheme for link in read_page(Path("page.md"), text).links if link.scheme in SCHEMES)


def _facts() -> str:
    total, identity, second, both, alone = _backing()
    return (
        f"{total:,} facts: {identity:,} reproduced by an equation, {second:,} said by a second source, {both:,} of them both; "
        f"{alone:,} rest on their source alone."
    )


@cache
def _backing() -> tuple[int, int, int, int, int]:
    kinds = [
        {reason.kind for reason in reasons}
        for record in facts.load().records.values()
        for reasons in identities.backing(record).values()
    ]
    alone = sum(len(identities.sourced_only(record)) for record in facts.load().records.values())
    held = [[name <= kind for kind in kinds] for name in ({"identity"}, {"second"}, {"identity", "second"})]
    return len(kinds), *map(sum, held), alone


def _slips() -> str:
    found = result.read()
    counted = Counter({outcome: sum(counts[outcome] for counts in found["changed"].values()) for outcome in OUTCOMES})
    part = "" if found["pieces"] == found["of"] else f" in a sample of {found['pieces']} of {found['of']} pieces"
    in_pages = sum(found["changed"].get(what, {}).get("survived", 0) for what in IN_PAGES)
    return (
        f"{counted.total():,} slips tried{part} on {found['date']}: {counted['killed']:,} refused, {counted['noticed']:,} "
        f"noticed by a second entry alone, {counted['equivalent']:,} still true; "
        f"{counted['survived'] - in_pages:,} survive in data, {in_pages:,} in a page."
    )
