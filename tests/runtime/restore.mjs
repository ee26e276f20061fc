// Starts Pyodide from the snapshot of a folder, with no file system, as the site does, and runs Python from standard input.
// node restore.mjs FOLDER < CODE: prints the value of CODE's last line.
import { readFileSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

const folder = resolve(process.argv[2]);
const load = (name) => import(pathToFileURL(join(folder, name)).href);
const index = JSON.parse(readFileSync(join(folder, "runtime.json"), "utf8"));
const noFiles = join(mkdtempSync(join(tmpdir(), "restore-")), "none.zip");
writeFileSync(noFiles, Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array(18).fill(0)));
try {
  const memory = new Uint8Array(gunzipSync(readFileSync(join(folder, index.snapshot.file))));
  if (memory.length !== index.snapshot.length) throw new Error(`the snapshot has ${memory.length} bytes`);
  const [{ loadPyodide }, { default: create }] = [await load("pyodide.mjs"), await load("pyodide.asm.mjs")];
  const pyodide = await loadPyodide({
    lockFileContents: { info: index.info, packages: {} },
    stdLibURL: noFiles,
    _loadSnapshot: memory,
    createPyodideModule: async (settings) => {
      const module = await create(settings);
      if (module.HEAP8.length < memory.length) module._free(module._malloc(memory.length));
      return module;
    },
  });
  process.stdout.write(String(pyodide.runPython(await text(process.stdin))));
} catch (failure) {
  console.error(failure.message); // without the line of minified source that Node.js shows first
  process.exitCode = 1;
}
