/* Starts Python: from the snapshot of a Python that has imported the calculators, or, where that fails, from nothing. */

import { UnusableFile, watchFetch, whyNotImported } from "./downloads.js";
import { indexOf, Kept, keptIndexOf } from "./kept.js";
import { restore } from "./memory.js";

const WASM = "pyodide.asm.wasm";
const WHEEL = "ridgepoint-calculators";
const NO_FILES = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array(18).fill(0)); // the shortest zip archive
const GZIP = [0x1f, 0x8b];
const PAUSE = 500; // milliseconds after the start, for the first answer

/**
 * @param {string} runtime address of the folder, ending in "/"
 * @param {{ trusting: boolean, report: (stage: "download" | "start", fraction: number | null) => void, outdated: () => void }} how
 *   `trusting`: begin with what is kept, before the network has said that there is nothing newer. If there is, `outdated` is
 *   called and the start never ends: it may have taken scripts of one build and memory of another.
 * @typedef {object} Python
 * @property {(calculator: string, inputs: string, parts: string) => string} answer
 * @property {(calculator: string, parts: string) => void} rehearse
 * @returns {Promise<Python>}
 */
export async function start(runtime, { trusting, report, outdated }) {
  const published = indexOf(runtime);
  published.catch(() => {}); // reported where it is waited for
  const scripts = [importFrom(runtime, "pyodide.mjs"), importFrom(runtime, "pyodide.asm.mjs")];
  for (const early of scripts) early.catch(() => {});
  const trusted = trusting ? await keptIndexOf(runtime) : null;
  const index = trusted ?? (await published);
  const started = new Start(runtime, index, scripts, report).run();
  started.catch(() => {});
  if (trusted && (await published).build !== index.build) return new Promise(outdated);
  const { python, keep } = await started;
  keep();
  return python;
}

/** One start, of one build. */
class Start {
  #total = 0;
  #refuse = (/** @type {UnusableFile} */ _) => {};
  /** @type {Uint8Array | null} the snapshot, if it had to be downloaded */
  #brought = null;

  constructor(runtime, index, scripts, report) {
    Object.assign(this, { runtime, index, scripts, report });
    this.kept = new Kept(runtime, index);
    watchFetch(
      (received) => this.#total && this.report("download", Math.min(1, received / this.#total)),
      (reason) => this.#refuse(reason),
    );
  }

  async run() {
    await this.kept.use();
    try {
      const python = await (this.index.snapshot ? this.#fromSnapshot().catch(() => this.#withoutSnapshot()) : this.#fromNothing());
      this.report = () => {}; // what still comes is no part of the start
      return { python, keep: () => this.#keep() };
    } catch (error) {
      await this.kept.forget();
      throw error;
    }
  }

  async #withoutSnapshot() {
    await this.kept.forgetMemory();
    return this.#fromNothing();
  }

  /** WebAssembly is downloaded and compiled while the snapshot is downloaded and unpacked, or opened. */
  async #fromSnapshot() {
    const { runtime, index } = this;
    const header = new Uint8Array(index.snapshot.header);
    const memory = this.#memory();
    memory.catch(() => {}); // reported where it is waited for
    const compiled = WebAssembly.compileStreaming(fetch(`${runtime}${WASM}`));
    compiled.catch(() => {}); // likewise
    const restorePlain = standIn(compiled);
    try {
      const { loadPyodide } = await this.scripts[0];
      const pyodide = await loadPyodide({
        indexURL: runtime,
        lockFileContents: { info: index.info, packages: {} },
        stdLibURL: `${runtime}no-files.zip`, // every module is in the snapshot
        _loadSnapshot: header,
        createPyodideModule: async (settings) => {
          const { default: create } = await this.scripts[1];
          const [module, { read, close }] = await Promise.all([create(settings), memory, compiled]);
          this.#downloaded();
          read(header, 0);
          restore(module, index.snapshot, read);
          close();
          return module;
        },
      });
      return calculatorsOf(pyodide);
    } finally {
      restorePlain();
    }
  }

  /** What reads the memory: from the reader's disk, or from the server. */
  async #memory() {
    const stored = await this.kept.openMemory();
    if (stored) return stored;
    const { file, length, size } = this.index.snapshot;
    this.#downloads(size);
    const memory = new Uint8Array(length);
    await fill(memory, this.runtime + file);
    this.#brought = memory;
    return { read: (into, place) => into.set(memory.subarray(place, place + into.length)), close: () => {} };
  }

  /** Where WebAssembly cannot be used, Pyodide says nothing and waits for ever. */
  #fromNothing() {
    return new Promise((resolve, reject) => {
      this.#refuse = reject;
      this.#plainly().then(resolve, reject);
    });
  }

  async #plainly() {
    this.#downloads(this.index.size);
    const { loadPyodide } = await this.scripts[0];
    const pyodide = await loadPyodide({ indexURL: this.runtime, lockFileURL: this.runtime + this.index.lock });
    this.#downloaded();
    await pyodide.loadPackage(WHEEL, { messageCallback: () => {} });
    return calculatorsOf(pyodide);
  }

  #downloads(size) {
    this.#total = size;
    this.report("download", null);
  }

  #downloaded() {
    this.#total = 0;
    this.report("start", null);
  }

  /** Keep what a later visit needs, when this one has its answer. */
  async #keep() {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    await this.kept.dropOthers();
    await this.kept.completeWith(["pyodide.mjs", "pyodide.asm.mjs"]);
    if (this.#brought) await this.kept.keepMemory(this.#brought);
    this.#brought = null;
  }
}

/**
 * Have Pyodide take WebAssembly that is being compiled already, where it would begin when it has read its script, and an empty
 * archive of files, since every module is in the snapshot.
 * @param {Promise<WebAssembly.Module>} compiled
 * @returns {() => void} undoes it
 */
function standIn(compiled) {
  const { fetch } = self;
  const { instantiateStreaming } = WebAssembly;
  const instead = { "/no-files.zip": NO_FILES, [`/${WASM}`]: null };
  self.fetch = async (request, options) => {
    const name = Object.keys(instead).find((ending) => String(request).endsWith(ending));
    return name ? new Response(instead[name]) : fetch(request, options);
  };
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const module = await compiled;
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  return () => {
    self.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  };
}

function calculatorsOf(pyodide) {
  const { answer, rehearse } = pyodide.pyimport("calculators.present.live");
  return { answer, rehearse };
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
