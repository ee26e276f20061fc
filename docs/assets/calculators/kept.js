/* Keeps what the runtime is made of in the reader's browser, by build: a later visit downloads none of it again.

   What is kept belongs to the folder that it came from, since other sites may share the origin. Where nothing can be kept
   (an insecure address, a full disk, a private window) everything is downloaded each time. The memory of a Python that has
   started is kept besides, see stored.js. */

import { withoutZeros } from "./memory.js";
import { Stored } from "./stored.js";

const INDEX = "runtime.json";

/**
 * What there is to load, from the network as long as it answers: a reader must not be left with an earlier build.
 * @typedef {{ build: string, library: string, calculators: string, info: object, size: number, trimmed: boolean,
 *   files: Record<string, string> }} Index `trimmed`: published, and not a preview, whose memory is not worth keeping
 * @param {string} folder address, ending in "/"
 * @returns {Promise<Index>}
 */
export async function indexOf(folder) {
  try {
    const response = await fetch(folder + INDEX, { cache: "no-cache" });
    if (response.ok) return await response.json();
    throw new Error(`The server has no ${INDEX} (status ${response.status}).`);
  } catch (error) {
    const kept = await keptIndexOf(folder);
    if (kept) return kept;
    throw error instanceof TypeError ? new Error(`${INDEX} could not be downloaded. Is the network down?`) : error;
  }
}

/** What there was to load when the reader was here last, or null. @param {string} folder @returns {Promise<Index | null>} */
export async function keptIndexOf(folder) {
  try {
    return await (await caches.match(folder + INDEX)).json();
  } catch {
    return null;
  }
}

/** Whether a build of the runtime is kept, so that a start downloads next to nothing. @param {string} folder */
export async function isKept(folder) {
  try {
    return (await caches.keys()).some((name) => name.startsWith(prefixOf(folder)));
  } catch {
    return false;
  }
}

/** The files of one build of the runtime. */
export class Kept {
  #folder;
  #name;
  #index;
  #memory;
  /** @type {Cache | null} */
  #cache = null;
  /** @type {Promise<void>[]} what is being written */
  #writing = [];

  /** @param {string} folder @param {Index} index */
  constructor(folder, index) {
    this.#folder = folder;
    this.#name = prefixOf(folder) + index.build;
    this.#index = index;
    this.#memory = new Stored(folder, index.build);
  }

  /** What reads the memory, if that is kept. */
  async openMemory() {
    return this.#memory.open();
  }

  /** Whether making it is worth while. */
  async canKeepMemory() {
    return this.#memory.isPossible();
  }

  /** @param {Uint8Array} snapshot as Pyodide makes it */
  async keepMemory(snapshot) {
    await this.#memory.keep(withoutZeros(snapshot));
  }

  /** Have `fetch` answer from what is kept, and keep what it brings. */
  async use() {
    this.#cache = (await self.caches?.open(this.#name).catch(() => null)) ?? null;
    const plain = self.fetch.bind(self);
    self.fetch = async (request, options) => {
      const address = new URL(request instanceof Request ? request.url : request, self.location.href).href;
      if (!this.#cache || !this.#holds(address)) return plain(request, options);
      const kept = await this.#cache.match(address).catch(() => undefined);
      if (kept) return kept;
      const response = await plain(request, options);
      this.#writing.push(this.#cache.put(address, response.clone()).catch(() => {}));
      return response;
    };
  }

  /** Settles when all that was brought so far is kept. */
  async written() {
    await Promise.all(this.#writing);
  }

  /** Keep besides what a page without a network needs: the index, and the scripts, which a service worker answers with. */
  completeWith(/** @type {string[]} */ scripts) {
    this.#writing.push(this.#complete(scripts));
  }

  async #complete(scripts) {
    const index = new Response(JSON.stringify(this.#index), { headers: { "Content-Type": "application/json" } });
    await this.#cache?.put(this.#folder + INDEX, index).catch(() => {});
    for (const name of scripts) {
      const address = this.#folder + name;
      if (!(await this.#cache?.match(address).catch(() => true))) await this.#cache?.add(address).catch(() => {});
    }
  }

  /** Something kept did not work: have it downloaded again. */
  async forget() {
    await self.caches?.delete(this.#name).catch(() => {});
    await this.forgetMemory();
  }

  async forgetMemory() {
    await this.#memory.forget();
  }

  /** Drop the builds before this one. */
  async dropOthers() {
    try {
      const names = await caches.keys();
      const others = names.filter((name) => name.startsWith(prefixOf(this.#folder)) && name !== this.#name);
      await Promise.all(others.map((name) => caches.delete(name)));
    } catch {
      // Nothing is kept here.
    }
  }

  /** Scripts are imported, not fetched, and may be newer on the server. */
  #holds(address) {
    return address.startsWith(this.#folder) && !address.endsWith(".mjs") && address.slice(this.#folder.length) in this.#index.files;
  }
}

function prefixOf(folder) {
  return `${folder} `;
}
