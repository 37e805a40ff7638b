// <grade-grid>: makes the journal's table a sheet to type in. Without this script the table is read, and its heads lead to plain forms.

import { bindClipboard } from "./grid/clipboard.js";
import { ConflictDialog } from "./grid/conflict.js";
import { Cursor } from "./grid/cursor.js";
import { History } from "./grid/history.js";
import { Keeper } from "./grid/keeper.js";
import { bindKeys, bindPointer } from "./grid/keys.js";
import { bindPublish } from "./grid/publish.js";
import { Saver } from "./grid/saver.js";
import { Table, isNumber } from "./grid/table.js";

const find = (name) => document.querySelector(`[data-${name}]`);

class GradeGrid extends HTMLElement {
  connectedCallback() {
    const element = this.querySelector("table.grid");
    if (this.table || !("writable" in this.dataset) || !element?.tBodies[0]?.rows.length) return;
    this.url = this.dataset.url;
    this.words = JSON.parse(this.dataset.words);
    this.table = new Table(element, Number(this.dataset.low));
    this.cursor = new Cursor(this.table, this.words);
    this.history = new History();
    const keeper = new Keeper(this.dataset.store);
    const at = () => (this.table.takesMarks(this.cursor.active[1]) ? this.table.key(...this.cursor.active) : "");
    this.saver = new Saver({ url: `${this.url}/cells`, table: this.table, keeper, at });
    this.change = this.change.bind(this);
    const done = (key) => this.#goTo(key);
    this.conflict = new ConflictDialog({ host: this, words: this.words, table: this.table, saver: this.saver, done });
    this.#bind();
    this.#begin(keeper.read());
  }

  #bind() {
    bindKeys(this);
    bindPointer(this);
    bindClipboard(this);
    bindPublish(this);
    this.cursor.addEventListener("typed", (event) => this.change(event.detail));
    this.cursor.addEventListener("moved", () => this.#showRange());
    this.saver.addEventListener("state", () => this.#showState());
    this.saver.addEventListener("refused", (event) => this.say(event.detail));
    this.saver.addEventListener("answered", () => {
      this.cursor.show();
      this.conflict.ask();
    });
    find("undo")?.addEventListener("click", () => this.undo());
    find("redo")?.addEventListener("click", () => this.redo());
    addEventListener("online", () => this.saver.flush());
    addEventListener("pagehide", () => this.#leave());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#leave() : this.saver.flush()));
  }

  #begin({ cells, at }) {
    const restored = this.saver.restore(cells);
    if (restored) this.say(this.words.restored.replace("{count}", restored));
    this.#goTo(at || this.table.key(0, 0));
  }

  #goTo(key) {
    this.cursor.go(...(this.table.find(key) ?? [0, 0]));
  }

  #leave() {
    this.cursor.commit();
    this.saver.keep();
    this.saver.flush({ keepalive: true });
  }

  // One act of the person: cells as [row, column, text]. What changes nothing is left out.
  change(cells) {
    const act = cells
      .map(([r, c, to]) => [this.table.key(r, c), this.table.text(r, c), to])
      .filter(([, from, to]) => from !== to);
    if (!act.length) return;
    this.history.add(act);
    this.#apply(act.map(([key, , to]) => [key, to]));
  }

  #apply(values) {
    for (const [key, text] of values) {
      this.table.write(...this.table.find(key), text);
      this.saver.put(key, text);
    }
    this.cursor.show();
    this.#showRange();
    this.#showHistory();
  }

  undo() {
    this.#repeat(this.history.undo());
  }

  redo() {
    this.#repeat(this.history.redo());
  }

  #repeat(values) {
    if (!values) return;
    this.cursor.cancel();
    this.#apply(values);
    this.#goTo(values[0][0]);
  }

  // The first row of the range goes down through it; a range of one row takes the row above.
  fillDown() {
    this.cursor.commit();
    const { top, bottom, left, right } = this.cursor.range;
    const source = top === bottom ? top - 1 : top;
    if (source < 0) return;
    const cells = [];
    for (let r = source + 1; r <= bottom; r++)
      for (let c = left; c <= right; c++) if (this.table.takesMarks(c)) cells.push([r, c, this.table.text(source, c)]);
    this.change(cells);
  }

  say(text) {
    const line = find("said");
    if (line) line.textContent = text;
  }

  #showHistory() {
    const [undo, redo] = [find("undo"), find("redo")];
    if (undo) undo.disabled = !this.history.done.length;
    if (redo) redo.disabled = !this.history.undone.length;
  }

  #showState() {
    const save = find("save");
    const words = { ok: "saved", saving: "saving", offline: "offline", signin: "signin", conflict: "conflict" };
    save.dataset.s = this.saver.state === "signin" ? "offline" : this.saver.state;
    const text = this.words[words[this.saver.state]];
    if (save.textContent !== text) save.textContent = text;
    find("signin").hidden = this.saver.state !== "signin";
    const { counts } = this.saver;
    const told = this.words.counts.replace(/\{(\w+)\}/g, (_all, name) => counts[name]);
    find("counts").textContent = Object.values(counts).some(Boolean) ? told : "";
    this.#showHistory();
  }

  #showRange() {
    const texts = this.cursor.cells.map(([r, c]) => this.table.text(r, c)).filter(isNumber);
    const many = this.cursor.cells.length > 1 && texts.length > 0;
    const sum = texts.reduce((total, text) => total + Number(text.replace(",", ".")), 0);
    const mean = many ? (sum / texts.length).toFixed(1).replace(".", this.dataset.comma || ".") : "";
    const words = this.words.range.replace("{count}", texts.length).replace("{mean}", mean);
    find("range").textContent = many ? words : "";
  }
}

customElements.define("grade-grid", GradeGrid);
