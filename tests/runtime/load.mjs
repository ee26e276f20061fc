// Loads Pyodide from a folder, installs one package through the folder's lock file and runs Python from standard input.
// node load.mjs FOLDER PACKAGE < CODE: prints the value of CODE's last line.
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const [folder, name] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")).href);
try {
  const pyodide = await loadPyodide();
  await pyodide.loadPackage(name, { messageCallback: () => {} });
  process.stdout.write(String(pyodide.runPython(await text(process.stdin))));
} catch (failure) {
  console.error(failure.message); // without the line of minified source that Node.js shows first
  process.exitCode = 1;
}
