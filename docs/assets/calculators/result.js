/* The result of a calculator on the page: replaced as a whole, keeping what the reader has unfolded and focused. */

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
  #built;

  /** @param {HTMLElement} element @param {string} calculator */
  constructor(element, calculator) {
    this.#element = element;
    this.#built = element.innerHTML;
    this.#open = folds.get(calculator) ?? folds.set(calculator, new Map()).get(calculator);
    // A reader who listens hears the summary, from the status line; the whole panel would be read after every edit.
    element.setAttribute("aria-live", "off");
    // "toggle" does not bubble.
    element.addEventListener("toggle", ({ target }) => this.#remember(target), { capture: true });
    this.#unfold();
    this.#rememberAll(); // what was unfolded before this script came
  }

  /** The answer in one sentence. */
  get summary() {
    return this.#element.querySelector(".rp-summary")?.textContent ?? "";
  }

  /** Show what Python has written; it escapes everything that a reader can put in. @param {string} html */
  show(html) {
    const focused = this.#element.contains(document.activeElement) ? this.#places().indexOf(document.activeElement) : -1;
    this.#rememberAll(); // "toggle" is a task of its own: of a click just now it has not come yet
    this.#element.innerHTML = html;
    this.#unfold();
    if (focused >= 0) this.#places()[focused]?.focus({ preventScroll: true });
  }

  /** What the reader has unfolded and is still empty: the places of the parts that take longer, by name. */
  get missing() {
    const open = [...this.#element.querySelectorAll("details[data-part][open]")];
    return open.map((fold) => [fold.dataset.part, fold.querySelector(".rp-part")]).filter(([, place]) => !place.childElementCount);
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

  #remember(fold) {
    if (this.#element.contains(fold)) this.#open.set(this.#keyOf(fold), fold.open);
  }

  #rememberAll() {
    for (const fold of this.#folds()) this.#remember(fold);
  }

  #unfold() {
    for (const fold of this.#folds()) fold.open = this.#open.get(this.#keyOf(fold)) ?? fold.open;
  }

  /** A fold is known by its key, or else by its place. */
  #keyOf(fold) {
    return fold.dataset.key ?? String(this.#folds().indexOf(fold));
  }

  #folds() {
    return [...this.#element.querySelectorAll("details")];
  }

  #places() {
    return [...this.#element.querySelectorAll("summary, a[href], button, [tabindex]")];
  }
}
