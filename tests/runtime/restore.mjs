// Starts Pyodide from the snapshot of a folder, with no file system, as the site does, and runs Python from standard input.
// node restore.mjs FOLDER < CODE: prints the value of CODE's last line.
import { readFileSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

const FIRST_HEAP = 2 ** 24;
const folder = resolve(process.argv[2]);
// Node.js takes it for a module by its ending alone.
const restorer = readFileSync(new URL("../../docs/assets/calculators/memory.js", import.meta.url), "base64");
const { restore } = await import(`data:text/javascript;base64,${restorer}`);
const load = (name) => import(pathToFileURL(join(folder, name)).href);
const index = JSON.parse(readFileSync(join(folder, "runtime.json"), "utf8"));
const noFiles = join(mkdtempSync(join(tmpdir(), "restore-")), "none.zip");
writeFileSync(noFiles, Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array(18).fill(0)));
try {
  const snapshot = new Uint8Array(gunzipSync(readFileSync(join(folder, index.snapshot.file))));
  if (snapshot.length !== index.snapshot.length) throw new Error(`the snapshot has ${snapshot.length} bytes`);
  const [{ loadPyodide }, { default: create }] = [await load("pyodide.mjs"), await load("pyodide.asm.mjs")];
  const pyodide = await loadPyodide({
    lockFileContents: { info: index.info, packages: {} },
    stdLibURL: noFiles,
    _loadSnapshot: snapshot.subarray(0, index.snapshot.header),
    createPyodideModule: async (settings) => {
      const module = await create(settings);
      new Uint8Array(module.HEAP8.buffer).fill(0xff, FIRST_HEAP); // whatever was there must not matter
      restore(module, index.snapshot, (into, place) => into.set(snapshot.subarray(place, place + into.length)));
      return module;
    },
  });
  process.stdout.write(String(pyodide.runPython(await text(process.stdin))));
} catch (failure) {
  console.error(failure.message); // without the line of minified source that Node.js shows first
  process.exitCode = 1;
}
