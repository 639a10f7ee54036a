// Tables are sorted by the button in a column's head, figures show the values of points and hide
// series; the page is complete without scripts.
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
// Series of a figure: a check box for each hides its parts in both drawings.
const FEWEST = 2, MOST = 24, NEAR = 24;  // series with check boxes; pixels
for (const figure of document.querySelectorAll("figure")) {
  const parts = [...figure.querySelectorAll("[data-series]")];
  const names = [...new Set(parts.map((part) => part.dataset.series))];
  if (names.length < FEWEST || names.length > MOST) continue;
  const field = document.createElement("fieldset");
  field.className = "series";
  const legend = document.createElement("legend");
  legend.textContent = "Shown";
  field.append(legend);
  for (const name of names) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => {
      for (const part of parts) {
        if (part.dataset.series === name) part.classList.toggle("hidden", !box.checked);
      }
    });
    label.append(box, name);
    field.append(label);
  }
  figure.prepend(field);
}
// Points of a drawing on the screen: markers if there are any, else the corners of the line.
function pointsOf(part) {
  const tips = part.dataset.tips.split("|");
  const toScreen = part.getScreenCTM();
  let places = [...part.querySelectorAll("use")].map((use) =>
    [use.x.baseVal.value, use.y.baseVal.value]);
  if (places.length !== tips.length) {
    const path = part.querySelector("path");
    const numbers = path ? path.getAttribute("d").match(/-?[0-9.]+(e-?[0-9]+)?/g) || [] : [];
    places = [];
    for (let k = 0; k + 1 < numbers.length; k += 2) {
      places.push([Number(numbers[k]), Number(numbers[k + 1])]);
    }
  }
  if (places.length !== tips.length) return [];
  return places.map(([x, y], k) => ({
    tip: tips[k],
    x: toScreen.a * x + toScreen.c * y + toScreen.e,
    y: toScreen.b * x + toScreen.d * y + toScreen.f,
  }));
}
function nearest(svg, x, y) {
  let best = null, least = NEAR * NEAR;
  for (const part of svg.querySelectorAll("[data-tips]:not(.hidden)")) {
    for (const point of pointsOf(part)) {
      const far = (point.x - x) ** 2 + (point.y - y) ** 2;
      if (far < least) [best, least] = [point, far];
    }
  }
  return best;
}
for (const svg of document.querySelectorAll("figure svg")) {
  if (!svg.querySelector("[data-tips]")) continue;
  const figure = svg.closest("figure");
  const show = (event) => {
    const point = nearest(svg, event.clientX, event.clientY);
    let tip = figure.querySelector(".tip");
    if (!point) {
      if (tip) tip.remove();
      return;
    }
    if (!tip) {
      tip = document.createElement("div");
      tip.className = "tip";
      tip.setAttribute("aria-hidden", "true");
      figure.append(tip);
    }
    tip.textContent = point.tip;
    const box = figure.getBoundingClientRect();
    const left = Math.min(point.x - box.left + 10, box.width - tip.offsetWidth);
    tip.style.left = Math.max(0, left) + "px";
    tip.style.top = point.y - box.top + 12 + "px";
  };
  svg.addEventListener("pointermove", show);
  svg.addEventListener("pointerdown", show);
  svg.addEventListener("pointerleave", () => {
    const tip = figure.querySelector(".tip");
    if (tip) tip.remove();
  });
}
