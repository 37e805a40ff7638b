// data-busy="#id" on a form: what it names is shown from the press of the button until the answer is there (long work).
(() => {
  "use strict";
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const shown = form.dataset.busy && !event.defaultPrevented && document.querySelector(form.dataset.busy);
    if (shown) shown.hidden = false;
  });
  // Back in history a page may come from memory, still showing its bar.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-busy]")) document.querySelector(form.dataset.busy).hidden = true;
  });
})();
