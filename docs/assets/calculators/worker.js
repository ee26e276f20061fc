/* Runs the calculators in Python, off the page's thread. The page never knows how an answer is made. */

import { UnusableFile } from "./downloads.js";
import * as messages from "./messages.js";
import { Rehearsal } from "./rehearsal.js";
import { keepMemory, start } from "./start.js";

/** @type {Promise<import("./start.js").Python> | undefined} */
let python;
const rehearsal = new Rehearsal();

// Set before anything is awaited: a message that comes earlier would be lost.
self.onmessage = ({ data }) => handle(data);

const [, task, runtime] = self.name.match(/^(start|keep) (.*)$/) ?? [];
// Started by early.js, whose page is busy: a message of its would come later.
if (task === "start") handle(messages.start(runtime, true));
// Started by a worker that answers, for the next visit, which does without where this fails.
if (task === "keep") keepMemory(runtime).catch(() => {}).finally(() => self.close());

/** @param {messages.StartMessage | messages.AskMessage} message */
async function handle(message) {
  if ("start" in message) {
    const { runtime, trusting } = message.start;
    python ??= start(runtime, {
      trusting,
      report: (stage, fraction) => self.postMessage(messages.progress(stage, fraction)),
      outdated: () => self.postMessage(messages.outdated()),
    });
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
async function answer({ id, calculator, inputs, parts }) {
  if (!python) throw new Error("asked before the start");
  rehearsal.pause();
  const started = await python.catch(() => null); // the start has reported why
  if (!started) return;
  try {
    self.postMessage(messages.answer(id, JSON.parse(started.answer(calculator, JSON.stringify(inputs), parts.join(" ")))));
    // Rehearsals leave this thread little time: whoever is offline the moment after needs what was downloaded.
    await started.written;
    rehearsal.goOn(started.rehearse, calculator, parts);
  } catch (error) {
    // Python that fails has a traceback; anything else has broken the interpreter, which answers nothing from now on.
    self.postMessage(messages.failure(lastLine(error), error?.name === "PythonError" ? id : undefined));
  }
}

/** The line of a Python traceback that says what went wrong, without the interpreter's frames. */
function lastLine(error) {
  if (error instanceof UnusableFile) return error.message;
  return String(error?.message ?? error).trim().split("\n").pop();
}
