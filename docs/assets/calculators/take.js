/* Taking a result elsewhere: as a file, or as a line. */

/** Hand the reader a file. @param {string} name @param {string} type @param {string | Blob} content */
export function download(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Copy a line; false where the browser does not allow it. @param {string} line */
export async function copy(line) {
  try {
    await navigator.clipboard.writeText(line);
    return true;
  } catch {
    return false;
  }
}
