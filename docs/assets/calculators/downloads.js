/* Watches what the worker downloads: reports how much has come, and says in plain words why a file cannot be used. */

const TYPES = { ".wasm": "application/wasm", ".mjs": "text/javascript" };
const JAVASCRIPT = ["text/javascript", "application/javascript"];

/** A file of the runtime that cannot be used; the message is for readers. */
export class UnusableFile extends Error {}

/** One that no server answers for. */
export class UnreachableFile extends UnusableFile {}

/**
 * Replace `fetch` by one that refuses wrong answers and counts bytes.
 * @param {(bytes: number) => void} onBytes called with the bytes received so far
 */
export function watchFetch(onBytes) {
  const plain = self.fetch.bind(self);
  let received = 0;
  self.fetch = async (...request) => {
    const response = await plain(...request);
    const reason = complaint(response);
    if (reason) throw reason;
    count(response.clone(), (bytes) => onBytes((received += bytes)));
    return response;
  };
}

/**
 * Why a module could not be imported, where the server's answer tells.
 * @param {string} address
 * @param {unknown} error what `import` threw
 * @returns {Promise<Error>}
 */
export async function whyNotImported(address, error) {
  const response = await fetch(address, { method: "HEAD" }).catch((reason) => reason);
  if (response instanceof UnusableFile) return response;
  if (response instanceof Error) return new UnreachableFile(`${nameOf(address)} could not be downloaded. Is the network down?`);
  return complaint(response) ?? (error instanceof Error ? error : new Error(String(error))); // `fetch` may not be watched yet
}

/** @param {Response} response @returns {UnusableFile | null} */
function complaint(response) {
  const name = nameOf(response.url);
  if (!response.ok) return new UnusableFile(`The server has no ${name} (status ${response.status}).`);
  const extension = Object.keys(TYPES).find((ending) => name.endsWith(ending));
  if (!extension) return null;
  const type = (response.headers.get("Content-Type") ?? "").split(";")[0].trim().toLowerCase();
  if (type === TYPES[extension] || (extension === ".mjs" && JAVASCRIPT.includes(type))) return null;
  return new UnusableFile(`The server sends ${name} as “${type || "nothing"}”; browsers need “${TYPES[extension]}”.`);
}

/** @param {Response} copy @param {(bytes: number) => void} onBytes */
async function count(copy, onBytes) {
  const reader = copy.body?.getReader();
  try {
    for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader.read()) onBytes(chunk.value.length);
  } catch {
    // Whoever reads the response itself meets the same error and reports it.
  }
}

/** @param {string} address */
function nameOf(address) {
  return new URL(address, self.location.href).pathname.split("/").pop() ?? address;
}
