"""What the browser loads to run the calculators: Pyodide, the calculators wheel and the lock file that names it.

    folder = assemble(project_root, cache, with_snapshot=True)

fills a folder that the site serves as it is:

    pyodide.mjs, pyodide.asm.mjs, pyodide.asm.wasm, python_stdlib.zip    Pyodide, from the npm package
    wheels/<content hash>/ridgepoint_calculators-<version>-....whl       the calculators and their facts
    pyodide-lock.json                                                    names that one wheel, with its SHA-256
    snapshots/<build>.gz                                                 the memory of a Python that has imported that wheel
    runtime.json                                                         index: versions, names, SHA-256 of every file
"""

from hooks.runtime.assembly import assemble

__all__ = ["assemble"]
