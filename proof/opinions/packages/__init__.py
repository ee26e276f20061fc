"""One module for each package: `opinions()` are its answers to the questions that it can answer."""
