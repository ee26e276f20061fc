"""Mutation of formulas: changes the calculators' code, one operator or number at a time, and counts what the tests notice.

cosmic-ray makes the changes. Which tests may notice one is known from which lines each test runs; they run in a process that
was forked with everything loaded that does not depend on the changed module.
"""
