// Saving: 350 ms after the last change everything changed goes as one PATCH. A batch keeps its Idempotency-Key until it is answered,
// also over a reload, so that a lost answer never does a thing twice. Each cell carries the version it was typed over.

import { afterPaint } from "./painter.js";
import { newKey, send } from "./request.js";

const PAUSE = 350;
const MOST = 1000;
const AT_ONCE = 100;
const RETRY = [2000, 4000, 8000, 15000, 30000];
const OTHER_PERSON = "ejournal.other-person";

export class Saver extends EventTarget {
  // `sheet` shows cells (table.js, form.js), `keeper` keeps what is not sent, `at()` names the active cell.
  constructor({ url, person, sheet, keeper, at }) {
    super();
    Object.assign(this, { url, person, sheet, keeper, at });
    this.queue = new Map(); // key → {v, b}; b of null waits for the answer to an earlier batch
    this.batches = []; // [{id, cells: Map}], sent one after the other
    this.troubles = new Map(); // key → {v, b, answer}: refused or in conflict
    this.before = new Map(); // key → what the server has, of everything that waits
    this.saved = 0;
    this.failures = 0;
    this.state = "ok";
    this.flying = false;
    this.keeping = false;
    this.timer = 0;
  }

  // Takes changes as [key, text]; what the server already has needs no sending.
  put(values) {
    for (const [key, v] of values) {
      this.#show(key, v);
      const stands = this.troubles.get(key)?.answer;
      this.troubles.delete(key);
      if (v === this.before.get(key) && !this.#isSent(key)) {
        this.queue.delete(key);
        this.#stands(key, { shown: v, version: stands?.version ?? this.sheet.version(key) });
      } else this.queue.set(key, { v, b: this.#base(key) });
    }
    this.#changed(this.#rest());
    clearTimeout(this.timer);
    if (this.queue.size) this.timer = setTimeout(() => this.flush(), PAUSE);
  }

  #base(key) {
    const known = this.queue.get(key);
    if (known) return known.b;
    return this.#isSent(key) ? null : this.sheet.version(key);
  }

  #isSent(key) {
    return this.batches.some(({ cells }) => cells.has(key));
  }

