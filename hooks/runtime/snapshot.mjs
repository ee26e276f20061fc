// Writes the memory of a Python that has imported the calculators and read their facts: node snapshot.mjs FOLDER WHEEL TARGET
// A browser that starts from it compiles no Python, reads no archive and opens no file.
// Prints what docs/assets/calculators/memory.js has to know to restore it.
import crypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const [folder, wheel, target] = process.argv.slice(2);
const GAP = 2 ** 14; // zeros that are worth a run of their own

// Compiled in another Python than the one that is written down, which would keep what compiling leaves behind.
const COMPILE = `
import importlib.util
import marshal
from zipfile import ZipFile

with ZipFile("/calculators.whl") as wheel, ZipFile("/compiled.zip", "w") as compiled:
    for name in wheel.namelist():
        content = wheel.read(name)
        if name.endswith(".py"):
            code = compile(content, f"/calculators/{name}", "exec", dont_inherit=True)
            name, content = name + "c", importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code)
        compiled.writestr(name, content)
`;

// Unpacked here: what installs packages leaves objects of JavaScript in Python's hands, which memory cannot hold.
// Whatever is imported later than this is missing for good, because the browser gets no file system; so everything is.
const PREPARE = `
import sys
from zipfile import ZipFile

with ZipFile("/compiled.zip") as archive:
    archive.extractall("/calculators")
del archive
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

// Two builds of the same commit are to be the same bytes, wherever they are made: memory keeps the numbers that were drawn at the
// start, when that was, when files were written, and the program's path.
const ALWAYS_THE_SAME = { PYTHONHASHSEED: "0", HOME: "/home/pyodide" };
crypto.randomFillSync = (view) => view.fill(0);
Date.now = () => Date.UTC(2026, 0, 1);
performance.now = () => 0;
process.argv[1] = "snapshot";

try {
  const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")).href);
  const compiler = await loadPyodide();
  compiler.FS.writeFile("/calculators.whl", readFileSync(wheel));
  compiler.runPython(COMPILE);
  const pyodide = await loadPyodide({ _makeSnapshot: true, env: ALWAYS_THE_SAME });
  pyodide.FS.writeFile("/compiled.zip", compiler.FS.readFile("/compiled.zip"));
  pyodide.runPython(PREPARE);
  clearFree(pyodide._module);
  const snapshot = pyodide.makeMemorySnapshot();
  const header = new DataView(snapshot.buffer).getUint32(4, true); // its second word
  const memory = snapshot.subarray(header);
  const runs = runsOf(memory);
  const parts = [snapshot.subarray(0, header), ...runs.map(([start, length]) => memory.subarray(start, start + length))];
  const whole = Buffer.concat(parts);
  writeFileSync(target, gzipSync(whole, { level: 9 }));
  process.stdout.write(`\n${JSON.stringify({ length: whole.length, header, memory: memory.length, runs })}`);
} catch (failure) {
  console.error(failure.message); // without the line of minified source that Node.js shows first
  process.exitCode = 1;
}

/** Overwrite what was freed: it would be carried along. Free blocks are taken, the largest first, until there is none left. */
function clearFree(module) {
  const taken = [];
  module._malloc_set_footprint_limit(module._malloc_footprint());
  for (let size = 2 ** 24; size >= 16; size /= 2) {
    for (let block = module._malloc(size); block; block = module._malloc(size)) {
      taken.push(block);
      module.HEAP8.fill(0, block, block + size);
    }
  }
  for (const block of taken) module._free(block);
  module._malloc_set_footprint_limit(-1);
}

/** The parts of memory that are not zeros: place and length of each. @param {Uint8Array} memory */
function runsOf(memory) {
  const runs = [];
  for (let start = 0; start < memory.length; start += GAP) {
    if (!memory.subarray(start, start + GAP).some(Boolean)) continue;
    const length = Math.min(GAP, memory.length - start);
    const last = runs.at(-1);
    if (last && last[0] + last[1] === start) last[1] += length;
    else runs.push([start, length]);
  }
  return runs;
}
