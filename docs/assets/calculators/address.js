/* The state of a form in the address: the fields that differ from their defaults, in the order of the form. */

// The theme's own parameters: the words of a search.
const NOT_OURS = ["h", "q"];

/**
 * The inputs that an address gives, and the names in it that no field has.
 * @param {string} search such as "?gpu=l4&batch=8"
 * @param {readonly string[]} fields
 * @returns {{ inputs: Record<string, string>, unknown: string[] }}
 */
export function read(search, fields) {
  const given = new URLSearchParams(search);
  const inputs = Object.fromEntries([...given].filter(([name]) => fields.includes(name)));
  const unknown = [...new Set(given.keys())].filter((name) => !fields.includes(name) && !NOT_OURS.includes(name));
  return { inputs, unknown };
}

const QUOTED = 32;

/**
 * A name from an address as it can stand in a sentence: not endless, and without signs that turn around what follows.
 * @param {string} name
 */
export function quoted(name) {
  const cut = name.length > QUOTED ? `${name.slice(0, QUOTED)}…` : name;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

/**
 * The query that `read` turns back into `inputs`; empty when nothing is given.
 * @param {Record<string, string>} inputs
 */
export function query(inputs) {
  const search = new URLSearchParams(inputs).toString();
  return search && `?${search}`;
}

/**
 * Put `inputs` into the address without a new entry in the history. The entry's state belongs to the theme, which keeps
 * the scroll position there.
 * @param {Record<string, string>} inputs
 */
export function write(inputs) {
  const search = query(inputs);
  if (search === location.search) return;
  try {
    history.replaceState(history.state, "", location.pathname + search + location.hash);
  } catch {
    // Browsers refuse after many changes in a short time; the next change writes the whole state again.
  }
}
