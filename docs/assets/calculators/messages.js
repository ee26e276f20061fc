/* What the page and the worker say to each other, and how a start that fails is told to a reader. */

/**
 * Page to worker: load Python from a folder, or run one calculation.
 * @typedef {{ start: { runtime: string, trusting: boolean } }} StartMessage
 * @typedef {{ id: number, calculator: string, inputs: Record<string, string>, parts: string[] }} AskMessage
 */

/**
 * Worker to page: how far the start is, an answer, or what went wrong. A failure without an id ends the worker, and so does
 * what says that the start was from an outdated build.
 * @typedef {{ progress: Progress }} ProgressMessage
 * @typedef {{ id: number } & Answer} AnswerMessage
 * @typedef {{ id?: number, failure: string }} FailureMessage
 * @typedef {{ outdated: true }} OutdatedMessage
 */

/**
 * How far the start is; `fraction` is null where the size of the download is not known.
 * @typedef {{ stage: "download" | "start" | "ready", fraction: number | null }} Progress
 */

/**
 * What `calculators.present.live.answer` returns. With problems, there is nothing else.
 * @typedef {object} Answer
 * @property {Record<string, any> | null} parts        what was asked for, by name; HTML is escaped by the Python that wrote it
 * @property {Problem[]} problems
 * @property {Record<string, string>} [placeholders]  what an empty field stands for, by field
 * @property {Record<string, string>} [given]         the inputs as understood
 * @typedef {{ field: string, message: string, accepted?: string }} Problem
 */

/** @param {string} runtime @param {boolean} trusting whether what is kept may be used before the network is asked @returns {StartMessage} */
export const start = (runtime, trusting) => ({ start: { runtime, trusting } });

/** @param {number} id @param {string} calculator @param {Record<string, string>} inputs @param {string[]} parts @returns {AskMessage} */
export const ask = (id, calculator, inputs, parts) => ({ id, calculator, inputs, parts });

/** @param {Progress["stage"]} stage @param {number | null} fraction @returns {ProgressMessage} */
export const progress = (stage, fraction) => ({ progress: { stage, fraction } });

/** @param {number} id @param {Answer} answer @returns {AnswerMessage} */
export const answer = (id, answer) => ({ id, ...answer });

/** @param {string} failure @param {number} [id] @returns {FailureMessage} */
export const failure = (failure, id) => (id === undefined ? { failure } : { id, failure });

/** @returns {OutdatedMessage} */
export const outdated = () => ({ outdated: true });
