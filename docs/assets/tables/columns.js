/* Lets a reader choose the columns of a table of class rp-choosable. The choice is kept in the address, nowhere else. */

const PARAMETER = "columns";

/** Put a list of the table's columns above it; the first column always stays. */
export function addColumns(table) {
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const chosen = chosenInAddress();
  if (chosen) heads.forEach((head) => show(table, head, chosen.has(nameOf(head))));
  const list = document.createElement("div");
  list.className = "rp-columns-list";
  list.append(...heads.map((head) => choiceOf(table, head, heads)));
  const box = document.createElement("details");
  box.className = "rp-columns";
  const title = document.createElement("summary");
  title.textContent = "Columns";
  box.append(title, list);
  (table.closest(".rp-scroll") ?? table).before(box);
}

function choiceOf(table, head, heads) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "checkbox";
  input.checked = !head.hidden;
  label.append(input, nameOf(head));
  input.addEventListener("change", () => {
    show(table, head, input.checked);
    keepInAddress(heads);
  });
  return label;
}

function nameOf(head) {
  return head.textContent.trim();
}

function show(table, head, visible) {
  for (const row of [...table.tHead.rows, ...table.tBodies[0].rows]) row.cells[head.cellIndex].hidden = !visible;
}

function chosenInAddress() {
  const names = new URLSearchParams(location.search).get(PARAMETER);
  return names === null ? null : new Set(names.split("|"));
}

function keepInAddress(heads) {
  const address = new URL(location.href);
  address.searchParams.set(PARAMETER, heads.filter((head) => !head.hidden).map(nameOf).join("|"));
  history.replaceState(history.state, "", address);
}
