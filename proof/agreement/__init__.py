"""CPython and Pyodide compute the same, to the last bit: random inputs of every calculator through both."""
