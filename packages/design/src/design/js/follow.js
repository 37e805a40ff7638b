// data-follow on a part of a page with an id: long work shows how far it is. The part is fetched anew every two seconds until it no
// longer asks for that; how it ended is said aloud. Without this script the page is loaded again by hand.
(() => {
  "use strict";
  const PAUSE = 2000;
  const look = async () => {
    const part = document.querySelector("[data-follow]");
    if (!part) return;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok && page.getElementById(part.id);
      if (fresh) part.replaceWith(document.adoptNode(fresh));
      const live = document.getElementById("live");
      if (fresh && live && !("follow" in fresh.dataset)) live.textContent = fresh.querySelector("[role=status], h2, p")?.textContent.trim() ?? "";
    } catch { /* no connection now: the next look may find one */ }
    setTimeout(look, PAUSE);
  };
  setTimeout(look, PAUSE);
})();
