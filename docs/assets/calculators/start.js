/* Starts Python: from memory that an earlier visit has kept, or, where there is none or that fails, from files. */

import { UnreachableFile, UnusableFile, watchFetch, whyNotImported } from "./downloads.js";
import { ENVIRONMENT, install, prepare } from "./install.js";
import { indexOf, Kept, keptIndexOf } from "./kept.js";
import { restore } from "./memory.js";

const SCRIPTS = ["pyodide.mjs", "pyodide.asm.mjs"];
const WASM = "pyodide.asm.wasm";
const LIBRARY = "library.zip"; // asked for by Pyodide, and not from the server
const NO_FILES = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array(18).fill(0)); // the shortest zip archive
const PAUSE = 200; // milliseconds after the start, for the first answer
const LATER = 2_000; // milliseconds after that, for who reads on

/**
 * @param {string} runtime address of the folder, ending in "/"
 * @param {{ trusting: boolean, report: (stage: "download" | "start", fraction: number | null) => void, outdated: () => void }} how
 *   `trusting`: begin with what is kept, before the network has said that there is nothing newer. If there is, `outdated` is
 *   called and the start never ends: it may have taken scripts of one build and memory of another.
 * @typedef {object} Python
 * @property {(calculator: string, inputs: string, parts: string) => string} answer
 * @property {(calculator: string, parts: string) => void} rehearse
 * @property {Promise<void>} written settles when what was downloaded is kept
 * @returns {Promise<Python>}
 */
export async function start(runtime, { trusting, report, outdated }) {
  const published = indexOf(runtime);
  published.catch(() => {}); // reported where it is waited for
  const scripts = scriptsOf(runtime);
  const trusted = trusting ? await keptIndexOf(runtime) : null;
  const index = trusted ?? (await published);
  const started = new Start(runtime, index, scripts, report).run();
  started.catch(() => {});
  if (trusted && (await published).build !== index.build) return new Promise(outdated);
  const { python, keep } = await started;
  keep();
  return python;
}

/**
 * Keep the memory of a Python that has all in it that an answer may need, for later visits. It is one of its own, which nobody
 * asks anything: what readers type is in no file.
 * @param {string} runtime address of the folder, ending in "/"
 */
export async function keepMemory(runtime) {
  const index = await keptIndexOf(runtime);
  if (index) await new Start(runtime, index, scriptsOf(runtime), () => {}).keepMemory();
}

/** One start, of one build. */
class Start {
  #total = 0;

  constructor(runtime, index, scripts, report) {
    Object.assign(this, { runtime, index, scripts, report });
    this.kept = new Kept(runtime, index);
    watchFetch((received) => this.#total && this.report("download", Math.min(1, received / this.#total)));
  }

  async run() {
    await this.kept.use();
    try {
      const remembering = await this.#fromMemory();
      const pyodide = remembering ?? (await this.#fromFiles());
      const python = { ...calculatorsOf(pyodide), written: this.kept.written() };
      this.report = () => {}; // what still comes is no part of the start
      return { python, keep: () => this.#keep(Boolean(remembering)) };
    } catch (error) {
      if (await this.#isReachable()) await this.kept.forget();
      throw error;
    }
  }

  /** Whether the server answers: what it cannot bring again is not thrown away. */
  async #isReachable() {
    return fetch(this.runtime, { method: "HEAD", cache: "no-store" }).then(
      () => true,
      (reason) => reason instanceof UnusableFile, // it has answered, with a refusal
    );
  }

  async keepMemory() {
    await this.kept.use();
    const pyodide = await this.#fromFiles({ _makeSnapshot: true });
    prepare(pyodide);
    await this.kept.keepMemory(pyodide.makeMemorySnapshot());
  }

  /** null where no memory is kept, or it cannot be used. WebAssembly is compiled while the file is opened. */
  async #fromMemory() {
    const compiled = this.#compiled();
    const memory = await this.kept.openMemory();
    if (!memory) return null;
    const { description, read, close } = memory;
    const header = new Uint8Array(description.header);
    try {
      return await this.#load(compiled, NO_FILES, {
        _loadSnapshot: header,
        createPyodideModule: async (settings) => {
          const [module] = await Promise.all([this.#create(settings), compiled]);
          this.#downloaded();
          read(header, 0);
          restore(module, description, read);
          return module;
        },
      });
    } catch {
      await this.kept.forgetMemory();
      return null;
    } finally {
      close();
    }
  }

  /** All is asked for at once, and kept as it comes: only the slowest is waited for. */
  async #fromFiles(how = {}) {
    const { index } = this;
    this.kept.completeWith(SCRIPTS);
    this.#downloads(index.size);
    const [library, archive] = [index.library, index.calculators].map((name) => this.#bytesOf(name));
    const compiled = this.#compiled();
    const loaded = this.#load(compiled, library, how);
    for (const early of [library, archive, loaded]) early.catch(() => {}); // reported where it is waited for
    await Promise.all([library, archive, compiled]); // where one cannot be used, Pyodide may say nothing and wait for ever
    this.#downloaded();
    const pyodide = await loaded;
    install(pyodide, await archive);
    return pyodide;
  }

  /** WebAssembly is compiled while it is downloaded, once. */
  #compiled() {
    this.compiled ??= WebAssembly.compileStreaming(fetch(`${this.runtime}${WASM}`));
    this.compiled.catch(() => {}); // likewise
    return this.compiled;
  }

  /**
   * @param {Promise<WebAssembly.Module>} compiled
   * @param {Uint8Array | Promise<Uint8Array>} library of which Pyodide takes the modules that it imports
   * @param {object} how
   */
  async #load(compiled, library, how) {
    const restorePlain = standIn(compiled, library);
    const lockFileContents = { info: this.index.info, packages: {} };
    const always = {
      indexURL: this.runtime,
      stdLibURL: this.runtime + LIBRARY,
      lockFileContents,
      env: { ...ENVIRONMENT },
      createPyodideModule: (settings) => this.#create(settings), // by itself, Pyodide knows one address of it
    };
    try {
      const { loadPyodide } = await this.scripts[0];
      return await loadPyodide({ ...always, ...how });
    } finally {
      restorePlain();
    }
  }

