/* Starts Python while the page is still being read, if the address has inputs for its calculator: only Python can show their
   result. This is not a module, which would come later; what it starts is taken over by runtime.js. */

{
  const { src, dataset } = document.currentScript;
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
  }
}
