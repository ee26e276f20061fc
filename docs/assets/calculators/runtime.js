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

/**
 * @typedef {{ message: messages.AskMessage, resolve: (answer: messages.Answer) => void, reject: (reason: RuntimeFailure) => void }} Question
 */

/** Starts Python when first needed and asks it; fires "change" whenever `state` or `progress` does. */
export class Runtime extends EventTarget {
  /** @type {"idle" | "starting" | "ready" | "failed"} */
  state = "idle";
  /** @type {messages.Progress | null} */
  progress = null;
  /** Why the start failed. */
  reason = "";
  /** Whether Python ran before, died, and is being started again. */
  restarted = false;

  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, Question>} */
  #waiting = new Map();
  #lastId = 0;
  #silence = 0;

  /** @param {string} folder */
  constructor(folder) {
    super();
    this.folder = folder;
    if (window.ridgepointStarted?.folder === folder) this.#takeOver(window.ridgepointStarted);
  }

  /** What early.js has started, with what came of it so far. @param {{ worker: Worker, messages: object[] }} started */
  #takeOver({ worker, messages }) {
    delete window.ridgepointStarted;
    this.#worker = this.#listenTo(worker);
    this.#set("starting", { stage: "download", fraction: null, restarted: false });
    this.#expect();
    for (const message of messages) this.#receive(message);
  }

  /** Start Python unless it runs or is starting; after a failure, start anew. */
  start() {
    if (this.state === "starting" || this.state === "ready") return;
    this.restarted = false;
    this.#begin(true);
  }

  #newWorker() {
    return this.#listenTo(new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "ridgepoint" }));
  }

  /** @param {Worker} worker */
  #listenTo(worker) {
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#end(event.message);
    };
    return worker;
  }

  /** @param {boolean} trusting whether what is kept may be used before the network has said that it is the newest */
  #begin(trusting) {
    this.#worker ??= this.#newWorker();
    this.#set("starting", { stage: "download", fraction: null, restarted: this.restarted });
    this.#worker.postMessage(messages.start(this.folder, trusting));
    this.#expect();
  }

  /**
   * Run a calculator. Rejects with RuntimeFailure when Python cannot start or the calculation breaks.
   * @param {string} calculator
   * @param {Record<string, string>} inputs
   * @param {string[]} parts of the result
   * @returns {Promise<messages.Answer>}
   */
  ask(calculator, inputs, parts) {
    this.start();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const message = messages.ask(id, calculator, inputs, parts);
      this.#waiting.set(id, { message, resolve, reject });
      this.#worker.postMessage(message);
      this.#expect();
    });
  }

  /** @param {messages.ProgressMessage | messages.AnswerMessage | messages.FailureMessage | messages.OutdatedMessage} message */
  #receive(message) {
    if ("progress" in message) {
      this.#set(message.progress.stage === "ready" ? "ready" : "starting", { ...message.progress, restarted: this.restarted });
    } else if ("outdated" in message) {
      return this.#beginAnew();
    } else if (message.id === undefined) {
      return this.#end(message.failure);
    } else {
      const { resolve, reject } = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      this.restarted = false;
      if ("failure" in message) reject(new RuntimeFailure(message.failure));
      else resolve(message);
    }
    this.#expect();
  }

  /** Wait for the next sign of life, if one is due. */
  #expect() {
    clearTimeout(this.#silence);
    if (this.state !== "starting" && !this.#waiting.size) return;
    this.#silence = setTimeout(() => this.#end(`Nothing has happened for ${SILENCE / 1000} seconds.`), SILENCE);
  }

  /**
   * The worker has died. If it ran, start it again, once, and ask it what is unanswered: it may die of the same question.
   * @param {string} reason
   */
  #end(reason) {
    if (this.state !== "ready" || this.restarted) return this.#fail(reason);
    this.restarted = true;
    this.#beginAnew();
  }

  /** Another worker takes over, and what is unanswered; it waits for what the network says. */
  #beginAnew() {
    this.#stop();
    this.#begin(false);
    for (const { message } of this.#waiting.values()) this.#worker.postMessage(message);
  }

  #stop() {
    clearTimeout(this.#silence);
    this.#worker?.terminate();
    this.#worker = null;
  }

  /** @param {string} reason */
  #fail(reason) {
    this.#stop();
    this.reason = reason || "The script that runs Python could not be loaded.";
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#set("failed", null);
    for (const { reject } of waiting) reject(new RuntimeFailure(this.reason));
  }

  #set(state, progress) {
    this.state = state;
    this.progress = progress;
    this.dispatchEvent(new Event("change"));
  }
}
