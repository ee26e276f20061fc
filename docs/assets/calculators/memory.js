/* The memory of a running Python, written down: how another interpreter, of the same Pyodide, gets it.

   A snapshot is a header, which Pyodide reads, and the memory. Of that only the runs that are not zeros are kept. */

const GAP = 2 ** 14; // zeros that are worth a run of their own
const HEADER_LENGTH = 4; // place of that number in the header

/**
 * @typedef {{ length: number, header: number, memory: number, runs: [number, number][] }} Description of what is kept:
 *   `length` is that of the header and the runs together, `memory` the size that memory had; a run is its place there and its length
 * @typedef {(into: Uint8Array, place: number) => void} Read fills `into` with what is kept from `place` on
 */

/**
 * What is to be kept of a snapshot, in parts to be put one after the other.
 * @param {Uint8Array} snapshot as Pyodide makes it
 * @returns {{ description: Description, parts: Uint8Array[] }}
 */
export function withoutZeros(snapshot) {
  const header = new DataView(snapshot.buffer, snapshot.byteOffset).getUint32(HEADER_LENGTH, true);
  const memory = snapshot.subarray(header);
  const runs = runsOf(memory);
  const parts = [snapshot.subarray(0, header), ...runs.map(([start, length]) => memory.subarray(start, start + length))];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return { description: { length, header, memory: memory.length, runs }, parts };
}

/** The parts of memory that are not zeros: place and length of each. @param {Uint8Array} memory */
function runsOf(memory) {
  const runs = [];
  for (let start = 0; start < memory.length; start += GAP) {
    const length = Math.min(GAP, memory.length - start);
    if (isZero(memory.subarray(start, start + length))) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === start) last[1] += length;
    else runs.push([start, length]);
  }
  return runs;
}

/** @param {Uint8Array} bytes */
function isZero(bytes) {
  for (let place = 0; place < bytes.length; place++) if (bytes[place]) return false;
  return true;
}

/**
 * Give the memory of a fresh module the content that was kept.
 * @param {{ HEAP8: Int8Array, _sbrk: (bytes: number) => number }} module
 * @param {Description} description
 * @param {Read} read
 */
export function restore(module, { header, memory, runs }, read) {
  const used = module.HEAP8.length; // what is added to it is zeros; that it was added is noted in what is overwritten
  while (module.HEAP8.length < memory) {
    if (module._sbrk(memory - module.HEAP8.length) === -1) throw new Error("There is not enough memory.");
  }
  const heap = new Uint8Array(module.HEAP8.buffer);
  let place = header;
  let cleared = 0;
  for (const [start, length] of runs) {
    if (cleared < used) heap.fill(0, cleared, Math.min(start, used));
    read(heap.subarray(start, start + length), place);
    place += length;
    cleared = start + length;
  }
  if (cleared < used) heap.fill(0, cleared, used);
}
