/* The memory of a Python that was written down: how a fresh interpreter gets it.

   A snapshot is a header, which Pyodide reads, and the runs of memory that are not zeros, one after the other. */

/**
 * @typedef {{ file: string, size: number, length: number, header: number, memory: number, runs: [number, number][] }} Snapshot
 *   `length` is that of the header and the runs together, `memory` the size that memory had; a run is its place there and its length
 * @typedef {(into: Uint8Array, place: number) => void} Read fills `into` with what the snapshot has from `place` on
 */

/**
 * Give the memory of a fresh module, of the same Pyodide, the content of the snapshot.
 * @param {{ HEAP8: Int8Array, _sbrk: (bytes: number) => number }} module
 * @param {Snapshot} snapshot
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
