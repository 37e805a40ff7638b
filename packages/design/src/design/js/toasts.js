// toast(text, {undo, undoText}): a short message that leaves by itself, stays while looked at, and can take the deed back.
(() => {
  "use strict";
  const shelf = () => {
    let found = document.querySelector(".toasts");
    if (!found) {
      found = document.createElement("div");
      found.className = "toasts";
      found.setAttribute("role", "status");
      document.body.append(found);
    }
    return found;
  };

  window.toast = (text, { undo, undoText = "↶", seconds = 8 } = {}) => {
    const box = document.createElement("div");
    box.className = "toast";
    const words = document.createElement("p");
    words.textContent = text;
    box.append(words);
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link";
      button.textContent = undoText;
      button.addEventListener("click", () => { undo(); box.remove(); });
      box.append(button);
    }
    shelf().append(box);
    let timer;
    const wait = () => { timer = setTimeout(() => box.remove(), seconds * 1000); };
    for (const stop of ["pointerenter", "focusin"]) box.addEventListener(stop, () => clearTimeout(timer));
    for (const go of ["pointerleave", "focusout"]) box.addEventListener(go, wait);
    wait();
    return box;
  };

  // The first wrong field of a refused form is shown to the person at once.
  const summary = document.querySelector(".summary[tabindex]");
  if (summary) summary.focus();
})();
