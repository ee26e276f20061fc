/* One calculator on a page: edits become inputs, inputs an address and a question, the answer a result. */

import { Memory } from "./address.js";
import { Answers } from "./answers.js";
import { carryInputs } from "./carry.js";
import { Form, sentence } from "./form.js";
import { painted, Result } from "./result.js";
import { RuntimeFailure, runtimeFrom } from "./runtime.js";
import { State } from "./state.js";
import { button, Status } from "./status.js";
import { Taking } from "./taking.js";

/** Drives one `.rp-calculator` section until `detach`. */
export class Calculator {
  #section;
  #state;
  #form;
  #memory;
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
  /** What the address says that no field has. It is said until the next edit, whatever Python does meanwhile. */
  #ignored = "";

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#section = section;
    this.#state = new State(section);
    this.#form = new Form(section.querySelector(".rp-form"));
    this.#memory = new Memory(this.#form);
    this.#result = new Result(section.querySelector(".rp-result"), this.name);
    this.#status = new Status(section.querySelector(".rp-status"));
    this.#taking = new Taking(this.name, section.querySelector(".rp-result"), this.#status);
    this.#runtime = runtimeFrom(new URL(section.dataset.runtime, document.baseURI).href);
    this.#answers = new Answers(this.name, this.#runtime);
    this.#listen();
    this.#begin();
    this.#followRuntime();
  }

  get name() {
    return this.#section.dataset.calculator;
  }

  /** Follow the address, if it is this page's and says something new. */
  followAddress() {
    if (this.#memory.saysNew) this.#recall();
  }

  /** Stop listening; the section has left the page. */
  detach() {
    this.#detached.abort();
    this.#memory.drop();
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
    this.#section.addEventListener("toggle", () => (this.#result.look(), this.#work()), { signal, capture: true });
    this.#section.addEventListener("click", ({ target }) => this.#act(target.closest("button")), { signal });
    // A press may be on a link that has the theme put a fresh copy of the page in place.
    for (const leaving of ["click", "pagehide"]) {
      window.addEventListener(leaving, () => this.#memory.keepNow(), { signal, capture: true });
    }
    carryInputs(this.#section, () => this.#given, signal);
    this.#runtime.addEventListener("change", () => this.#followRuntime(), { signal });
  }

  /** Take the state from the address, unless the reader was faster than this script. */
  #begin() {
    const { element } = this.#form;
    const here = element.contains(document.activeElement);
    const typed = here && this.#given && !this.#memory.gives;
    if (here && this.#runtime.state === "idle") this.#runtime.start();
    if (typed) this.#edit();
    else this.#recall();
  }

  #recall() {
    const before = this.#ignored;
    this.#ignored = this.#memory.recall();
    if (this.#given || this.#state.now !== "default") this.#compute();
    else if (this.#ignored || before) this.#status.say("notice", this.#ignored);
  }

  /** Whether anything in the form differs from the defaults. */
  get #given() {
    return Object.keys(this.#form.inputs).length > 0;
  }

  #edit() {
    this.#ignored = "";
    this.#memory.keepSoon();
    return this.#compute();
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
      while (await this.#step());
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error;
      this.#fail(error.message);
    } finally {
      this.#asking = false;
    }
  }

  /** A start takes seconds: until its first answer, what is shown belongs to other inputs unless they are the defaults. */
  #markUnanswered() {
    if (this.#state.now === "starting") this.#result.outdated = this.#live || this.#given;
  }

  /** @returns {Promise<boolean>} whether there may be more to ask for */
  async #step() {
    if (this.#detached.signal.aborted) return false;
    if (this.#newer && !this.#begun()) return true;
    const parts = this.#result.wanted;
    if (!parts.length) return false;
    const answer = await this.#answers.ask(this.#inputs, parts);
    if (this.#newer) return true;
    this.#show(answer);
    if (parts.includes("answer")) await painted(); // what can be seen comes before the rest
    return true;
  }

  /** Turn to the newest inputs. @returns {boolean} whether Python has to be asked for what can be seen */
  #begun() {
    this.#newer = false;
    this.#inputs = this.#form.inputs;
    this.#result.expect();
    const known = this.#answers.known(this.#inputs);
    if (!this.#given) this.#showBuilt();
    else if (known) this.#show(known);
    if (!this.#given || known) return false;
    if (this.#runtime.state !== "failed") this.#state.now = this.#runtime.state === "ready" ? "computing" : "starting";
    this.#markUnanswered();
    return true;
  }

  /** @param {import("./messages.js").Answer} answer */
  #show(answer) {
    const homeless = this.#form.mark(answer.problems);
    if (!answer.parts) return this.#complain(answer.problems, homeless);
    this.#result.show(answer.parts);
    this.#form.hint(answer.placeholders);
    if (this.#form.shorten(answer.given)) this.#memory.keepSoon();
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
    this.#state.now = state;
    if (this.#ignored) this.#status.say("notice", this.#ignored);
    else this.#status.announce(this.#result.summary);
  }

  #complain(problems, homeless) {
    this.#result.giveUp();
    const fields = problems.length - homeless.length;
    const count = fields === 1 ? "One input cannot be used." : `${fields} inputs cannot be used.`;
    const words = [...(fields ? [count] : []), ...homeless.map(sentence), this.#shownFor()];
    this.#result.outdated = true;
    this.#state.now = "problem";
    this.#status.say("problem", words.join(" "));
  }

  #fail(reason) {
    this.#result.giveUp();
    this.#state.now = "failed";
    this.#result.outdated = this.#given;
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
      this.#state.now = "starting";
      if (!this.#ignored) this.#status.sayProgress(progress);
    } else if (state === "ready" && this.#state.now === "starting") {
      this.#state.now = this.#asking ? "computing" : "ready";
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
      this.#memory.keep();
      await this.#taking.copyLine(location.href, "Link copied.", "Copy this address:");
    } else if (action === "json" || action === "csv") {
      await this.#download(action);
    } else if (action) {
      await this.#taking.press(pressed);
    }
  }

  /** @param {"json" | "csv"} format */
  async #download(format) {
    this.#memory.keep();
    try {
      const { parts } = await this.#answers.ask(this.#form.inputs, [format]);
      if (!parts) return this.#compute();
      this.#taking.saveRun(format, parts[format]);
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error;
      this.#fail(error.message);
    }
  }
}
