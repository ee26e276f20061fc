/* Brings the calculator of a page to life. There is one at most, because the address holds its state. */

import { keepForOffline, whenIdle } from "./offline.js";
import { followLinksWithin, onEveryPage, whenPassed } from "./pages.js";

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
  if (section !== found) return;
  calculator = new Calculator(found);
  whenIdle(() => startIfKept(found));
}

/** A start that downloads nothing need not wait for the reader. @param {HTMLElement} found */
async function startIfKept(found) {
  const [{ isKept }, { runtimeFrom }] = await Promise.all([import("./kept.js"), import("./runtime.js")]);
  const folder = new URL(found.dataset.runtime, document.baseURI).href;
  if ((await isKept(folder)) && found.isConnected && runtimeFrom(folder).state === "idle") runtimeFrom(folder).start();
}

keepForOffline();
whenPassed(".rp-calculator", mount);
onEveryPage(mount);
followLinksWithin(() => section, () => calculator?.followAddress());
window.addEventListener("popstate", () => calculator?.followAddress());
