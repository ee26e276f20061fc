/* One calculator on a page: its fields, its state in the address, its answer. */

import * as address from "./address.js";
import { runtimeFrom } from "./runtime.js";

const PAUSE = 50; // milliseconds of quiet before an edit is computed
const KEPT_OPEN = "details[data-key]";

/** A calculator's form and result. Everything it knows hangs on the section, so a page swapped by the theme starts anew. */
export class Calculator {
  #asked = 0;
  #timer = 0;
  /** @type {import("./messages.js").Answer | null} */
  #answer = null;

  /**
   * @param {HTMLElement} section
   * @param {boolean} ownsAddress whether the page's address holds this form's state
   */
  constructor(section, ownsAddress) {
    this.section = section;
    this.ownsAddress = ownsAddress;
    this.name = section.dataset.calculator;
    this.form = section.querySelector(".rp-form");
    this.result = section.querySelector(".rp-result");
    this.status = section.querySelector(".rp-status");
    this.controls = new Map([...this.form.querySelectorAll("[name]")].map((control) => [control.name, control]));
    this.built = this.result.innerHTML;
    this.builtPlaceholders = new Map([...this.controls].map(([name, control]) => [name, control.placeholder]));
    this.runtime = runtimeFrom(new URL(section.dataset.runtime, document.baseURI).href);
    this.#listen();
    this.readAddress();
  }

  /** Stop listening to the shared runtime: the page has been swapped away. */
  close() {
    this.runtime.removeEventListener("change", this.#onRuntime);
    clearTimeout(this.#timer);
  }

  /** Take the inputs from the address; compute at once if they differ from the defaults. */
  readAddress() {
    if (!this.ownsAddress) return;
    const { inputs, unknown } = address.read(location.search, [...this.controls.keys()]);
    for (const [name, control] of this.controls) this.#set(control, inputs[name] ?? control.dataset.default);
    this.#say(unknown.length ? `The address names no input of this calculator with: ${unknown.join(", ")}.` : "");
    if (Object.keys(this.given()).length) this.#compute();
    else this.#showBuilt();
  }

  /** The fields that differ from their defaults, in the order of the form. */
  given() {
    const differing = [...this.controls].filter(([, control]) => control.value.trim() !== control.dataset.default);
    return Object.fromEntries(differing.map(([name, control]) => [name, control.value.trim()]));
  }

  #listen() {
    const wake = () => this.runtime.start();
    this.form.addEventListener("focusin", wake, { once: true });
    this.form.addEventListener("pointerover", wake, { once: true });
    this.form.addEventListener("input", () => this.#edited());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action) this.#act(action);
    });
    this.runtime.addEventListener("change", this.#onRuntime);
  }

  #onRuntime = () => {
    const { state, progress, reason } = this.runtime;
    if (state === "failed") this.#failed(reason);
    else if (state === "starting" && this.#asked) {
      const part = progress?.fraction ? `: ${Math.round(progress.fraction * 100)}%` : " …";
      this.#say(`Starting Python in your browser${part}`);
    }
  };

  #edited() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#compute(), PAUSE);
  }

  async #compute() {
    if (this.ownsAddress) address.write(this.given());
    const asked = ++this.#asked;
    this.section.dataset.state = this.runtime.state === "ready" ? "computing" : "starting";
    try {
      const answer = await this.runtime.ask(this.name, this.given());
      if (asked === this.#asked) this.#show(answer);
    } catch (failure) {
      if (asked === this.#asked) this.#failed(failure.message);
    }
  }

  /** @param {import("./messages.js").Answer} answer */
  #show(answer) {
    this.#showProblems(answer.problems);
    this.section.dataset.state = answer.html === null ? "problem" : "ready";
    if (answer.html === null) return;
    this.#answer = answer;
    this.#say("");
    this.#render(answer.html);
    for (const [name, text] of Object.entries(answer.placeholders ?? {})) this.controls.get(name).placeholder = text;
  }

  /** Show an answer without closing what the reader has opened. */
  #render(html) {
    const open = new Set([...this.result.querySelectorAll(KEPT_OPEN)].filter((part) => part.open).map((part) => part.dataset.key));
    this.result.innerHTML = html;
    for (const part of this.result.querySelectorAll(KEPT_OPEN)) part.open = open.has(part.dataset.key);
  }

  #showBuilt() {
    ++this.#asked;
    this.#answer = null;
    this.#showProblems([]);
    this.#render(this.built);
    for (const [name, text] of this.builtPlaceholders) if (text) this.controls.get(name).placeholder = text;
    this.section.dataset.state = "default";
  }

  /** @param {import("./messages.js").Problem[]} problems */
  #showProblems(problems) {
    const by = new Map(problems.map((problem) => [problem.field, problem]));
    for (const [name, control] of this.controls) {
      const note = this.form.querySelector(`[data-field="${name}"] .rp-error`);
      const problem = by.get(name);
      note.hidden = !problem;
      note.textContent = problem ? `${problem.message} Accepted: ${problem.accepted}.` : "";
      if (problem) {
        control.setAttribute("aria-invalid", "true");
        const folded = control.closest("details");
        if (folded) folded.open = true;
      } else control.removeAttribute("aria-invalid");
    }
    const elsewhere = problems.filter(({ field }) => !this.controls.has(field));
    if (problems.length) this.#say(elsewhere.map(({ field, message }) => `${field}: ${message}`).join(" "));
  }

  #failed(reason) {
    this.section.dataset.state = "failed";
    this.#say(`The calculator could not start: ${reason} The numbers shown are those of the page as built. `);
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "rp-button";
    retry.textContent = "Try again";
    retry.onclick = () => this.#compute();
    this.status.append(retry);
  }

  #act(action) {
    if (action === "reset") this.#reset();
    else if (action === "copy-link") this.#copyLink();
    else this.#download(action);
  }

  #reset() {
    clearTimeout(this.#timer);
    for (const control of this.controls.values()) this.#set(control, control.dataset.default);
    if (this.ownsAddress) address.write({});
    this.#showBuilt();
    this.#say("Back to the defaults.");
  }

  async #copyLink() {
    const link = this.ownsAddress ? location.href : new URL(address.query(this.given()) || ".", location.href).href;
    try {
      await navigator.clipboard.writeText(link);
      this.#say("Link copied.");
    } catch {
      this.#say("Copy this link: ");
      const box = document.createElement("input");
      box.readOnly = true;
      box.value = link;
      box.setAttribute("aria-label", "Link to this result");
      this.status.append(box);
      box.select();
    }
  }

  async #download(kind) {
    const answer = this.#answer ?? (await this.#freshAnswer());
    if (!answer) return;
    const text = kind === "json" ? `${JSON.stringify(answer.document, null, 2)}\n` : answer.csv;
    const file = new Blob([text], { type: kind === "json" ? "application/json" : "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${this.name}.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async #freshAnswer() {
    await this.#compute();
    return this.#answer;
  }

  #set(control, text) {
    if (control instanceof HTMLSelectElement && ![...control.options].some((option) => option.value === text)) {
      control.add(new Option(text, text)); // kept, so that the answer can say what is wrong with it
    }
    control.value = text;
  }

  #say(text) {
    this.status.textContent = text;
  }
}
