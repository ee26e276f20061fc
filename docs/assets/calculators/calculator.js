/* One calculator on a page: edits become inputs, inputs an address and a question, the answer a result.

   `data-state` of the section:  default    the result from the build, Python not asked for
                                 starting   Python is being loaded
                                 ready      the result belongs to the inputs, Python runs
                                 computing  an answer is on its way
                                 problem    an input cannot be used; the last good result stays
                                 failed     Python did not start, or the calculation broke */

import * as address from "./address.js";
import { Answers } from "./answers.js";
import { carryInputs } from "./carry.js";
import { Form, sentence } from "./form.js";
import { Result } from "./result.js";
import { RuntimeFailure, runtimeFrom } from "./runtime.js";
import { button, Status } from "./status.js";
import { Taking } from "./taking.js";

const NAMED = 5; // parameters of an address that no field has
const NOT_PAINTED = 100; // ms: what cannot be seen is not painted

/** Drives one `.rp-calculator` section until `detach`. */
export class Calculator {
  #section;
  #form;
  #result;
  #status;
  #runtime;
  #answers;
  #taking;
  #detached = new AbortController();
  #asking = false;
  /** Whether there are inputs newer than the ones asked about. */
  #newer = false;
  /** The inputs asked about. @type {Record<string, string>} */
  #inputs = {};
  /** Whether the page shows a result other than the one from the build. */
  #live = false;
  #search = location.search;
  #pathname = location.pathname;
  /** What the address says that no field has. It is said until the next edit, whatever Python does meanwhile. */
  #ignored = "";

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#section = section;
    this.#form = new Form(section.querySelector(".rp-form"));
    this.#result = new Result(section.querySelector(".rp-result"), this.name);
    this.#status = new Status(section.querySelector(".rp-status"));
    this.#taking = new Taking(this.name, section.querySelector(".rp-result"), this.#status);
    this.#runtime = runtimeFrom(new URL(section.dataset.runtime, document.baseURI).href);
    this.#answers = new Answers(this.name, this.#runtime);
    this.#listen();
    this.#state = "default";
    this.#begin();
    this.#followRuntime();
  }

  get name() {
    return this.#section.dataset.calculator;
  }

  /** Follow the address, if it is this page's and says something new. */
  followAddress() {
    if (location.pathname !== this.#pathname || location.search === this.#search) return;
    this.#search = location.search;
    this.#fillFrom(location.search);
  }

  /** Stop listening; the section has left the page. */
  detach() {
    this.#detached.abort();
  }

  get #state() {
    return this.#section.dataset.state;
  }

  set #state(state) {
    this.#section.dataset.state = state;
    this.#section.toggleAttribute("aria-busy", state === "starting" || state === "computing");
  }

  #listen() {
    const { element } = this.#form;
    const { signal } = this.#detached;
    for (const intent of ["pointerover", "focusin"]) {
      element.addEventListener(intent, () => this.#runtime.state === "idle" && this.#runtime.start(), { signal });
    }
    element.addEventListener("input", () => this.#edit(), { signal });
    element.addEventListener("submit", (event) => (event.preventDefault(), this.#edit()), { signal });
    // "toggle" does not bubble.
    this.#section.addEventListener("toggle", () => this.#work(), { signal, capture: true });
    this.#section.addEventListener("click", ({ target }) => this.#act(target.closest("button")), { signal });
    carryInputs(this.#section, () => Object.keys(this.#form.inputs).length > 0, signal);
    this.#runtime.addEventListener("change", () => this.#followRuntime(), { signal });
  }

  /** Take the state from the address, unless the reader was faster than this script. */
  #begin() {
    const { element, fields, inputs } = this.#form;
    const here = element.contains(document.activeElement);
    const typed = here && Object.keys(inputs).length && !Object.keys(address.read(location.search, fields).inputs).length;
    if (here && this.#runtime.state === "idle") this.#runtime.start();
    if (typed) this.#edit();
    else this.#fillFrom(location.search);
  }

  /** Take the state from an address. @param {string} search */
  #fillFrom(search) {
    const { inputs, unknown } = address.read(search, this.#form.fields);
    this.#form.fill(inputs);
    const more = unknown.length > NAMED ? ` and ${unknown.length - NAMED} more` : "";
    this.#ignored = unknown.length ? `Ignored in the address: ${unknown.slice(0, NAMED).map(address.quoted).join(", ")}${more}.` : "";
    if (Object.keys(this.#form.inputs).length || this.#state !== "default") this.#compute();
    else if (this.#ignored) this.#status.say("notice", this.#ignored);
  }

  #edit() {
    this.#ignored = "";
    const shown = this.#compute();
    this.#remember(); // at once: the next press may be on a link that has the theme put a fresh copy of the page in place
    return shown;
  }

  #remember() {
    address.write(this.#form.inputs);
    this.#search = location.search;
  }

  /** Show the result of what is in the form now. */
  #compute() {
    this.#newer = true;
    this.#markUnanswered();
    return this.#work();
  }

  /** Ask for what is not shown yet. One question at a time; the newest inputs win. */
  async #work() {
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (!this.#detached.signal.aborted && (this.#newer || this.#result.wanted.length)) await this.#step();
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error;
      this.#fail(error.message);
    } finally {
      this.#asking = false;
    }
  }

  /** A start takes seconds: until its first answer, what is shown belongs to other inputs unless they are the defaults. */
  #markUnanswered() {
    if (this.#state === "starting") this.#result.outdated = this.#live || Object.keys(this.#form.inputs).length > 0;
  }

  async #step() {
    if (this.#newer) {
      this.#newer = false;
      this.#inputs = this.#form.inputs;
      this.#result.expect();
      if (!Object.keys(this.#inputs).length) return this.#showBuilt();
      const known = this.#answers.known(this.#inputs);
      if (known) return this.#show(known);
      if (this.#runtime.state !== "failed") this.#state = this.#runtime.state === "ready" ? "computing" : "starting";
      this.#markUnanswered();
    }
    const answer = await this.#answers.ask(this.#inputs, this.#result.wanted);
    if (this.#newer) return;
    this.#show(answer);
    await painted();
  }

  /** @param {import("./messages.js").Answer} answer */
  #show(answer) {
    const homeless = this.#form.mark(answer.problems);
    if (!answer.parts) return this.#complain(answer.problems, homeless);
    this.#result.show(answer.parts);
    this.#form.hint(answer.placeholders);
    if (this.#form.shorten(answer.given)) this.#remember();
    this.#live = true;
    if ("answer" in answer.parts) this.#shown("ready");
  }

  #showBuilt() {
    this.#form.mark([]);
    this.#form.hint();
    this.#result.showBuilt();
    this.#live = false;
    this.#shown(this.#runtime.state === "ready" ? "ready" : "default");
    this.#followRuntime();
  }

  #shown(state) {
    this.#result.outdated = false;
    this.#state = state;
    if (this.#ignored) this.#status.say("notice", this.#ignored);
    else this.#status.announce(this.#result.summary);
  }

  #complain(problems, homeless) {
    this.#result.giveUp();
    const fields = problems.length - homeless.length;
    const count = fields === 1 ? "One input cannot be used." : `${fields} inputs cannot be used.`;
    const words = [...(fields ? [count] : []), ...homeless.map(sentence), this.#shownFor()];
    this.#result.outdated = true;
    this.#state = "problem";
    this.#status.say("problem", words.join(" "));
  }

  #fail(reason) {
    this.#result.giveUp();
    this.#state = "failed";
    this.#result.outdated = Object.keys(this.#form.inputs).length > 0;
    const words = this.#runtime.state === "failed" ? "Python could not be started" : "The calculation failed";
    this.#status.say("failure", `${words}: ${reason} ${this.#shownFor()} `, button("Try again", "retry"));
  }

  #shownFor() {
    return this.#live ? "The result shown is for the last inputs that could be used." : "The result shown is for the default inputs.";
  }

  /** Say how the start goes, while there is nothing more important to say. */
  #followRuntime() {
    const { state, progress, reason } = this.#runtime;
    if (state === "starting") {
      this.#state = "starting";
      if (!this.#ignored) this.#status.sayProgress(progress);
    } else if (state === "ready" && this.#state === "starting") {
      this.#state = this.#asking ? "computing" : "ready";
      if (!this.#ignored) this.#status.announce("Python is ready.");
    } else if (state === "failed" && !this.#asking) {
      this.#fail(reason);
    }
  }

  /** @param {HTMLButtonElement | null} pressed */
  async #act(pressed) {
    const action = pressed?.dataset.action;
    if (action === "reset") {
      this.#form.fill({});
      await this.#edit();
    } else if (action === "retry") {
      this.#runtime.start();
      await this.#edit();
    } else if (action === "copy-link") {
      this.#remember();
      await this.#taking.copyLine(location.href, "Link copied.", "Copy this address:");
    } else if (action === "json" || action === "csv") {
      await this.#download(action);
    } else if (action) {
      await this.#taking.press(pressed);
    }
  }

  /** @param {"json" | "csv"} format */
  async #download(format) {
    this.#remember();
    try {
      const part = format === "json" ? "document" : "csv";
      const { parts } = await this.#answers.ask(this.#form.inputs, [part]);
      if (!parts) return this.#compute();
      if (format === "json") this.#taking.saveFile("application/json", "json", `${JSON.stringify(parts.document, null, 2)}\n`);
      else this.#taking.saveFile("text/csv", "csv", parts.csv);
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error;
      this.#fail(error.message);
    }
  }
}

/** Resolves when what has been put on the page can be seen. */
function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, NOT_PAINTED);
  });
}
