/* Gives a Python that runs in Pyodide the calculators. */

const ARCHIVE = "/calculators.zip";

// What Pyodide itself has for this leaves objects of JavaScript in Python's hands, which memory that is written down cannot hold.
const UNPACK = `
import sys
from zipfile import ZipFile

with ZipFile("${ARCHIVE}") as archive:
    archive.extractall("/calculators")
sys.path.insert(0, "/calculators")
del archive
`;

/** What Pyodide is started with: the same Python for everybody, whose sets have the same order. */
export const ENVIRONMENT = { HOME: "/home/pyodide", PYTHONHASHSEED: "0" };

/**
 * Unpack the calculators where they can be imported from.
 * @param {import("pyodide").PyodideInterface} pyodide
 * @param {Uint8Array} archive a zip file
 */
export function install(pyodide, archive) {
  pyodide.FS.writeFile(ARCHIVE, archive);
  pyodide.runPython(UNPACK);
  pyodide.FS.unlink(ARCHIVE);
}

/** Have read and imported all that any answer may need. @param {import("pyodide").PyodideInterface} pyodide */
export function prepare(pyodide) {
  pyodide.runPython("from calculators.present import live\nlive.prepare()");
}
