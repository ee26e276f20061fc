/* Keeps the pages that were read, so that they open without a network. With a network, the network answers: always.

   What is kept belongs to one build of the site. A new build comes with another BUILD, and drops it. Without a BUILD, as in a
   preview, this removes itself and whatever an earlier build left at the same address. */

const BUILD = "";
const RUNTIME = ""; // the build of the calculators' runtime, which their worker keeps by itself

const OURS = `${self.registration.scope} pages `;
const NAME = OURS + BUILD;
const RUNTIMES = `${self.registration.scope}runtime/ `;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const names = await caches.keys();
  const isOld = (name) => isOfThisSite(name) && name !== NAME && name !== RUNTIMES + RUNTIME;
  await Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
  // A page is asked for while this script is started, not after.
  if (BUILD) await Promise.all([self.clients.claim(), self.registration.navigationPreload?.enable()]);
  else await self.registration.unregister();
}

if (BUILD) {
  self.addEventListener("fetch", (event) => {
    const { method, url, headers } = event.request;
    if (method !== "GET" || !url.startsWith(self.registration.scope) || headers.has("range") || passesBy(url)) return;
    event.respondWith(answer(event));
  });

  // What the page had loaded before it was in this script's hands; most of it comes from the browser's own cache.
  self.addEventListener("message", (event) => event.waitUntil(keepAll(event.data.keep)));
}

/** @param {FetchEvent} event */
async function answer(event) {
  try {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    if (isWhole(response) && !isRuntime(event.request.url)) event.waitUntil(keep(event.request.url, response.clone()));
    return response;
  } catch (error) {
    // The query of a page is the state of its form, which the page reads by itself.
    const kept = await caches.match(bare(event.request.url), { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

/** @param {string[]} addresses */
async function keepAll(addresses) {
  const cache = await caches.open(NAME);
  const here = addresses.filter((address) => address.startsWith(self.registration.scope) && !isRuntime(address));
  await Promise.allSettled(
    here.map(async (address) => {
      if (await cache.match(bare(address))) return;
      const response = await fetch(address);
      if (isWhole(response)) await cache.put(bare(address), response);
    }),
  );
}

/** @param {string} address @param {Response} response */
async function keep(address, response) {
  const cache = await caches.open(NAME);
  const tag = response.headers.get("ETag");
  if (tag && (await cache.match(bare(address)))?.headers.get("ETag") === tag) return; // writing costs more than reading
  await cache.put(bare(address), response).catch(() => {}); // a full disk keeps nobody from reading
}

/** The runtime keeps its own files, which are large, by a build of its own. @param {string} address */
function isRuntime(address) {
  return address.startsWith(`${self.registration.scope}runtime/`);
}

/**
 * The runtime's worker keeps its files by itself, and large ones pass through here slowly. What it imports it cannot answer: where
 * there is no network, it asks for that with this ending.
 * @param {string} address
 */
function passesBy(address) {
  return isRuntime(address) && !address.endsWith("?kept");
}

/** Other sites may share the origin. @param {string} name of a cache */
function isOfThisSite(name) {
  return name.startsWith(OURS) || name.startsWith(RUNTIMES);
}

function isWhole(response) {
  return response.status === 200 && response.type === "basic" && !response.redirected;
}

/** @param {string} address */
function bare(address) {
  return address.split(/[?#]/)[0];
}
