// Saving: 350 ms after the last change everything changed goes as one PATCH. A batch keeps its Idempotency-Key until it is answered,
// so that a lost answer never does a thing twice. Each cell carries the version it was typed over.

import { newKey, send } from "./request.js";

const PAUSE = 350;
const RETRY = [2000, 4000, 8000, 15000, 30000];

export class Saver extends EventTarget {
  constructor({ url, table, keeper, at }) {
    super();
    Object.assign(this, { url, table, keeper, at });
    this.queue = new Map(); // key → {v, b}; b of null waits for the answer under way
    this.batch = null; // {id, cells: Map}
    this.troubles = new Map(); // key → {v, b, answer}: refused or in conflict
    this.saved = 0;
    this.failures = 0;
    this.state = "ok";
    this.flying = false;
    this.timer = 0;
  }

  put(key, v) {
    const [r, c] = this.table.find(key);
    const known = this.queue.get(key)?.b ?? (this.batch?.cells.has(key) ? null : this.table.version(r, c));
    this.troubles.delete(key);
    this.queue.set(key, { v, b: known });
    this.#mark(key, "dirty");
    this.#changed("saving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), PAUSE);
  }

  // Puts back what this device kept; the version it was typed over decides whether it still fits.
  restore(cells) {
    let count = 0;
    for (const [key, { v, b }] of Object.entries(cells)) {
      const place = this.table.find(key);
      if (!place || this.table.text(...place) === v) continue;
      this.table.write(...place, v);
      this.queue.set(key, { v, b: b ?? this.table.version(...place) });
      this.#mark(key, "dirty");
      count++;
    }
    this.#changed(count ? "saving" : "ok");
    if (count) this.flush();
    return count;
  }

  get counts() {
    const troubles = [...this.troubles.values()].map(({ answer }) => answer.state);
    const conflict = troubles.filter((state) => state === "conflict").length;
    const pending = new Set([...this.queue.keys(), ...(this.batch?.cells.keys() ?? [])]).size;
    return { saved: this.saved, pending, invalid: troubles.length - conflict, conflict };
  }

  async flush({ keepalive = false } = {}) {
    if (this.flying || !this.table.height) return;
    clearTimeout(this.timer);
    if (!this.batch) {
      if (!this.queue.size) return;
      this.batch = { id: newKey(), cells: this.queue };
      this.queue = new Map();
    }
    this.flying = true;
    const outcome = await this.#send(keepalive);
    this.flying = false;
    if (outcome === "ok") {
      this.failures = 0;
      this.#changed(this.queue.size ? "saving" : this.counts.conflict ? "conflict" : "ok");
      if (this.queue.size) this.flush();
    } else {
      this.#changed(outcome);
      this.timer = setTimeout(() => this.flush(), RETRY[Math.min(this.failures++, RETRY.length - 1)]);
    }
  }

  async #send(keepalive) {
    const body = [...this.batch.cells].map(([k, { v, b }]) => ({ k, v, b: b ?? 0 }));
    try {
      const answer = await send("PATCH", this.url, body, { key: this.batch.id, keepalive });
      if (answer.status === 401 || answer.type === "opaqueredirect") return "signin";
      if (answer.status >= 500 || answer.status === 429) return "offline";
      const told = await answer.json();
      if (!told.cells) return this.#refused(told);
      this.#take(told);
      return "ok";
    } catch {
      return "offline";
    }
  }

  // The whole request was refused (no right any more, a page too old): nothing more will come of repeating it.
  #refused(told) {
    const cells = [...this.batch.cells.keys()].map((k) => ({ k, state: "locked", detail: told.detail ?? told.title }));
    this.#take({ cells });
    this.dispatchEvent(new CustomEvent("refused", { detail: told.detail ?? told.title }));
    return "ok";
  }

  #take({ cells, results = {} }) {
    const sent = this.batch.cells;
    this.batch = null;
    for (const answer of cells) {
      const place = this.table.find(answer.k);
      if (!place) continue;
      const newer = this.queue.get(answer.k);
      if (answer.state === "ok") this.#accept(place, answer, newer);
      else this.#object(place, answer, newer ?? sent.get(answer.k));
    }
    for (const [person, told] of Object.entries(results)) this.table.writeResults(person, told);
    this.dispatchEvent(new CustomEvent("answered", { detail: cells }));
  }

  #accept(place, answer, newer) {
    this.table.setVersion(...place, answer.version);
    this.saved++;
    if (newer) {
      newer.b = answer.version;
      return;
    }
    this.table.write(...place, answer.shown);
    this.#mark(answer.k, "");
  }

  #object(place, answer, mine) {
    this.queue.delete(answer.k);
    this.troubles.set(answer.k, { v: mine.v, b: mine.b ?? 0, answer });
    this.#mark(answer.k, answer.state === "conflict" ? "conf" : "bad", answer.detail);
  }

  // Ends a conflict: mine goes again over the version that stands, or theirs is taken over.
  resolve(key, keepMine) {
    const { v, answer } = this.troubles.get(key);
    const place = this.table.find(key);
    this.troubles.delete(key);
    this.table.setVersion(...place, answer.version);
    if (keepMine) return this.put(key, v);
    this.table.write(...place, answer.shown);
    this.#mark(key, "");
    this.#changed(this.counts.conflict ? "conflict" : this.counts.pending ? "saving" : "ok");
  }

  get conflicts() {
    return [...this.troubles].filter(([, { answer }]) => answer.state === "conflict");
  }

  #mark(key, state, words = "") {
    const place = this.table.find(key);
    if (!place) return;
    const cell = this.table.cell(...place);
    for (const name of ["dirty", "bad", "conf"]) cell.classList.toggle(name, name === state);
    cell.title = words;
  }

  keep() {
    const unsent = {};
    for (const [key, { v, b }] of this.troubles) unsent[key] = { v, b };
    for (const [key, { v, b }] of this.batch?.cells ?? []) unsent[key] = { v, b };
    for (const [key, { v, b }] of this.queue) unsent[key] = { v, b: b ?? unsent[key]?.b };
    this.keeper.write(unsent, this.at());
  }

  #changed(state) {
    this.state = state;
    this.keep();
    this.dispatchEvent(new Event("state"));
  }
}
