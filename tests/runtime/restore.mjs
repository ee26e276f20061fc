// Starts Pyodide as a second visit does: from memory that a first one has written down, with no file system.
// node restore.mjs FOLDER < CODE: runs Python from standard input, and prints the value of its last line.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { ENVIRONMENT, install, prepare, restore, withoutZeros } from "../../hooks/runtime/site.mjs";

const FIRST_HEAP = 2 ** 24;
const folder = resolve(process.argv[2]);
const load = (name) => import(pathToFileURL(join(folder, name)).href);
const { calculators, info, library } = JSON.parse(readFileSync(join(folder, "runtime.json"), "utf8"));
const noFiles = join(mkdtempSync(join(tmpdir(), "restore-")), "none.zip");
writeFileSync(noFiles, Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array(18).fill(0)));
try {
  const [{ loadPyodide }, { default: create }] = [await load("pyodide.mjs"), await load("pyodide.asm.mjs")];
  const always = { env: ENVIRONMENT, lockFileContents: { info, packages: {} } };
  const first = await loadPyodide({ ...always, stdLibURL: join(folder, library), _makeSnapshot: true });
  install(first, readFileSync(join(folder, calculators)));
  prepare(first);
  const { description, parts } = withoutZeros(first.makeMemorySnapshot());
  const kept = Buffer.concat(parts);
  if (kept.length !== description.length) throw new Error(`${kept.length} bytes are kept`);
  const pyodide = await loadPyodide({
    ...always,
    stdLibURL: noFiles,
    _loadSnapshot: kept.subarray(0, description.header),
    createPyodideModule: async (settings) => {
      const module = await create(settings);
      new Uint8Array(module.HEAP8.buffer).fill(0xff, FIRST_HEAP); // whatever was there must not matter
      restore(module, description, (into, place) => into.set(kept.subarray(place, place + into.length)));
      return module;
    },
  });
  process.stdout.write(String(pyodide.runPython(await text(process.stdin))));
} catch (failure) {
  console.error(failure.message); // without the line of minified source that Node.js shows first
  process.exitCode = 1;
}
