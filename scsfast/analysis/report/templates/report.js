// Tables are sorted by the button in a column's head; the page is complete without scripts.
"use strict";
const order = new Intl.Collator("en", {numeric: true});
function compare(a, b, isNumber) {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? Infinity : -Infinity;
  return isNumber ? Number(a) - Number(b) : order.compare(a, b);
}
function sort(table, column, head) {
  const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  const isNumber = head.classList.contains("number");
  const key = (row) => row.cells[column].dataset.key;
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const found = compare(key(a), key(b), isNumber);
    return Number.isFinite(found) ? direction * found : found;  // missing ones stay last
  });
  table.tBodies[0].append(...rows);
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
}
for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(table, column, head));
    head.replaceChildren(button);
  });
}
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details.long")) details.open = true;
});
