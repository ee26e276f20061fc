/* Starts Python as soon as a calculator's form is read, if the address has inputs for it: only Python can show their result.

   The rest of the page's scripts come later, and find it starting. */

import { runtimeFrom } from "./runtime.js";

/** @returns {boolean} whether there is nothing more to wait for */
function startForInputs() {
  const section = document.querySelector(".rp-calculator");
  if (!section?.querySelector(".rp-result")) return document.readyState !== "loading"; // the form is before the result
  const given = new URLSearchParams(location.search);
  const fields = [...section.querySelectorAll(".rp-form [name]")];
  if (fields.some(({ name }) => given.has(name))) runtimeFrom(new URL(section.dataset.runtime, document.baseURI).href).start();
  return true;
}

const RUNTIME = new URL("../../runtime/", import.meta.url).href; // the section names it too, but comes later

if (location.search && !startForInputs()) {
  runtimeFrom(RUNTIME).prepare();
  const parsing = new MutationObserver(() => startForInputs() && parsing.disconnect());
  parsing.observe(document, { childList: true, subtree: true });
}
