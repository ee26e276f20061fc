/* What a calculator is doing, for the style sheet and for screen readers.

   `data-state` of the section:  default    the result from the build, Python not asked for
                                 starting   Python is being loaded
                                 ready      the result belongs to the inputs, Python runs
                                 computing  an answer is on its way
                                 problem    an input cannot be used; the last good result stays
                                 failed     Python did not start, or the calculation broke */

const FELT = 400; // ms from which waiting is felt, and shown

/** The state of one section. */
export class State {
  #section;
  #felt = 0;

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#section = section;
    this.now = "default";
  }

  get now() {
    return this.#section.dataset.state;
  }

  set now(state) {
    this.#section.dataset.state = state;
    this.#section.toggleAttribute("aria-busy", state === "starting" || state === "computing");
    clearTimeout(this.#felt);
    this.#section.classList.remove("rp-felt");
    if (state === "computing") this.#felt = setTimeout(() => this.#section.classList.add("rp-felt"), FELT);
  }
}
