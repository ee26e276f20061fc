/* Starts Python while the page is still being read, if the address has inputs for its calculator: only Python can show their
   result. This is not a module, which would come later; what it starts is taken over by runtime.js. */

{
  const { src, dataset } = document.currentScript;

  /** For what is not as urgent, and would be in the way: fulfilled when the answer can be seen, or this takes longer than felt. */
  const answered = (/** @type {Worker} */ worker) =>
    new Promise((fulfil) => {
      setTimeout(fulfil, 1_000);
      const listen = (/** @type {MessageEvent} */ { data }) => {
        if (!("id" in data || "failure" in data)) return;
        worker.removeEventListener("message", listen); // later answers are asked for by edits, which wait for nothing else
        requestAnimationFrame(() => setTimeout(fulfil));
      };
      worker.addEventListener("message", listen);
    });

  /** Whether the page has the reader's colors from a visit before. The theme's script chooses them first, and must not be late. */
  const hasColors = (/** @type {string} */ site) => {
    try {
      return localStorage.getItem(`${site}.__palette`) !== null;
    } catch {
      return false; // a browser that keeps nothing
    }
  };

  const given = new URLSearchParams(location.search);
  if (dataset.inputs.split(" ").some((name) => given.has(name))) {
    const folder = new URL("../../runtime/", src).href;
    const worker = new Worker(new URL("worker.js", src), { type: "module", name: `start ${folder}` });
    const messages = [];
    worker.onmessage = ({ data }) => messages.push(data);
    worker.onerror = (event) => {
      event.preventDefault();
      messages.push({ failure: event.message });
    };
    window.ridgepointStarted = { folder, worker, messages };
    if (hasColors(new URL("../../", src).pathname)) window.ridgepointAnswered = answered(worker);
  }
}
