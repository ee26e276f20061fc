/* Lets a reader sort and filter a table of class rp-sortable. Without this script the table is simply there. */

import { onEveryPage } from "../calculators/pages.js";
import { addChoices } from "./choices.js";
import { addColumns } from "./columns.js";
import { addEntryFilter } from "./entries.js";

const LANGUAGE = "en";

function enhance(table) {
  if (table.dataset.enhanced) return;
  table.dataset.enhanced = "true";
  for (const head of table.tHead.rows[0].cells) if (head.dataset.sort) addSorting(table, head);
  addFilter(table);
  if (table.classList.contains("rp-choosable")) addColumns(table);
}

function addSorting(table, head) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => sort(table, head));
}

function sort(table, head) {
  const falling = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && head.dataset.sort === "text");
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", falling ? "ascending" : "descending");
  const sign = falling ? 1 : -1;
  const key = (row) => row.cells[head.cellIndex].dataset.value ?? row.cells[head.cellIndex].textContent.trim();
  const compare = head.dataset.sort === "number" ? (a, b) => Number(a) - Number(b) : (a, b) => a.localeCompare(b, LANGUAGE);
  const rows = [...table.tBodies[0].rows].sort((a, b) => sign * compare(key(a), key(b)));
  table.tBodies[0].append(...rows);
}

function addFilter(table) {
  const box = document.createElement("p");
  box.className = "rp-filter";
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = "Filter the table";
  input.setAttribute("aria-label", "Filter the table");
  label.append(input);
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  box.append(label, count);
  (table.closest(".rp-scroll") ?? table).before(box);
  const update = () => (count.textContent = filter(table, input.value, fits));
  const fits = table.classList.contains("rp-choices") ? addChoices(table, box, update) : () => true;
  input.addEventListener("input", update);
  update();
}

/** Hide the rows that do not fit, or lack one of the words in `text`; says how many are left. */
function filter(table, text, fits) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = [...table.tBodies[0].rows];
  for (const row of rows) {
    const content = row.textContent.toLowerCase();
    row.hidden = !(fits(row) && words.every((word) => content.includes(word)));
  }
  const left = rows.filter((row) => !row.hidden).length;
  return left < rows.length || words.length ? `${left} of ${rows.length} shown` : "";
}

/**
 * A keyboard must reach whatever scrolls. The theme wraps wide tables in boxes that scroll, after it has announced the page;
 * of the cells of a notebook, those scroll that are wider than the page.
 */
function reachScrolling() {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap")) box.tabIndex = 0;
  for (const box of document.querySelectorAll(".jp-InputArea pre, .jp-OutputArea-output, .jp-OutputArea-output > pre")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

function arrive() {
  document.querySelectorAll("table.rp-sortable").forEach(enhance);
  document.querySelectorAll(".rp-entries").forEach(addEntryFilter);
  requestAnimationFrame(() => requestAnimationFrame(reachScrolling));
}

onEveryPage(arrive);
addEventListener("resize", reachScrolling);
