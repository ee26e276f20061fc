// Writes the memory of a Python that has imported the calculators and read their facts: node snapshot.mjs FOLDER WHEEL TARGET
// A browser that starts from it compiles no Python, reads no archive and opens no file.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const [folder, wheel, target] = process.argv.slice(2);

// Unpacked here: what installs packages leaves objects of JavaScript in Python's hands, which memory cannot hold.
// Whatever is imported later than this is missing for good, because the browser gets no file system; so everything is.
const PREPARE = `
import sys
from zipfile import ZipFile

ZipFile("/calculators.whl").extractall("/calculators")
sys.path.insert(0, "/calculators")

import gc
import importlib
import json
import pkgutil

import calculators
from calculators import call
from calculators.present.live import PARTS, answer

for module in pkgutil.walk_packages(calculators.__path__, "calculators."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
problems = json.loads(answer("decode", "{}", " ".join(PARTS)))["problems"]
assert not problems, problems
del module, problems
gc.collect()
`;

try {
  const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")).href);
  const pyodide = await loadPyodide({ _makeSnapshot: true });
  pyodide.FS.writeFile("/calculators.whl", readFileSync(wheel));
  pyodide.runPython(PREPARE);
  const memory = pyodide.makeMemorySnapshot();
  writeFileSync(target, gzipSync(memory, { level: 9 }));
  process.stdout.write(String(memory.length));
} catch (failure) {
  console.error(failure.message); // without the line of minified source that Node.js shows first
  process.exitCode = 1;
}