  async #create(settings) {
    const { default: create } = await this.scripts[1];
    return create(settings);
  }

  /** Raises where a file is not the one that the index means. @param {string} name */
  async #bytesOf(name) {
    const integrity = `sha256-${base64(this.index.files[name])}`;
    try {
      const response = await fetch(this.runtime + name, { integrity });
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      if (error instanceof UnusableFile) throw error;
      throw new UnusableFile(`${name} could not be downloaded, or is not the file that was published.`);
    }
  }

  #downloads(size) {
    this.#total = size;
    this.report("download", null);
  }

  #downloaded() {
    this.#total = 0;
    this.report("start", null);
  }

  /** Keep what a later visit needs, when this one has its answer. @param {boolean} remembering whether it began with memory */
  async #keep(remembering) {
    await pause(PAUSE);
    await this.kept.dropOthers();
    if (remembering) return this.kept.completeWith(SCRIPTS);
    if (!this.index.trimmed || !(await this.kept.canKeepMemory())) return;
    await pause(LATER);
    new Worker(self.location.href, { type: "module", name: `keep ${this.runtime}` });
  }
}

/**
 * Have Pyodide take WebAssembly that is being compiled already, and a library that is being downloaded already, where it would
 * begin with both when it has read its script.
 * @param {Promise<WebAssembly.Module>} compiled
 * @param {Uint8Array | Promise<Uint8Array>} library
 * @returns {() => void} undoes it
 */
function standIn(compiled, library) {
  const { fetch } = self;
  const { instantiateStreaming } = WebAssembly;
  const instead = { [`/${LIBRARY}`]: library, [`/${WASM}`]: null };
  self.fetch = async (request, options) => {
    const name = Object.keys(instead).find((ending) => String(request).endsWith(ending));
    return name ? new Response(await instead[name]) : fetch(request, options);
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

/** What Pyodide is made of, asked for before it is known what else is needed. @param {string} runtime */
function scriptsOf(runtime) {
  const scripts = SCRIPTS.map((name) => importFrom(runtime, name));
  for (const early of scripts) early.catch(() => {}); // reported where it is waited for
  return scripts;
}

/** @param {string} runtime @param {string} name */
async function importFrom(runtime, name) {
  const address = runtime + name;
  try {
    return await import(address);
  } catch (error) {
    const reason = await whyNotImported(address, error);
    if (!(reason instanceof UnreachableFile)) throw reason;
    // The service worker answers to this: in the way of the other address it would cost each start time.
    return import(`${address}?kept`).catch(() => Promise.reject(reason));
  }
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** @param {string} digest in hexadecimal */
function base64(digest) {
  return btoa(String.fromCharCode(...digest.match(/../g).map((byte) => parseInt(byte, 16))));
}
