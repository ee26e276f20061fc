// Starts Pyodide and installs the calculators from a folder, as the site does, and runs Python from standard input.
// node load.mjs FOLDER [LIBRARY] < CODE: prints the value of CODE's last line, which has LIBRARY to import from, or the folder's.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { ENVIRONMENT, install } from "../../hooks/runtime/site.mjs";

const folder = resolve(process.argv[2]);
const { calculators, info, library } = JSON.parse(readFileSync(join(folder, "runtime.json"), "utf8"));
const stdLibURL = resolve(process.argv[3] ?? join(folder, library));
try {
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
  const pyodide = await loadPyodide({ env: ENVIRONMENT, lockFileContents: { info, packages: {} }, stdLibURL });
  install(pyodide, readFileSync(join(folder, calculators)));
  process.stdout.write(String(pyodide.runPython(await text(process.stdin))));
} catch (failure) {
  console.error(failure.message); // without the line of minified source that Node.js shows first
  process.exitCode = 1;
}
