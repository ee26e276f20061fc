/* What Python answers about one calculator, and what it has answered last. */

import { query } from "./address.js";
import { RuntimeFailure } from "./runtime.js";

/**
 * The last answer of each calculator: the theme may put a fresh copy of the page in place at any time, and it should show
 * the same at once.
 * @type {Map<string, { search: string, answer: import("./messages.js").Answer }>}
 */
const last = new Map();

/** Asks about one calculator. */
export class Answers {
  #name;
  #runtime;

  /** @param {string} name @param {import("./runtime.js").Runtime} runtime */
  constructor(name, runtime) {
    this.#name = name;
    this.#runtime = runtime;
  }

  /** What is known of these inputs already. @param {Record<string, string>} inputs @returns {import("./messages.js").Answer | null} */
  known(inputs) {
    const kept = last.get(this.#name);
    return kept?.search === query(inputs) ? kept.answer : null;
  }

  /**
   * @param {Record<string, string>} inputs
   * @param {string[]} parts
   * @returns {Promise<import("./messages.js").Answer>}
   */
  async ask(inputs, parts) {
    // Only the reader starts Python again after a failure: every edit would download it anew.
    if (this.#runtime.state === "failed") throw new RuntimeFailure(this.#runtime.reason);
    const answer = await this.#runtime.ask(this.#name, inputs, parts);
    const before = this.known(inputs);
    const whole = before ? { ...answer, parts: answer.parts && { ...before.parts, ...answer.parts } } : answer;
    last.set(this.#name, { search: query(inputs), answer: whole });
    return answer;
  }
}
