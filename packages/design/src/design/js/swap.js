// Fetch and swap: a link or form with data-swap="#id" replaces that part of the page instead of the whole page.
// Without this script it is an ordinary link or form. Focus, history, title and the live region are kept right.
(() => {
  "use strict";
  const busy = new Map();

  const announce = (text) => {
    const live = document.getElementById("live");
    if (live) live.textContent = text;
  };

  const put = (html, id, url, push) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.getElementById(id);
    const old = document.getElementById(id);
    if (!fresh || !old) return false;
    const focused = document.activeElement && old.contains(document.activeElement) ? document.activeElement.id : null;
    old.replaceWith(document.adoptNode(fresh));
    document.title = page.title || document.title;
    if (push) {
      if (!history.state) history.replaceState({ swap: id }, "");
      history.pushState({ swap: id }, "", url);
    }
    const back = focused && document.getElementById(focused);
    if (back) back.focus();
    else if (focused !== null) { fresh.tabIndex = -1; fresh.focus({ preventScroll: true }); }
    const status = fresh.querySelector("[role=status], h1, h2");
    announce(fresh.dataset.announce || (status ? status.textContent.trim() : document.title));
    fresh.dispatchEvent(new CustomEvent("swapped", { bubbles: true }));
    return true;
  };

  const load = async (id, url, options, push) => {
    if (busy.has(id)) busy.get(id).abort();
    const control = new AbortController();
    busy.set(id, control);
    const target = document.getElementById(id);
    if (target) target.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { ...options, signal: control.signal, credentials: "same-origin", headers: { Accept: "text/html" } });
      const html = await answer.text();
      if (!put(html, id, answer.url, push)) location.assign(answer.url);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
    } finally {
      if (busy.get(id) === control) busy.delete(id);
      if (target) target.removeAttribute("aria-busy");
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    load(link.dataset.swap.slice(1), link.href, {}, true);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-swap]");
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const id = form.dataset.swap.slice(1);
    if (form.method === "post") return void load(id, form.action, { method: "POST", body: data }, true);
    const url = new URL(form.action);
    url.search = new URLSearchParams([...data].filter(([, value]) => value !== ""));
    load(id, url.href, {}, true);
  });

  addEventListener("popstate", (event) => {
    if (event.state && event.state.swap) load(event.state.swap, location.href, {}, false);
  });
})();
