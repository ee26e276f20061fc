/* Lets a reader narrow down the list of audit entries (class rp-entries) by verdict, topic, subject and words. The choice is kept in
   the address, so that it can be sent on. Without this script the whole list is simply there. */

const FIELDS = ["verdict", "topic", "subject"];
const TITLES = { verdict: "Verdict", topic: "Topic", subject: "About" };

export function addEntryFilter(list) {
  if (list.dataset.enhanced) return;
  list.dataset.enhanced = "true";
  const entries = [...list.querySelectorAll("li")].map(read);
  const form = document.createElement("form");
  form.className = "rp-entry-filter";
  form.setAttribute("role", "search");
  const search = wordsOf();
  form.append(search, ...FIELDS.map((field) => choiceOf(field, entries)));
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const clear = document.createElement("button");
  clear.type = "button";
  clear.textContent = "Show all";
  list.before(form, status);
  const update = () => {
    const chosen = Object.fromEntries(new FormData(form));
    const left = show(list, entries, chosen);
    status.textContent = left === entries.length ? `${left} statements ` : `${left} of ${entries.length} statements `;
    if (left < entries.length) status.append(clear);
    keep(chosen);
  };
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  clear.addEventListener("click", () => {
    for (const control of form.elements) control.value = "";
    update();
    search.querySelector("input").focus();
  });
  restore(form);
  update();
}

function read(item) {
  return {
    item,
    text: item.textContent.toLowerCase(),
    verdict: item.dataset.verdict,
    verdictName: item.querySelector(".rp-badge").textContent,
    topic: item.closest("[data-topic]").dataset.topic,
    subjects: item.dataset.subjects.split("|").filter(Boolean),
  };
}

function valuesOf(entry, field) {
  return field === "subject" ? entry.subjects : [entry[field]];
}

function wordsOf() {
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "search";
  input.name = "words"; // not "q": the theme opens its own search for an address that has one
  input.placeholder = "Words, such as 4090 FP8";
  label.append("Search", input);
  return label;
}

function choiceOf(field, entries) {
  const counts = new Map();
  const names = new Map();
  for (const entry of entries) {
    for (const value of valuesOf(entry, field)) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
      names.set(value, field === "verdict" ? entry.verdictName : value);
    }
  }
  const select = document.createElement("select");
  select.name = field;
  select.add(new Option("all", ""));
  const values = [...counts.keys()];
  if (field === "subject") values.sort((a, b) => counts.get(b) - counts.get(a) || a.localeCompare(b, "en"));
  for (const value of values) select.add(new Option(`${names.get(value)} (${counts.get(value)})`, value));
  const label = document.createElement("label");
  label.append(TITLES[field], select);
  return label;
}

/** Hide what does not fit; says how many are left. */
function show(list, entries, chosen) {
  const words = chosen.words.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const entry of entries) {
    const fits = FIELDS.every((field) => !chosen[field] || valuesOf(entry, field).includes(chosen[field]));
    entry.item.hidden = !(fits && words.every((word) => entry.text.includes(word)));
    if (!entry.item.hidden) left += 1;
  }
  for (const section of list.querySelectorAll("section")) {
    const shown = section.querySelectorAll("li:not([hidden])").length;
    section.hidden = !shown;
    section.querySelector("small").textContent = shown;
  }
  return left;
}

function keep(chosen) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(chosen)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  history.replaceState(history.state, "", address);
}

function restore(form) {
  const given = new URLSearchParams(location.search);
  for (const control of form.elements) {
    const value = given.get(control.name);
    if (value === null) continue;
    control.value = value;
    if (control.value !== value) control.value = ""; // an address may name a subject that no entry has
  }
}
