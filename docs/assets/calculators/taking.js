/* What a reader takes from a result: a line to paste, a file, a picture of the chart. Each is answered in the status line. */

import { pngOf, svgOf } from "./picture.js";
import { copy, download } from "./take.js";

const ANSWERED_FOR = 2_000; // ms that a button says what it has done

/** Copies and saves for one calculator. */
export class Taking {
  #name;
  #result;
  #status;

  /** @param {string} name @param {HTMLElement} result @param {import("./status.js").Status} status */
  constructor(name, result, status) {
    this.#name = name;
    this.#result = result;
    this.#status = status;
  }

  /** Do what a button of the result says. @param {HTMLButtonElement} button */
  async press(button) {
    const { action } = button.dataset;
    if (this.#result.classList.contains("rp-outdated")) {
      this.#status.say("problem", "Not taken: the result shown is not the one of the inputs above.");
    } else if (action === "copy" || action === "copy-line") {
      await this.#copyFor(button);
    } else if (action === "svg" || action === "png") {
      await this.#savePicture(action);
    }
  }

  /**
   * Copy what a button stands for: a line of its own, the line that it stands in, or one of those to cite.
   * @param {HTMLButtonElement} button
   */
  async #copyFor(button) {
    const { line, copies } = button.dataset;
    const place = copies ? this.#result.querySelector(`.rp-line[data-line="${copies}"]`) : button.closest(".rp-line");
    if (await this.copyLine(line ?? place.querySelector("code").textContent, "Copied.", "Copy this:")) answerOn(button, "Copied");
  }

  /**
   * @param {string} line
   * @param {string} done what to say then
   * @param {string} offer what to say where the browser copies nothing
   * @returns {Promise<boolean>} whether it is copied
   */
  async copyLine(line, done, offer) {
    const copied = await copy(line);
    if (copied) this.#status.say("notice", done);
    else this.#status.offer(offer, line);
    return copied;
  }

  /** @param {"json" | "csv"} format @param {string | object} run */
  saveRun(format, run) {
    const json = format === "json";
    const content = json ? `${JSON.stringify(run, null, 2)}\n` : run;
    this.#save(`${this.#name}.${format}`, json ? "application/json" : "text/csv", content);
  }

  /** Save the chart as it looks in the reader's colours. @param {"svg" | "png"} format */
  async #savePicture(format) {
    const figure = this.#result.querySelector(".rp-chart");
    if (!figure) return this.#status.say("notice", "There is no chart for these inputs.");
    const name = `${this.#name}-chart.${format}`;
    if (format === "svg") return this.#save(name, "image/svg+xml", svgOf(figure));
    const image = await pngOf(figure);
    if (image) this.#save(name, "image/png", image);
    else this.#status.say("notice", "This browser does not draw pictures of charts. The SVG can be saved.");
  }

  /** @param {string} name @param {string} type @param {string | Blob} content */
  #save(name, type, content) {
    download(name, type, content);
    this.#status.say("notice", `Saved as ${name}.`);
  }
}

/** Let a button say for a moment what it has done: the status line may be out of sight. */
function answerOn(button, words) {
  if (button.dataset.answer) return;
  button.dataset.answer = words;
  setTimeout(() => delete button.dataset.answer, ANSWERED_FOR);
}
