// Menus made of <details>: one open at a time, Escape and a click elsewhere close it.
(() => {
  "use strict";
  const isMenu = "details.drop, .topbar details.fold";
  const close = (menu, focus) => {
    menu.open = false;
    if (focus) menu.querySelector("summary").focus();
  };
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(isMenu)) {
      if (menu.open && !menu.contains(event.target)) close(menu);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest && event.target.closest("details.drop[open], .topbar details.fold[open]");
    if (menu) close(menu, true);
  });
})();
