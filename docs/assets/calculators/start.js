/* Starts Python: from the snapshot of a Python that has imported the calculators, or, where that fails, from nothing. */

import { UnusableFile, watchFetch, whyNotImported } from "./downloads.js";
import { indexOf, Kept } from "./kept.js";

const WHEEL = "ridgepoint-calculators";
const NO_FILES = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array(18).fill(0)); // the shortest zip archive
const GZIP = [0x1f, 0x8b];

/**
 * @param {string} runtime address of the folder, ending in "/"
 * @param {(stage: "download" | "start", fraction: number | null) => void} report how far the start is
 * @returns {Promise<(calculator: string, inputs: string, part: string) => string>} answers questions
 */
export function start(runtime, report) {
  let total = 0;
  let refuse = (/** @type {UnusableFile} */ _) => {};
  watchFetch(
    (received) => total && report("download", Math.min(1, received / total)),
    (reason) => refuse(reason),
  );
  /** With a file that cannot be used, what waits for it may wait for ever. */
  const attempt = (way, from) =>
    new Promise((resolve, reject) => {
      refuse = reject;
      way(from)
        .finally(() => (total = 0)) // what still comes is no part of the start
        .then(resolve, reject);
    });
  const downloads = (size) => {
    total = size;
    report("download", null);
  };
  const downloaded = () => {
    total = 0;
    report("start", null);
  };
  return begin(runtime, { attempt, downloads, downloaded });
}

async function begin(runtime, { attempt, ...progress }) {
  const [pyodide, asm] = [importFrom(runtime, "pyodide.mjs"), importFrom(runtime, "pyodide.asm.mjs")];
  for (const early of [pyodide, asm]) early.catch(() => {}); // reported where it is waited for
  const index = await indexOf(runtime);
  const kept = new Kept(runtime, index);
  await kept.use();
  try {
    const from = { runtime, index, ...progress, loadPyodide: (await pyodide).loadPyodide, createModule: async () => (await asm).default };
    const answer = index.snapshot
      ? await attempt(fromSnapshot, from).catch(() => attempt(fromNothing, from))
      : await attempt(fromNothing, from);
    kept.dropOthers();
    kept.completeWith(["pyodide.mjs", "pyodide.asm.mjs"]);
    return answer;
  } catch (error) {
    await kept.forget();
    throw error;
  }
}

/** WebAssembly is downloaded and compiled while the snapshot is downloaded and unpacked. */
async function fromSnapshot({ runtime, index, loadPyodide, createModule, downloads, downloaded }) {
  downloads(index.snapshot.size);
  const memory = new Uint8Array(index.snapshot.length);
  const filled = fill(memory, runtime + index.snapshot.file);
  filled.catch(() => {}); // reported where it is waited for
  const plain = self.fetch;
  self.fetch = async (request, options) => (String(request).endsWith("/no-files.zip") ? new Response(NO_FILES) : plain(request, options));
  try {
    const pyodide = await loadPyodide({
      indexURL: runtime,
      lockFileContents: { info: index.info, packages: {} },
      stdLibURL: `${runtime}no-files.zip`, // every module is in the snapshot
      _loadSnapshot: memory,
      createPyodideModule: async (settings) => {
        const create = await createModule();
        const [module] = await Promise.all([create(settings), filled]);
        downloaded();
        return grownFor(memory, module);
      },
    });
    return answerOf(pyodide);
  } finally {
    self.fetch = plain;
  }
}

async function fromNothing({ runtime, index, loadPyodide, downloads, downloaded }) {
  downloads(index.size);
  const pyodide = await loadPyodide({ indexURL: runtime, lockFileURL: runtime + index.lock });
  downloaded();
  await pyodide.loadPackage(WHEEL, { messageCallback: () => {} });
  return answerOf(pyodide);
}

function answerOf(pyodide) {
  return pyodide.pyimport("calculators.present.live").answer;
}

/** @param {string} runtime @param {string} name */
async function importFrom(runtime, name) {
  try {
    return await import(runtime + name);
  } catch (error) {
    throw await whyNotImported(runtime + name, error);
  }
}

/** Unpack a file into memory of its length. @param {Uint8Array} memory @param {string} address */
async function fill(memory, address) {
  const response = await fetch(address);
  const reader = (await unpacked(response.body)).getReader();
  let length = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    memory.set(chunk.value, length); // throws where there is more than fits
    length += chunk.value.length;
  }
  if (length !== memory.length) throw new UnusableFile("The snapshot is incomplete.");
}

/** A server that sends packed files as they are, and one that has the browser unpack them. @param {ReadableStream} body */
async function unpacked(body) {
  const [peeked, whole] = body.tee();
  const reader = peeked.getReader();
  const { value } = await reader.read();
  reader.cancel();
  const packed = GZIP.every((byte, place) => value?.[place] === byte);
  return packed ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}

/** Memory is restored as it was, at the size that it had. A header comes first: its length is in the second word. */
function grownFor(memory, module) {
  const missing = memory.length - new DataView(memory.buffer).getUint32(4, true) - module.HEAP8.length;
  if (missing > 0) module._free(module._malloc(memory.length)); // what malloc notes of this is overwritten
  return module;
}
