/* The page's side of the worker: one worker per runtime folder, kept from page to page. */

import * as messages from "./messages.js";

// A server that stalls or a start that hangs says nothing; a slow one keeps reporting.
const SILENCE = 45_000;

/** @type {Map<string, Runtime>} */
const runtimes = new Map();

/** Why there is no answer, in words for readers. */
export class RuntimeFailure extends Error {}

/**
 * The runtime loaded from `folder`; the same object for every page that names the same folder.
 * @param {string} folder absolute address
 */
export function runtimeFrom(folder) {
  if (!runtimes.has(folder)) runtimes.set(folder, new Runtime(folder));
  return runtimes.get(folder);
}

/** Starts Python when first needed and asks it; fires "change" whenever `state` or `progress` does. */
export class Runtime extends EventTarget {
  /** @type {"idle" | "starting" | "ready" | "failed"} */
  state = "idle";
  /** @type {messages.Progress | null} */
  progress = null;
  /** Why the start failed. */
  reason = "";

  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, { resolve: (answer: messages.Answer) => void, reject: (reason: RuntimeFailure) => void }>} */
  #waiting = new Map();
  #lastId = 0;
  #silence = 0;

  /** @param {string} folder */
  constructor(folder) {
    super();
    this.folder = folder;
  }

  /** Start Python unless it runs or is starting; after a failure, start anew. */
  start() {
    if (this.state === "starting" || this.state === "ready") return;
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "ridgepoint" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(event.message || "The script that runs Python could not be loaded.");
    };
    this.#set("starting", { stage: "download", fraction: null });
    this.#worker.postMessage(messages.start(this.folder));
    this.#expect();
  }

  /**
   * Run a calculator. Rejects with RuntimeFailure when Python cannot start or the calculation breaks.
   * @param {string} calculator
   * @param {Record<string, string>} inputs
   * @param {string} [part] "result", or a part of it that takes longer
   * @returns {Promise<messages.Answer>}
   */
  ask(calculator, inputs, part = "result") {
    this.start();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage(messages.ask(id, calculator, inputs, part));
      this.#expect();
    });
  }

  /** @param {messages.ProgressMessage | messages.AnswerMessage | messages.FailureMessage} message */
  #receive(message) {
    if ("progress" in message) {
      this.#set(message.progress.stage === "ready" ? "ready" : "starting", message.progress);
    } else if (message.id === undefined) {
      return this.#fail(message.failure);
    } else {
      const { resolve, reject } = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ("failure" in message) reject(new RuntimeFailure(message.failure));
      else resolve(message);
    }
    this.#expect();
  }

  /** Wait for the next sign of life, if one is due. */
  #expect() {
    clearTimeout(this.#silence);
    if (this.state !== "starting" && !this.#waiting.size) return;
    this.#silence = setTimeout(() => this.#fail(`Nothing has happened for ${SILENCE / 1000} seconds.`), SILENCE);
  }

  /** @param {string} reason */
  #fail(reason) {
    clearTimeout(this.#silence);
    this.#worker?.terminate();
    this.#worker = null;
    this.reason = reason;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#set("failed", null);
    for (const { reject } of waiting) reject(new RuntimeFailure(reason));
  }

  #set(state, progress) {
    this.state = state;
    this.progress = progress;
    this.dispatchEvent(new Event("change"));
  }
}
