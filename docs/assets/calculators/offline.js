/* Has the site's service worker keep what is read, for when there is no network. It is never in the way of reading. */

const SITE = new URL("../../", import.meta.url);

/** Start the service worker, once the page has what it needs, and tell it what was loaded before it was there. */
export function keepForOffline() {
  if (!navigator.serviceWorker) return; // an address without encryption, or a browser that keeps nothing
  whenIdle(() => navigator.serviceWorker.register(new URL("sw.js", SITE)).catch(() => {}));
  navigator.serviceWorker.addEventListener("controllerchange", tell);
  if (!navigator.serviceWorker.controller) navigator.serviceWorker.ready.then(tell);
}

function tell() {
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  navigator.serviceWorker.controller?.postMessage({ keep: [location.href, ...loaded, WORKER] });
}

// The script of the calculators' worker is no resource of the page.
const WORKER = new URL("worker.js", import.meta.url).href;

/** @param {() => void} action */
export function whenIdle(action) {
  const soon = () => (window.requestIdleCallback ?? setTimeout)(action);
  if (document.readyState === "complete") soon();
  else window.addEventListener("load", soon, { once: true });
}
