/* The controls of a calculator: what the reader has put in, and what is wrong with it. */

/** The fields of a form by name, with the text of each. */
export class Form {
  /** @type {Map<string, HTMLInputElement | HTMLSelectElement>} */
  #controls = new Map();
  /**
   * What an address gives for a list that has no such entry. The list cannot hold it, but Python must see it to name
   * what is near.
   * @type {Map<string, string>}
   */
  #notInList = new Map();
  /** @type {Map<string, string>} */
  #placeholders = new Map();
  /**
   * Fields that only some values of another field have: where that one has none of them, they are not shown.
   * @type {{ field: HTMLElement, name: string, governor: string, values: string[] }[]}
   */
  #conditional = [];
  /** Where a configuration can be pasted in place of an entry of a list. @type {Map<string, HTMLTextAreaElement>} */
  #pastes = new Map();

  /** @param {HTMLFormElement} element */
  constructor(element) {
    this.element = element;
    element.autocomplete = "off"; // the address holds the state; what a browser restores by itself would contradict it
    for (const field of element.querySelectorAll(".rp-field")) {
      const control = field.querySelector("input, select");
      this.#controls.set(control.name, control);
      // An empty field stands for its default: say so where the default would be.
      if (control instanceof HTMLInputElement) control.placeholder ||= defaultOf(control);
      this.#placeholders.set(control.name, control.placeholder ?? "");
      const paste = field.querySelector("textarea");
      control.addEventListener("input", () => {
        this.#notInList.delete(control.name);
        if (paste) paste.value = "";
      });
      if (paste) this.#takePasted(control, paste);
      const { when, values } = field.dataset;
      if (when) this.#conditional.push({ field, name: control.name, governor: when, values: values.split(" ") });
    }
    for (const governor of new Set(this.#conditional.map((each) => each.governor))) {
      this.#controls.get(governor).addEventListener("input", () => this.#showWhatCounts(true));
    }
    this.#showWhatCounts(false); // a choice may have been made before this script came
  }

  /**
   * Show the fields that mean something with the choices made. What a reader has typed into another is put away when the
   * choice is changed; what an address says stays in sight, so that Python can say why it cannot be used.
   * @param {boolean} clear
   */
  #showWhatCounts(clear) {
    for (const { field, name, governor, values } of this.#conditional) {
      const control = this.#controls.get(name);
      const counts = values.includes(this.#controls.get(governor).value);
      if (!counts && clear) {
        control.value = defaultOf(control);
        this.#notInList.delete(name);
      }
      field.hidden = !counts && !(name in this.inputs);
    }
  }

  /**
   * Let the text of a box stand in for the entry of a list, which holds no such entry.
   * @param {HTMLSelectElement} control @param {HTMLTextAreaElement} paste
   */
  #takePasted(control, paste) {
    this.#pastes.set(control.name, paste);
    const take = () => {
      const text = paste.value.trim();
      control.value = text ? "" : defaultOf(control);
      if (text) this.#notInList.set(control.name, text);
      else this.#notInList.delete(control.name);
    };
    paste.addEventListener("input", take);
    if (paste.value.trim()) take(); // pasted before this script came
  }

  /**
   * Keep what Python needed of each pasted text, so that it fits into an address.
   * @param {Record<string, string>} inputs as understood
   * @returns {boolean} whether anything became shorter
   */
  shorten(inputs) {
    let changed = false;
    for (const name of this.#pastes.keys()) {
      if (!this.#notInList.has(name) || !inputs[name] || inputs[name] === this.#notInList.get(name)) continue;
      this.#notInList.set(name, inputs[name]);
      changed = true;
    }
    return changed;
  }

  /** The names of the fields, in order. */
  get fields() {
    return [...this.#controls.keys()];
  }

  /** The fields that differ from their defaults, as written. @returns {Record<string, string>} */
  get inputs() {
    const given = [...this.#controls].map(([name, control]) => {
      const text = (this.#notInList.get(name) ?? control.value).trim();
      return [name, text === defaultOf(control) ? "" : text];
    });
    return Object.fromEntries(given.filter(([, text]) => text));
  }

  /**
   * Fill in `inputs`, and the defaults everywhere else.
   * @param {Record<string, string>} inputs
   * @returns {string[]} the fields that got their default because the input is empty
   */
  fill(inputs) {
    this.#notInList.clear();
    const empty = [];
    for (const [name, control] of this.#controls) {
      const text = inputs[name]?.trim() || defaultOf(control);
      if (name in inputs && text && !inputs[name].trim()) empty.push(name);
      control.value = text;
      if (control instanceof HTMLSelectElement && control.value !== text) this.#notInList.set(name, text);
      const paste = this.#pastes.get(name);
      if (paste) {
        paste.value = text.startsWith("{") ? text : "";
        paste.closest("details").open = paste.value !== "";
      }
      if (name in inputs) unfold(control);
    }
    this.#showWhatCounts(false);
    return empty;
  }

  /** Say what the empty fields stand for. @param {Record<string, string>} [placeholders] by field; as built when left out */
  hint(placeholders) {
    for (const [name, control] of this.#controls) {
      const words = placeholders?.[name] ?? this.#placeholders.get(name);
      if (control instanceof HTMLInputElement && control.placeholder !== words) control.placeholder = words;
    }
  }

  /**
   * Show each problem next to its field, and clear the fields that have none.
   * @param {import("./messages.js").Problem[]} problems
   * @returns {import("./messages.js").Problem[]} those that belong to no field
   */
  mark(problems) {
    for (const [name, control] of this.#controls) {
      const texts = problems.filter(({ field }) => field === name).map(sentence);
      const error = control.closest(".rp-field").querySelector(".rp-error");
      if (error.hidden && !texts.length) continue;
      error.textContent = texts.join(" ");
      error.hidden = !texts.length;
      control.removeAttribute("aria-invalid");
      if (!texts.length) continue;
      control.setAttribute("aria-invalid", "true");
      unfold(control);
    }
    return problems.filter(({ field }) => !this.#controls.has(field));
  }
}

/** A problem as a reader sees it. @param {import("./messages.js").Problem} problem */
export function sentence({ message, accepted }) {
  return accepted ? `${message} Accepted: ${accepted}.` : message;
}

/** @param {HTMLElement} control */
function defaultOf(control) {
  return control.dataset.default ?? "";
}

/** @param {HTMLElement} control */
function unfold(control) {
  const fold = control.closest("details");
  if (fold) fold.open = true;
}
