/* Keeps the memory of a Python that has the calculators ready in a file of the reader's browser: a later visit reads it into
   place, and starts in half the time.

   The file ends with what describes it, which is written last: the length of that, and a mark. */

const PIECE = 2 ** 20;
const MARK = 0x6d656d31;
const END = 8; // bytes of the length and the mark

/** The memory that is kept for one build of a runtime. */
export class Stored {
  #folder;
  #build;

  /** @param {string} folder address of the runtime @param {string} build */
  constructor(folder, build) {
    this.#folder = encodeURIComponent(folder); // other sites may share the origin
    this.#build = build;
  }

  /** Whether this browser has files at all: not at an insecure address, nor in some private windows. */
  async isPossible() {
    return this.#directory().then(
      () => true,
      () => false,
    );
  }

  /**
   * @typedef {{ description: import("./memory.js").Description, read: import("./memory.js").Read, close: () => void }} Memory
   * @returns {Promise<Memory | null>} null where it is not there, or not whole
   */
  async open() {
    try {
      const file = await (await this.#directory()).getFileHandle(this.#build);
      const handle = await file.createSyncAccessHandle({ mode: "read-only" }); // other pages may read it too
      const description = descriptionIn(handle);
      if (description) return { description, read: readerOf(handle), close: () => handle.close() };
      handle.close();
    } catch {
      // No such file, or no files at all.
    }
    return null;
  }

  /**
   * Write it down, a piece at a time, so that questions are answered in between; and drop the builds before this one.
   * @param {{ description: import("./memory.js").Description, parts: Uint8Array[] }} memory
   */
  async keep({ description, parts }) {
    try {
      const directory = await this.#directory();
      for await (const name of directory.keys()) if (name !== this.#build) await directory.removeEntry(name);
      const handle = await (await directory.getFileHandle(this.#build, { create: true })).createSyncAccessHandle();
      try {
        handle.truncate(0);
        let at = 0;
        for (const piece of pieces(parts)) {
          at += handle.write(piece, { at });
          await new Promise((resolve) => setTimeout(resolve));
        }
        handle.flush();
        handle.write(endOf(description), { at });
      } finally {
        handle.close();
      }
    } catch {
      // A full disk, or another page that is at it.
    }
  }

  /** Have it made again: it did not work. */
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

/** @param {Uint8Array[]} parts */
function* pieces(parts) {
  for (const part of parts) for (let at = 0; at < part.length; at += PIECE) yield part.subarray(at, at + PIECE);
}

/** @param {import("./memory.js").Description} description */
function endOf(description) {
  const text = new TextEncoder().encode(JSON.stringify(description));
  const end = new Uint8Array(text.length + END);
  end.set(text);
  const words = new DataView(end.buffer, text.length);
  words.setUint32(0, text.length, true);
  words.setUint32(4, MARK, true);
  return end;
}

/** @returns {import("./memory.js").Description | null} null where the file is not whole */
function descriptionIn(handle) {
  const size = handle.getSize();
  if (size < END) return null;
  const end = new DataView(new ArrayBuffer(END));
  handle.read(end, { at: size - END });
  if (end.getUint32(4, true) !== MARK) return null;
  const text = new Uint8Array(end.getUint32(0, true));
  handle.read(text, { at: size - END - text.length });
  const description = JSON.parse(new TextDecoder().decode(text));
  return description.length + text.length + END === size ? description : null;
}

function readerOf(handle) {
  return (into, at) => {
    if (handle.read(into, { at }) !== into.length) throw new Error("What is kept of the memory is incomplete.");
  };
}
