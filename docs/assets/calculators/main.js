/* Brings the calculators of a page to life, again after the theme has swapped the page. */

import { Calculator } from "./form.js";

/** @type {Calculator[]} */
let live = [];

function arrive() {
  const sections = [...document.querySelectorAll(".rp-calculator")];
  if (live.length && live.every(({ section }) => sections.includes(section))) return;
  for (const calculator of live) calculator.close();
  live = sections.map((section) => new Calculator(section, sections.length === 1));
}

/** Links to the calculator that is open already, with other inputs: the theme would undo them. */
function follow(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || !live.length || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const to = new URL(link.href);
  if (to.origin !== location.origin || to.pathname !== location.pathname || !to.search || to.search === location.search) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  history.pushState(history.state, "", to);
  for (const calculator of live) calculator.readAddress();
  live[0].section.scrollIntoView();
}

document.addEventListener("click", follow, { capture: true });
addEventListener("popstate", () => live.forEach((calculator) => calculator.readAddress()));
if (window.document$) window.document$.subscribe(arrive);
else arrive();
