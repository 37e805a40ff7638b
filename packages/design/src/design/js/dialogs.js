// data-dialog="#id" opens a <dialog>; data-close closes it; data-confirm="#id" on a form asks in that dialog first.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.querySelector(opener.dataset.dialog);
      if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
    }
    const closer = event.target.closest("[data-close]");
    if (closer && closer.closest("dialog")) { event.preventDefault(); closer.closest("dialog").close(); }
    if (event.target.closest("[data-print]")) print();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && !form.dataset.agreed) {
      const dialog = document.querySelector(form.dataset.confirm);
      if (!dialog || !dialog.showModal) return;
      event.preventDefault();
      dialog.returnValue = "";
      dialog.showModal();
      dialog.addEventListener("close", () => {
        if (dialog.returnValue !== "yes") return;
        form.dataset.agreed = "1";
        form.requestSubmit(event.submitter || undefined);
      }, { once: true });
    } else if (!event.defaultPrevented && form.method === "post") {
      // A second press of the same button does nothing; the key of the form guards the server as well.
      if (form.dataset.sent) event.preventDefault();
      else { form.dataset.sent = "1"; setTimeout(() => delete form.dataset.sent, 4000); }
    }
  });
})();
