"""Changes every number that the site states or knows, one at a time, and counts which changes the checks refuse: `make prove`."""
