// Unsent changes live in localStorage until the server has them, an entry per tab: a closed tab, a dead session or a dead network
// loses nothing. A tab holds the lock of its entry as long as it lives; whoever gets the lock of another entry knows its tab is gone
// and takes over what that tab could not send. The name carries the person: another person's changes are never even read.

import { newKey } from "./request.js";

export class Keeper {
  // `adopt` is called with each entry of a tab that is gone: {cells: {key: {v, b}}, batches: [{id, cells}], at}.
  constructor(name, adopt) {
    this.prefix = `${name}/`;
    this.name = this.prefix + newKey();
    this.adopt = adopt;
    this.watched = new Set([this.name]);
  }

  // Where locks are away (no secure context) what lies there is taken over at once.
  async begin() {
    const locks = navigator.locks;
    if (!locks) return this.#others().forEach((name) => this.#take(name));
    locks.request(this.name, () => new Promise(() => {}));
    const held = new Set((await locks.query()).held.map((lock) => lock.name));
    for (const name of this.#others()) {
      if (held.has(name)) this.#watch(name);
      else {
        this.watched.add(name);
        await locks.request(name, () => this.#take(name));
      }
    }
    addEventListener("storage", ({ key }) => key?.startsWith(this.prefix) && this.#watch(key));
  }

  #others() {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(this.prefix) && name !== this.name);
    } catch {
      return []; // a browser that forbids the store
    }
  }

  // Waits, perhaps for hours, until the tab of an entry ends.
  #watch(name) {
    if (this.watched.has(name)) return;
    this.watched.add(name);
    navigator.locks.request(name, () => this.#take(name));
  }

  #take(name) {
    const found = read(name);
    if (found) this.adopt(found);
    localStorage.removeItem(name); // only now: the heir has written its own entry
  }

  write(unsent) {
    try {
      if (unsent) localStorage.setItem(this.name, JSON.stringify(unsent));
      else localStorage.removeItem(this.name);
    } catch {
      // A full or forbidden store: the changes are still in this page.
    }
  }
}

// What is there and is no entry of ours is as good as nothing.
function read(name) {
  try {
    const { cells = {}, batches = [], at = "" } = { ...JSON.parse(localStorage.getItem(name)) };
    return { cells, batches, at: String(at) };
  } catch {
    return null;
  }
}
