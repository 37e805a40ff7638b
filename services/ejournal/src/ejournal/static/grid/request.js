// How the grid asks the server: once per key, in the language of the page, and only as the person who opened the page.

// Also where the page is no secure context and crypto.randomUUID is away.
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");

export function send(method, url, body, { person, key = newKey(), keepalive = false }) {
  const headers = {
    "Content-Type": "application/json",
    "Accept-Language": document.documentElement.lang,
    "Idempotency-Key": key,
    "Acting-Person": person,
  };
  return fetch(url, { method, headers, body: JSON.stringify(body), keepalive, redirect: "manual" });
}
