"""A transformer's configuration and what it amounts to: its parameters part by part, and what its weight files hold besides."""

from calculators.architecture.configuration import Configuration
from calculators.architecture.counts import ParameterCounts, explain, facts_of, parameter_counts
from calculators.architecture.stored import extras

__all__ = ["Configuration", "ParameterCounts", "explain", "extras", "facts_of", "parameter_counts"]
