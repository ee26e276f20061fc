"""What the browser loads to run the calculators: Pyodide, the part of Python's library that they use, and the calculators.

    folder = assemble(project_root, cache, trimmed=True)

fills a folder that the site serves as it is:

    pyodide.mjs, pyodide.asm.mjs, pyodide.asm.wasm    Pyodide, from the npm package, each also as .br and .gz
    python_stdlib-<hash>.zip                          modules of the standard library
    calculators-<hash>.zip                            the calculators and their facts
    runtime.json                                      index: versions, names, SHA-256 of every file

In a preview, which is to begin soon, nothing is trimmed: the whole library, and the wheel of the calculators, both as sources.
"""

from hooks.runtime.assembly import assemble

__all__ = ["assemble"]
