/* The result of a calculator on the page, part by part: a part whose bytes stay the same is not touched. */

const USED = ["others", "cite"]; // while they are folded away: by links to other calculators, by the buttons that copy
const NOT_PAINTED = 100; // ms: what cannot be seen is not painted

/**
 * What the reader has unfolded (true) or folded, by calculator and part: also kept when the theme puts a fresh copy of the
 * page in place.
 * @type {Map<string, Map<string, boolean>>}
 */
const folds = new Map();

/** The result panel of one calculator. */
export class Result {
  #element;
  #open;
  /** Where each part stands, in the order of the page. @type {Map<string, HTMLElement>} */
  #places;
  /** What the page was built with, by part. @type {Record<string, string>} */
  #built;
  /** What stands there now, by part. @type {Map<string, string>} */
  #shown;
  /** The parts that are not those of the inputs asked about. @type {Set<string>} */
  #due = new Set();
  /** The parts that can be seen, as soon as that was looked at. @type {Set<string> | undefined} */
  #seen;

  /** @param {HTMLElement} element @param {string} calculator */
  constructor(element, calculator) {
    this.#element = element;
    this.#places = new Map([...element.querySelectorAll("[data-part]")].map((place) => [place.dataset.part, place]));
    this.#built = Object.fromEntries([...this.#places].map(([name, place]) => [name, place.innerHTML]));
    this.#shown = new Map(Object.entries(this.#built));
    this.#open = folds.get(calculator) ?? folds.set(calculator, new Map()).get(calculator);
    // A reader who listens hears the summary, from the status line; the whole panel would be read after every edit.
    element.setAttribute("aria-live", "off");
    // "toggle" does not bubble.
    element.addEventListener("toggle", ({ target }) => this.#remember(target), { capture: true });
    this.#unfold(element);
    this.#rememberAll(element); // what was unfolded before this script came
    new ResizeObserver(() => this.look()).observe(element);
  }

  /** The answer in one sentence. */
  get summary() {
    return this.#element.querySelector(".rp-summary")?.textContent ?? "";
  }

  /** From now on every part is asked for. */
  expect() {
    this.#due = new Set(this.#places.keys());
  }

  /** Look which parts can be seen: when all is laid out, because in the middle of an edit it would have to be for this alone. */
  look() {
    this.#seen = new Set([...this.#places].filter(([, place]) => place.checkVisibility()).map(([name]) => name));
  }

  /** Nothing more comes for these inputs. */
  giveUp() {
    this.#due.clear();
  }

  /**
   * What to ask for next: at first all that can be seen. Then the rest, little at a time, so that the next edit does not wait for
   * long; what takes long itself, only when it is unfolded.
   * @returns {string[]}
   */
  get wanted() {
    const late = (name) => "late" in this.#places.get(name).dataset;
    if (!this.#seen) this.look();
    const seen = (name) => this.#seen.has(name);
    const soon = [...this.#due].filter((name) => !late(name));
    const first = soon.filter(seen);
    if (first.length) return first;
    const used = soon.filter((name) => USED.includes(name));
    if (used.length) return used;
    return soon.length ? [soon[0]] : [...this.#due].filter(seen);
  }

  /** Show what Python has written; it escapes everything that a reader can put in. @param {Record<string, string>} parts */
  show(parts) {
    for (const [name, html] of Object.entries(parts)) this.#put(name, html);
    for (const name of this.#due) if ("late" in this.#places.get(name).dataset) this.#put(name, "", true);
  }

  /** Show the result that the page was built with. */
  showBuilt() {
    this.show(this.#built);
  }

  /** Say whether the result belongs to inputs other than those in the form. @param {boolean} outdated */
  set outdated(outdated) {
    this.#element.classList.toggle("rp-outdated", outdated);
  }

  get outdated() {
    return this.#element.classList.contains("rp-outdated");
  }

  /** @param {string} name @param {string} html @param {boolean} due whether this is not yet the part that is asked for */
  #put(name, html, due = false) {
    if (!due) this.#due.delete(name);
    const place = this.#places.get(name);
    if (!place || this.#shown.get(name) === html) return;
    this.#shown.set(name, html);
    const focused = place.contains(document.activeElement) ? focusable(place).indexOf(document.activeElement) : -1;
    this.#rememberAll(place); // "toggle" is a task of its own: of a click just now it has not come yet
    place.innerHTML = html;
    this.#unfold(place);
    if (focused >= 0) focusable(place)[focused]?.focus({ preventScroll: true });
    const frame = place.closest("[data-key]");
    if (frame?.dataset.key === name) frame.hidden = !html && !due;
  }

  #remember(fold) {
    if (this.#element.contains(fold)) this.#open.set(this.#keyOf(fold), fold.open);
  }

  #rememberAll(place) {
    for (const fold of place.querySelectorAll("details")) this.#remember(fold);
  }

  #unfold(place) {
    for (const fold of place.querySelectorAll("details")) fold.open = this.#open.get(this.#keyOf(fold)) ?? fold.open;
  }

  /** A fold is known by its key, or else by its place. */
  #keyOf(fold) {
    return fold.dataset.key ?? String([...this.#element.querySelectorAll("details")].indexOf(fold));
  }
}

/** @param {HTMLElement} place */
function focusable(place) {
  return [...place.querySelectorAll("summary, a[href], button, [tabindex]")];
}

/** Resolves when what has been put on the page can be seen. */
export function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, NOT_PAINTED);
  });
}
