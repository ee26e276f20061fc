/* The state of a form in the address: the fields that differ from their defaults, in the order of the form. */

// The theme's own parameters: the words of a search.
const NOT_OURS = ["h", "q"];

/**
 * The inputs that an address gives, and the names in it that no field has.
 * @param {string} search such as "?gpu=l4&batch=8"
 * @param {readonly string[]} fields
 * @returns {{ inputs: Record<string, string>, unknown: string[] }}
 */
function read(search, fields) {
  const given = new URLSearchParams(search);
  const inputs = Object.fromEntries([...given].filter(([name]) => fields.includes(name)));
  const unknown = [...new Set(given.keys())].filter((name) => name && !fields.includes(name) && !NOT_OURS.includes(name));
  return { inputs, unknown };
}

const QUOTED = 32;

/**
 * A name from an address as it can stand in a sentence: not endless, and without signs that turn around what follows.
 * @param {string} name
 */
function quoted(name) {
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
function write(inputs) {
  const search = query(inputs);
  if (search === location.search) return;
  try {
    history.replaceState(history.state, "", location.pathname + search + location.hash);
  } catch {
    // Browsers refuse after many changes in a short time; the next change writes the whole state again.
  }
}

const PAUSE = 200; // ms without an edit, after which the address is written
const NAMED = 5; // parameters of an address, in a sentence

/** The first of some names, and how many more there are. @param {string[]} names */
function listed(names) {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return `${names.slice(0, NAMED).map(quoted).join(", ")}${more}`;
}

/** The address of a page as the memory of its form. */
export class Memory {
  #form;
  #pathname = location.pathname;
  #search = location.search;
  /** The timer of what is to be written. */
  #soon = 0;

  /** @param {import("./form.js").Form} form */
  constructor(form) {
    this.#form = form;
  }

  /** Whether the address is still this page's and says something else than the form was last filled with. */
  get saysNew() {
    return location.pathname === this.#pathname && location.search !== this.#search;
  }

  /** Whether the address gives inputs. */
  get gives() {
    return Object.keys(read(location.search, this.#form.fields).inputs).length > 0;
  }

  /** Fill the form from the address. @returns {string} what it gives in vain, in words: names that no field has, and nothing at all */
  recall() {
    this.#search = location.search;
    const { inputs, unknown } = read(location.search, this.#form.fields);
    const empty = this.#form.fill(inputs);
    const said = [];
    if (unknown.length) said.push(`Ignored in the address: ${listed(unknown)}.`);
    if (empty.length) said.push(`Empty in the address, and left at the default: ${listed(empty)}.`);
    return said.join(" ");
  }

  /** Put what is in the form into the address, unless that is another page's already. */
  keep() {
    this.drop();
    if (location.pathname !== this.#pathname) return;
    write(this.#form.inputs);
    this.#search = location.search;
  }

  /** The same after a pause: the browser draws its own window anew for an address, while Python would answer. */
  keepSoon() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.keep(), PAUSE);
  }

  /** Write at once what is to be written soon. */
  keepNow() {
    if (this.#soon) this.keep();
  }

  /** Write nothing more of what was to be written soon. */
  drop() {
    clearTimeout(this.#soon);
    this.#soon = 0;
  }
}
