/* Paper cannot be clicked: the foot of a printed page names the address with everything the reader chose in it. */

addEventListener("beforeprint", () => {
  for (const place of document.querySelectorAll(".rp-address")) place.textContent = location.href;
});
