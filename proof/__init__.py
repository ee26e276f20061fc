"""What the site's promises are tried by: slips, changed formulas, other interpreters, other packages, and the clock."""

from pathlib import Path

ROOT = Path(__file__).parents[1]  # the repository
