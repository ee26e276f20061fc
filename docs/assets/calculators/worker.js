/* Runs the calculators in Python, off the page's thread. The page never knows how an answer is made. */

import { UnusableFile, watchFetch, whyNotImported } from "./downloads.js";
import * as messages from "./messages.js";

const WHEEL = "ridgepoint-calculators";

/** @type {Promise<(calculator: string, inputs: string, part: string) => string> | undefined} */
let python;

// Set before anything is awaited: a message that comes earlier would be lost.
self.onmessage = ({ data }) => handle(data);

/** @param {messages.StartMessage | messages.AskMessage} message */
async function handle(message) {
  if ("start" in message) {
    python ??= load(message.start.runtime);
    await python.then(
      () => self.postMessage(messages.progress("ready", 1)),
      (error) => self.postMessage(messages.failure(lastLine(error))),
    );
  } else if ("calculator" in message) {
    await answer(message);
  } else {
    throw new TypeError(`unknown message: ${JSON.stringify(message)}`);
  }
}

/** @param {messages.AskMessage} message */
async function answer({ id, calculator, inputs, part }) {
  if (!python) throw new Error("asked before the start");
  const run = await python.catch(() => null); // the start has reported why
  if (!run) return;
  try {
    self.postMessage(messages.answer(id, JSON.parse(run(calculator, JSON.stringify(inputs), part))));
  } catch (error) {
    self.postMessage(messages.failure(lastLine(error), id));
  }
}

/**
 * Start Python and import the calculators, reporting how far that is.
 * @param {string} runtime address of the folder, ending in "/"
 */
function load(runtime) {
  return new Promise((resolve, reject) => {
    let downloading = true;
    let total = 0;
    const report = (received) => {
      if (downloading) self.postMessage(messages.progress("download", total ? Math.min(1, received / total) : null));
    };
    watchFetch(report, reject);
    sizeOf(runtime).then((size) => (total = size));
    startPython(runtime)
      .then((pyodide) => {
        downloading = false;
        self.postMessage(messages.progress("start", null));
        return importCalculators(pyodide);
      })
      .then(resolve, reject);
  });
}

/** How many bytes there are to download; 0 where that is not known. @param {string} runtime */
async function sizeOf(runtime) {
  try {
    const index = await fetch(`${runtime}runtime.json`);
    return (await index.json()).size;
  } catch {
    return 0; // progress is then shown without a share; a network that fails is reported by the files that are needed
  }
}

/** @param {string} runtime */
async function startPython(runtime) {
  const loader = `${runtime}pyodide.mjs`;
  const { loadPyodide } = await import(loader).catch(async (error) => {
    throw await whyNotImported(loader, error);
  });
  return loadPyodide({ indexURL: runtime, lockFileURL: `${runtime}pyodide-lock.json` });
}

async function importCalculators(pyodide) {
  await pyodide.loadPackage(WHEEL, { messageCallback: () => {} });
  return pyodide.pyimport("calculators.present.live").answer;
}

/** The line of a Python traceback that says what went wrong, without the interpreter's frames. */
function lastLine(error) {
  if (error instanceof UnusableFile) return error.message;
  return String(error?.message ?? error).trim().split("\n").pop();
}
