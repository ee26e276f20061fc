/* The line under a form that says what is going on. It is a live region: what it says is also read out. */

/** @param {import("./messages.js").Progress} progress @returns {Node[]} */
export function progressText({ stage, fraction }) {
  if (stage === "start") return [text("Starting Python in your browser: loading the calculators")];
  const shown = fraction === null ? [] : [unread(`: ${Math.round(fraction * 100)}%`)];
  return [text("Starting Python in your browser"), ...shown];
}

/** The status line of one form. */
export class Status {
  #element;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  /**
   * @param {"progress" | "notice" | "problem" | "failure"} kind
   * @param {...(Node | string)} content
   */
  say(kind, ...content) {
    this.#element.dataset.kind = kind;
    this.#element.replaceChildren(...content);
  }

  /** Say how far the start is. Only the parts that changed are touched, so that percentages are not read out one by one. */
  sayProgress(progress) {
    const nodes = progressText(progress);
    const [first, second] = this.#element.childNodes;
    if (this.#element.dataset.kind === "progress" && first?.textContent === nodes[0].textContent && second && nodes[1]) {
      second.textContent = nodes[1].textContent;
    } else {
      this.say("progress", ...nodes);
    }
  }

  /** Read out without showing: what is announced stands on the page already. @param {string} words */
  announce(words) {
    const hidden = document.createElement("span");
    hidden.className = "rp-only-read";
    hidden.textContent = words;
    this.say("notice", hidden);
  }

  /** A line that cannot be copied for the reader, ready to be copied by hand. @param {string} label @param {string} line */
  offer(label, line) {
    const box = document.createElement(line.includes("\n") ? "textarea" : "input");
    Object.assign(box, { readOnly: true, value: line, className: "rp-offer" });
    box.setAttribute("aria-label", label);
    this.say("notice", label, box);
    box.focus();
    box.select();
  }
}

/** @param {string} label @param {string} action */
export function button(label, action) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className: "rp-button", textContent: label });
  element.dataset.action = action;
  return element;
}

function text(words) {
  return document.createTextNode(words);
}

function unread(words) {
  const element = document.createElement("span");
  element.setAttribute("aria-hidden", "true");
  element.textContent = words;
  return element;
}
