"""What the site's promises are tried by: slips, changed formulas, other interpreters, other packages, and the clock."""
