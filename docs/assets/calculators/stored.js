/* Keeps the unpacked memory of a snapshot in a file of the reader's browser: reading that takes a tenth of unpacking it.

   Where the browser has no such files, the packed snapshot that is kept like all else will do. */

const PIECE = 2 ** 20;
const WHOLE = Uint8Array.of(1); // the last byte, written when all others are on the disk

/** The memory that is kept for one build of a runtime. */
export class Stored {
  #folder;
  #build;
  #length;

  /** @param {string} folder address of the runtime @param {string} build @param {number} length of the unpacked snapshot */
  constructor(folder, build, length) {
    this.#folder = encodeURIComponent(folder); // other sites may share the origin
    this.#build = build;
    this.#length = length;
  }

  /** @returns {Promise<{ read: import("./memory.js").Read, close: () => void } | null>} null where it is not there, or not whole */
  async open() {
    try {
      const file = await (await this.#directory()).getFileHandle(this.#build);
      const handle = await file.createSyncAccessHandle({ mode: "read-only" }); // other pages may read it too
      const last = new Uint8Array(1);
      handle.read(last, { at: this.#length });
      if (handle.getSize() === this.#length + 1 && last[0] === WHOLE[0]) return { read: readerOf(handle), close: () => handle.close() };
      handle.close();
    } catch {
      // No such file, or no files at all.
    }
    return null;
  }

  /**
   * Write it down, a piece at a time, so that questions are answered in between; and drop the builds before this one.
   * @param {Uint8Array} snapshot
   * @returns {Promise<boolean>} whether it is kept now
   */
  async keep(snapshot) {
    try {
      const directory = await this.#directory();
      for await (const name of directory.keys()) if (name !== this.#build) await directory.removeEntry(name);
      const handle = await (await directory.getFileHandle(this.#build, { create: true })).createSyncAccessHandle();
      try {
        handle.truncate(0);
        for (let at = 0; at < snapshot.length; at += PIECE) {
          handle.write(snapshot.subarray(at, at + PIECE), { at });
          await new Promise((resolve) => setTimeout(resolve));
        }
        handle.flush();
        handle.write(WHOLE, { at: snapshot.length });
        return handle.getSize() === snapshot.length + 1;
      } finally {
        handle.close();
      }
    } catch {
      return false; // a full disk, or another page that is at it
    }
  }

  /** Have it brought again: it did not work. */
  async forget() {
    try {
      await (await this.#directory()).removeEntry(this.#build);
    } catch {
      // It was not there.
    }
  }

  async #directory() {
    const root = await navigator.storage.getDirectory();
    return root.getDirectoryHandle(this.#folder, { create: true });
  }
}

function readerOf(handle) {
  return (into, at) => {
    if (handle.read(into, { at }) !== into.length) throw new Error("What is kept of the memory is incomplete.");
  };
}
