/* Lists above a table of class rp-choices to choose from what its first columns hold, such as one accelerator. What was chosen is
   kept in the address, so that it can be sent on. */

const COLUMNS = 3;
const LANGUAGE = "en";

/** Put the lists before `place`; returns whether a row fits what is chosen. `changed` is called after every choice. */
export function addChoices(table, place, changed) {
  const rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells].slice(0, COLUMNS);
  const form = document.createElement("form");
  form.className = "rp-entry-filter";
  const lists = heads.map((head) => listOf(head, rows));
  form.append(...lists.map(({ label }) => label));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    keep(lists);
    changed();
  });
  place.before(form);
  return (row) => lists.every(({ select }, column) => !select.value || valueOf(row, column) === select.value);
}

function listOf(head, rows) {
  const title = head.textContent.trim();
  const counts = new Map();
  for (const row of rows) {
    const value = valueOf(row, head.cellIndex);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const select = document.createElement("select");
  select.name = title.toLowerCase();
  select.add(new Option("all", ""));
  const values = [...counts.keys()].sort((a, b) => a.localeCompare(b, LANGUAGE));
  for (const value of values) select.add(new Option(`${value} (${counts.get(value)})`, value));
  const given = new URLSearchParams(location.search).get(select.name);
  if (counts.has(given)) select.value = given;
  const label = document.createElement("label");
  label.append(title, select);
  return { label, select };
}

/** The name in a cell: that of the link, where a count stands before it. */
function valueOf(row, column) {
  const cell = row.cells[column];
  return (cell.querySelector("a") ?? cell).textContent.trim();
}

function keep(lists) {
  const address = new URL(location.href);
  for (const { select } of lists) {
    if (select.value) address.searchParams.set(select.name, select.value);
    else address.searchParams.delete(select.name);
  }
  history.replaceState(history.state, "", address);
}