  #show(key, text) {
    if (!this.isPending(key)) this.before.set(key, this.sheet.textOf(key));
    this.sheet.write(key, text);
    this.sheet.mark(key, "dirty");
  }

  // Takes over what a tab that is gone could not send; the version it was typed over decides whether it still fits.
  adopt({ cells = {}, batches = [] }) {
    const all = [...batches.map((batch) => batch.cells), cells].flatMap(Object.entries);
    for (const [key, { v }] of all) this.#show(key, v);
    for (const { id, cells: sent } of batches) this.batches.push({ id, cells: new Map(Object.entries(sent)) });
    for (const [key, one] of Object.entries(cells)) this.queue.set(key, one);
    this.#changed(this.#rest());
    this.flush();
    return new Set(all.map(([key]) => key)).size;
  }

  get counts() {
    const troubles = [...this.troubles.values()].map(({ answer }) => answer.state);
    const conflict = troubles.filter((state) => state === "conflict").length;
    const pending = new Set([...this.queue.keys(), ...this.batches.flatMap(({ cells }) => [...cells.keys()])]).size;
    return { saved: this.saved, pending, invalid: troubles.length - conflict, conflict };
  }

  // What waits for the server, or for the person, in a cell; nothing when the cell is as the server has it.
  waiting(key) {
    return [this.queue, this.troubles, ...this.batches.map(({ cells }) => cells)].find((map) => map.has(key))?.get(key).v;
  }

  isPending(key) {
    return this.queue.has(key) || this.troubles.has(key) || this.#isSent(key);
  }

  async flush({ keepalive = false } = {}) {
    if (this.flying) return;
    clearTimeout(this.timer);
    if (!this.batches.length && !this.#pack()) return;
    this.flying = true;
    const outcome = await this.#send(this.batches[0], keepalive);
    this.flying = false;
    if (outcome === "ok") {
      this.failures = 0;
      this.#changed(this.#rest());
      if (this.batches.length || this.queue.size) this.flush();
    } else {
      this.#changed(outcome);
      this.timer = setTimeout(() => this.flush(), RETRY[Math.min(this.failures++, RETRY.length - 1)]);
    }
  }

  #pack() {
    const cells = new Map([...this.queue].slice(0, MOST));
    if (!cells.size) return false;
    for (const [key, one] of cells) {
      this.queue.delete(key);
      one.b ??= this.sheet.version(key);
    }
    this.batches.push({ id: newKey(), cells });
    this.keep(); // the key is on the device before the request can be on its way
    return true;
  }

  async #send({ id, cells }, keepalive) {
    const body = [...cells].map(([k, { v, b }]) => ({ k, v, b }));
    try {
      const answer = await send("PATCH", this.url, body, { person: this.person, key: id, keepalive });
      if (answer.status === 401 || answer.type === "opaqueredirect") return "signin";
      if (answer.status >= 500 || answer.status === 429) return "offline";
      const told = await answer.json();
      if (told.code === OTHER_PERSON) return "other";
      this.batches.shift();
      this.#take(cells, told.cells ? told : this.#refused(cells, told));
      return "ok";
    } catch {
      return "offline";
    }
  }

  // The whole request was refused (no right any more, a page too old): nothing more will come of repeating it.
  #refused(cells, told) {
    const detail = told.detail ?? told.title;
    this.dispatchEvent(new CustomEvent("refused", { detail }));
    return { cells: [...cells.keys()].map((k) => ({ k, state: "locked", detail })) };
  }

  #take(sent, { cells, results = {} }) {
    for (const answer of cells) {
      const newer = this.queue.get(answer.k);
      if (answer.state === "ok") this.#accept(answer, newer);
      else this.#object(answer, newer ?? sent.get(answer.k));
    }
    for (const [person, told] of Object.entries(results)) this.sheet.writeResults(person, told);
    this.dispatchEvent(new CustomEvent("answered", { detail: { cells, results } }));
  }

  #accept(answer, newer) {
    this.saved++;
    if (!newer) return this.#stands(answer.k, answer);
    newer.b = answer.version;
    this.before.set(answer.k, answer.shown);
    this.sheet.setVersion(answer.k, answer.version);
  }

  #object(answer, mine) {
    this.queue.delete(answer.k);
    // A learner or a column that is gone: there is no cell to correct it in.
    if (answer.state === "missing" && !this.sheet.has(answer.k)) {
      this.dispatchEvent(new CustomEvent("refused", { detail: `“${mine.v}”: ${answer.detail}` }));
      return;
    }
    answer.shown ??= this.before.get(answer.k);
    this.before.set(answer.k, answer.shown);
    this.troubles.set(answer.k, { v: mine.v, b: mine.b ?? 0, answer });
    this.sheet.mark(answer.k, answer.state === "conflict" ? "conf" : "bad", answer.detail);
  }

  #stands(key, { shown, version }) {
    this.before.delete(key);
    this.sheet.setVersion(key, version);
    this.sheet.write(key, shown);
    this.sheet.mark(key, "");
  }

  // Another tab of the same person saved these: they are the truth here as well, but never over what waits here.
  learn({ cells, results }) {
    for (const answer of cells) if (answer.state === "ok" && !this.isPending(answer.k)) this.#stands(answer.k, answer);
    for (const [person, told] of Object.entries(results)) this.sheet.writeResults(person, told);
  }

  // Ends a conflict: mine goes again over the version that stands, or theirs is taken over.
  resolve(key, keepMine) {
    const { v, answer } = this.troubles.get(key);
    this.troubles.delete(key);
    this.#stands(key, answer);
    if (keepMine) this.put([[key, v]]);
    else this.#changed(this.#rest());
  }

  get conflicts() {
    return [...this.troubles].filter(([key, { answer }]) => answer.state === "conflict" && this.sheet.has(key));
  }

  // Of a few changes at once; a whole sheet is written out after it is seen. Who leaves meanwhile writes it on leaving.
  #keepSoon() {
    if (this.queue.size <= AT_ONCE) this.keep();
    else if (!this.keeping) {
      this.keeping = true;
      afterPaint(() => this.keeping && this.keep());
    }
  }

  keep() {
    this.keeping = false;
    const cells = {};
    for (const [key, { v, b }] of this.troubles) cells[key] = { v, b };
    for (const [key, { v, b }] of this.queue) cells[key] = { v, b };
    const batches = this.batches.map(({ id, cells: sent }) => ({ id, cells: Object.fromEntries(sent) }));
    const any = batches.length || Object.keys(cells).length;
    this.keeper.write(any ? { cells, batches, at: this.at() } : null);
  }

  #rest() {
    if (this.queue.size || this.batches.length) return "saving";
    const { conflict, invalid } = this.counts;
    return conflict ? "conflict" : invalid ? "refused" : "ok";
  }

  #changed(state) {
    this.state = state;
    this.#keepSoon();
    this.dispatchEvent(new Event("state"));
  }
}
