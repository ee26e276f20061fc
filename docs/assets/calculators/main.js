/* Brings the calculator of a page to life. There is one at most, because the address holds its state. */

import { followLinksWithin, onEveryPage } from "./pages.js";

/** @type {HTMLElement | null} */
let section = null;
/** @type {import("./calculator.js").Calculator | null} */
let calculator = null;

async function mount() {
  const found = document.querySelector(".rp-calculator");
  if (found === section) return;
  calculator?.detach();
  calculator = null;
  section = found;
  if (!found) return;
  const { Calculator } = await import("./calculator.js");
  if (section === found) calculator = new Calculator(found);
}

onEveryPage(mount);
followLinksWithin(() => section, () => calculator?.followAddress());
window.addEventListener("popstate", () => calculator?.followAddress());
