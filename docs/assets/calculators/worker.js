/* Runs the calculators in Python, off the page's thread. The page never knows how an answer is made. */

import { UnusableFile, watchFetch, whyNotImported } from "./downloads.js";
import * as messages from "./messages.js";

const WHEEL = "ridgepoint-calculators";

/** @type {Promise<(calculator: string, inputs: string) => string> | undefined} */
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
async function answer({ id, calculator, inputs }) {
  if (!python) throw new Error("asked before the start");
  const run = await python.catch(() => null); // the start has reported why
  if (!run) return;
  try {
    self.postMessage(messages.answer(id, JSON.parse(run(calculator, JSON.stringify(inputs)))));
  } catch (error) {
    self.postMessage(messages.failure(lastLine(error), id));
  }
}

/**
 * Start Python and import the calculators.
 * @param {string} runtime address of the folder, ending in "/"
 */
function load(runtime) {
  return new Promise((resolve, reject) => {
    let total = 0;
    const report = (received) =>
      self.postMessage(messages.progress("download", total ? Math.min(1, received / total) : null));
    watchFetch(report, reject);
    report(0);
    start(runtime, (size) => (total = size)).then(resolve, reject);
  });
}

/** @param {string} runtime @param {(size: number) => void} onSize */
async function start(runtime, onSize) {
  fetch(`${runtime}runtime.json`)
    .then((index) => index.json())
    .then(({ size }) => onSize(size ?? 0), () => {});
  const loader = `${runtime}pyodide.mjs`;
  const { loadPyodide } = await import(loader).catch(async (error) => {
    throw await whyNotImported(loader, error);
  });
  const pyodide = await loadPyodide({ indexURL: runtime, lockFileURL: `${runtime}pyodide-lock.json` });
  self.postMessage(messages.progress("start", null));
  await pyodide.loadPackage(WHEEL, { messageCallback: () => {} });
  return pyodide.pyimport("calculators.present.live").answer;
}

/** The line of a Python traceback that says what went wrong, without the interpreter's frames. */
function lastLine(error) {
  if (error instanceof UnusableFile) return error.message;
  return String(error?.message ?? error).trim().split("\n").pop();
}
