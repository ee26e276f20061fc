/* Answers that nobody asked for. The browser compiles WebAssembly for speed where it runs often, and after a start none of it has
   run: the first dozens of answers would take twice as long as those after them. */

const ANSWERS = 60;
const QUIET = 150; // ms after a question: the next one comes first

/** Rehearses what an edit waits for, whenever nothing is asked. */
export class Rehearsal {
  #left = ANSWERS;
  #next = 0;
  /** The calculator and parts of the last question for what can be seen. @type {[string, string] | undefined} */
  #asked;

  /** Nothing is rehearsed while a question is answered. */
  pause() {
    clearTimeout(this.#next);
  }

  /** @param {(calculator: string, parts: string) => void} rehearse @param {string} calculator @param {string[]} parts asked for last */
  goOn(rehearse, calculator, parts) {
    if (parts.includes("answer")) this.#asked = [calculator, parts.join(" ")];
    if (this.#asked) this.#after(QUIET, () => this.#rehearse(() => rehearse(...this.#asked)));
  }

  #rehearse(once) {
    this.#left -= 1;
    try {
      once();
    } catch {
      this.#left = 0; // the reader's own question will say what is wrong
    }
    this.#after(0, () => this.#rehearse(once)); // a question that has come meanwhile is next
  }

  #after(wait, work) {
    clearTimeout(this.#next);
    if (this.#left > 0) this.#next = setTimeout(work, wait);
  }
}
