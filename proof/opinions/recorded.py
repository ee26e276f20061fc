"""The recorded answers, with the versions of the packages that gave them, and when."""

from collections import defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from proof import results
from proof.opinions.opinion import Opinion, Question

RESULT = Path(__file__).parent / "result.toml"


def write(opinions: list[Opinion], path: Path = RESULT) -> None:
    """Record all answers."""
    tables: dict[str, list[str]] = defaultdict(list)
    for opinion in opinions:
        question = opinion.question
        context = f"context = {question.context}, " if question.context else ""
        about = f'quantity = "{question.quantity}", model = "{question.model}", {context}'
        tables[opinion.package].append(f"    {{ {about}value = {opinion.value} }},")
    lines = ["# Written by `make compare`.", f'date = "{datetime.now(UTC):%Y-%m-%d}"']
    for package, answers in sorted(tables.items()):
        lines += ["", f'[packages."{package}"]', f'version = "{version(package)}"', "answers = [", *answers, "]"]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read(path: Path = RESULT) -> dict[str, Any]:
    """The recorded document."""
    return results.read(path)


def answers(path: Path = RESULT) -> list[Opinion]:
    """The recorded answers."""
    return [
        Opinion(package, Question(entry["quantity"], entry["model"], entry.get("context", 0)), entry["value"])
        for package, table in read(path)["packages"].items()
        for entry in table["answers"]
    ]
