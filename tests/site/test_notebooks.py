"""Links in notebooks, which the site renders as they are written, lead to pages."""

import re
from pathlib import Path

import pytest

from hooks.site import headings

NOTEBOOKS = sorted((headings.DOCS / "notebooks").glob("*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_of_a_notebook_lead_to_pages(path: Path):
    links = re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8"))
    pages = [link.removeprefix("../../").rstrip("/") for link in links]
    assert all(link.startswith("../../") and link.endswith("/") for link in links)
    assert [page for page in pages if headings.source(page) is None] == []
