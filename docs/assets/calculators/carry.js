/* Links to other calculators take along what is given here: the address is the only memory there is. */

/**
 * The result lists the other calculators with the inputs that they have too; any other link to one of them gets the same.
 * @param {HTMLElement} section
 * @param {() => boolean} given whether the reader has changed anything
 * @param {AbortSignal} signal
 */
export function carryInputs(section, given, signal) {
  /** Links that have no inputs of their own. @type {WeakSet<HTMLAnchorElement>} */
  const ours = new WeakSet();
  const carry = ({ target }) => {
    const link = target instanceof Element && target.closest("a[href]");
    if (!link || link.origin !== location.origin || (link.search && !ours.has(link))) return;
    const same = [...section.querySelectorAll(".rp-elsewhere a")].find(({ pathname }) => pathname === link.pathname);
    if (!same || same === link) return;
    ours.add(link);
    link.search = given() ? same.search : "";
  };
  // Before the theme follows the link; and before a menu copies its address.
  for (const event of ["click", "auxclick", "contextmenu"]) document.addEventListener(event, carry, { signal, capture: true });
}
