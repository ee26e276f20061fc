"""The recorded answers as the site shows them: how often a package agrees with us, and why it does not."""

from collections import defaultdict

from calculators.present.html import Html, tag
from proof.opinions import recorded
from proof.opinions.explained import Reason, amounts, reasons
from proof.opinions.opinion import Opinion, ours

_EXACT = 1e-3  # of a percent: less is not told apart from nothing


def summary() -> Html:
    """For each package and quantity: answers, how many equal ours, how many differ, all of them explained."""
    groups: dict[tuple[str, str], list[Opinion]] = defaultdict(list)
    for opinion in recorded.answers():
        groups[opinion.package, opinion.question.quantity].append(opinion)
    versions = {package: entry["version"] for package, entry in recorded.read()["packages"].items()}
    rows = []
    for (package, quantity), answers in sorted(groups.items()):
        same = sum(answer.value == ours(answer.question) for answer in answers)
        models = {answer.question.model for answer in answers}
        rows.append((f"{package} {versions[package]}", quantity, len(models), len(answers), same, len(answers) - same))
    when = tag("p", f"Asked on {recorded.read()['date']}, by make compare.")
    return _table(("Package", "Quantity", "Models", "Answers", "Equal to ours", "Different, explained"), rows, when)


def differences() -> Html:
    """Each reason: who, of which quantity, what it does, for how many models, and between which shares of our number."""
    known, shares = reasons(), defaultdict(list)
    for opinion in recorded.answers():
        for reason, amount in amounts(opinion, known).items():
            if amount:
                shares[reason].append(100 * amount / ours(opinion.question))
    rows = [(one.package, one.quantity, one.says, _models(one), _range(shares[one.id])) for one in known]
    return _table(("Package", "Quantity", "What it counts otherwise", "Models", "It adds"), rows)


def _models(reason: Reason) -> str:
    names = sorted(reason.models)
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2} more"


def _range(shares: list[float]) -> str:
    low, high = min(shares), max(shares)
    return _share(low) if _share(low) == _share(high) else f"{_share(low)} to {_share(high)}"


def _share(share: float) -> str:
    if abs(share) < _EXACT:
        return f"{'−' if share < 0 else '+'}under 0.001%"
    return f"{share:+.3g}%".replace("-", "−") if abs(share) < 1000 else f"{share:+,.0f}%".replace("-", "−")


def _table(titles: tuple[str, ...], rows: list[tuple], after: Html | None = None) -> Html:
    head = tag("tr", *(tag("th", title, scope="col") for title in titles))
    body = (tag("tr", tag("th", row[0], scope="row"), *(tag("td", str(cell)) for cell in row[1:])) for row in rows)
    table = tag("div", tag("table", tag("thead", head), tag("tbody", *body)), class_="rp-scroll", tabindex="0")
    return tag("div", table, after, data_generated=True) if after else tag("div", table, data_generated=True)
