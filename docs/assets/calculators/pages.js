/* Living with the theme's instant navigation, which swaps pages without loading them. */

/**
 * Run when the page has been read, and after every swap. The theme fires `document$` on load too, and for a copy of the same page.
 * @param {() => void} callback
 */
export function onEveryPage(callback) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => onEveryPage(callback), { once: true });
  else if (window.document$) window.document$.subscribe(() => callback());
  else {
    callback();
    window.ridgepointAnswered?.then(() => window.document$?.subscribe(() => callback())); // what the theme's script waits for too
  }
}

/**
 * Run as soon as the parser has passed the first element that a selector finds, before the rest of the page and the theme's script.
 * @param {string} selector
 * @param {() => void} callback
 */
export function whenPassed(selector, callback) {
  if (document.readyState !== "loading") return callback();
  const reading = new MutationObserver(() => {
    if (document.readyState === "loading" && !document.querySelector(selector)?.nextSibling) return;
    reading.disconnect();
    callback();
  });
  reading.observe(document, { childList: true, subtree: true });
}

/**
 * Keep the state in the address when the reader follows a link within the page.
 *
 * A link to a place on the page was made absolute when the page came, with the query of that moment: it gets today's.
 * A link to the same page with another query would be pushed and then undone by the theme: here it changes the state.
 * @param {() => HTMLElement | null} holder the part of the page whose state the query is, if there is one
 * @param {() => void} onChange called when the query has changed
 */
export function followLinksWithin(holder, onChange) {
  let arrivedWith = location.search;
  onEveryPage(() => (arrivedWith = location.search));
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element && event.target.closest("a[href]");
      if (!link || !holder() || !staysHere(event, link)) return;
      if (link.hash && link.search === arrivedWith) {
        link.search = location.search;
      } else if (link.search !== location.search) {
        event.preventDefault();
        event.stopPropagation();
        history.pushState(null, "", link.href);
        onChange();
        (placeOf(link.hash) ?? holder()).scrollIntoView();
      }
    },
    { capture: true },
  );
}

/** @param {MouseEvent} event @param {HTMLAnchorElement} link */
function staysHere(event, link) {
  const here = link.origin === location.origin && link.pathname === location.pathname;
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  // What the search finds carries the words to highlight, and is the theme's.
  return here && plain && !link.target && !link.hasAttribute("download") && !link.closest("[data-md-component=search]");
}

/** @param {string} hash */
function placeOf(hash) {
  return hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
}
