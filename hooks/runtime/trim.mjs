// Packs what a browser needs of Python's standard library, and of the calculators: node trim.mjs PYODIDE WHEEL BYTECODE LIBRARY ARCHIVE
// Starts Pyodide with the whole library, has every calculator answer, and keeps the modules that were imported.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { ENVIRONMENT, install, prepare } from "./site.mjs";

const [pyodide, wheel, bytecode, library, archive] = process.argv.slice(2);

const USE = `
import json
import sys

from calculators import call
from calculators.present import live

for name in call.names():
    problems = json.loads(live.answer(name, "{}", " ".join(live.PARTS)))["problems"]
    assert not problems, problems
    live.answer(name, json.dumps({"no such input": "1"}))
`;

const PACK = `
sys.path.insert(0, "/tools")
import bytecode

library = "/lib/python%d%d.zip" % sys.version_info[:2]
used = bytecode.imported_from(library)
bytecode.rewrite(library, "/library.zip", library, used.__contains__)
code = lambda name: name.startswith("calculators/") and not name.endswith("__main__.py")
bytecode.rewrite("/calculators.whl", "/calculators.zip", "/calculators", code)
`;

try {
  const { loadPyodide } = await import(pathToFileURL(resolve(pyodide, "pyodide.mjs")).href);
  // The order of a set of constants is part of the bytecode: the environment fixes it.
  const python = await loadPyodide({ env: ENVIRONMENT });
  const { FS, runPython } = python;
  const packed = readFileSync(wheel);
  install(python, packed);
  prepare(python);
  FS.writeFile("/calculators.whl", packed);
  FS.mkdir("/tools");
  FS.writeFile("/tools/bytecode.py", readFileSync(bytecode));
  runPython(USE);
  runPython(PACK);
  writeFileSync(library, FS.readFile("/library.zip"));
  writeFileSync(archive, FS.readFile("/calculators.zip"));
} catch (failure) {
  console.error(failure.message); // without the line of minified source that Node.js shows first
  process.exitCode = 1;
}
