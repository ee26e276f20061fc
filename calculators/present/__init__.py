"""Results as HTML: the same code runs at build and in the reader's browser, so that both print the same bytes."""
