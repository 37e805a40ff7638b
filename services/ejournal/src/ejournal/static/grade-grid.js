// <grade-grid>: makes the journal's table a sheet to type in. Without this script the table is read, and its heads lead to plain forms.

import { bindClipboard } from "./grid/clipboard.js";
import { Cursor } from "./grid/cursor.js";
import { History } from "./grid/history.js";
import { bindKeys, bindPointer } from "./grid/keys.js";
import { bindPublish } from "./grid/publish.js";
import { bindSaving, say } from "./grid/saving.js";
import { Table, isNumber, toNumber } from "./grid/table.js";

const find = (name) => document.querySelector(`[data-${name}]`);

class GradeGrid extends HTMLElement {
  connectedCallback() {
    const element = this.querySelector("table.grid");
    if (this.table || !("writable" in this.dataset) || !element?.tBodies[0]?.rows.length) return;
    this.url = this.dataset.url;
    this.words = JSON.parse(this.dataset.words);
    this.say = say;
    this.change = this.change.bind(this);
    this.table = new Table(element, Number(this.dataset.low));
    this.cursor = new Cursor(this.table, this.words);
    this.history = new History();
    const saving = bindSaving({
      host: this,
      sheet: this.table,
      words: this.words,
      at: () => this.#at(),
      commit: () => this.cursor.commit(),
      done: (key) => this.#goTo(key),
      show: () => this.#show(),
      restored: (key) => this.#comeBack(key),
      typing: () => this.cursor.editing || this.cursor.composing,
    });
    Object.assign(this, saving);
    this.#bind();
    this.cursor.go(0, 0);
  }

  #bind() {
    bindKeys(this);
    bindPointer(this);
    bindClipboard(this);
    bindPublish(this);
    this.cursor.addEventListener("typed", (event) => this.change(event.detail));
    this.cursor.addEventListener("moved", () => this.#showRange());
    find("undo").addEventListener("click", () => this.undo());
    find("redo").addEventListener("click", () => this.redo());
  }

  #at() {
    const [r, c] = this.cursor.active;
    return this.table.heads[c].dataset.c ? this.table.key(r, c) : "";
  }

  #goTo(key) {
    this.cursor.go(...(this.table.find(key) ?? [0, 0]));
  }

  // Back on the cell where work was broken off, unless the person has already gone elsewhere.
  #comeBack(key) {
    const untouched = String(this.cursor.active) === "0,0" && !this.cursor.editing;
    if (untouched && this.table.has(key)) this.#goTo(key);
    else this.#show();
  }

  #show() {
    this.cursor.show();
    this.#showRange();
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
    for (const [key] of values) this.conflict.later.delete(key);
    this.saver.put(values);
    this.#show();
    find("undo").disabled = !this.history.done.length;
    find("redo").disabled = !this.history.undone.length;
  }

  // While something is being typed, undo takes that back; else the last act.
  undo() {
    if (this.cursor.editing) this.cursor.cancel();
    else this.#repeat(this.history.undo());
  }

  redo() {
    if (!this.cursor.editing) this.#repeat(this.history.redo());
  }

  #repeat(values) {
    if (!values) return;
    this.#apply(values);
    this.#goTo(values[0][0]);
    this.say(this.words.changed.replace("{count}", values.length));
  }

  // F2 or a double click: a conflict is asked about, any other cell is edited.
  edit() {
    const { cursor } = this;
    if (this.conflict.open(this.#at()) || cursor.input.readOnly) return;
    cursor.editing = true;
    cursor.input.setSelectionRange(cursor.input.value.length, cursor.input.value.length);
  }

  // The first row of the range goes down through it; a range of one row takes the row above.
  fillDown() {
    this.cursor.commit();
    const { top, bottom } = this.cursor.range;
    const source = top === bottom ? top - 1 : top;
    if (source < 0) return;
    const filled = this.cursor.open.filter(([r]) => r > source);
    this.change(filled.map(([r, c]) => [r, c, this.table.text(source, c)]));
    this.say(this.words.filled.replace("{count}", filled.length));
  }

  #showRange() {
    const { cells } = this.cursor;
    const numbers = cells.length > 1 ? cells.map(([r, c]) => this.table.text(r, c)).filter(isNumber) : [];
    const line = find("range");
    if (!numbers.length) {
      line.textContent = "";
      return;
    }
    const sum = numbers.reduce((total, text) => total + toNumber(text), 0);
    const mean = (sum / numbers.length).toFixed(1).replace(".", this.dataset.comma || ".");
    line.textContent = this.words.range.replace("{count}", numbers.length).replace("{mean}", mean);
  }
}

customElements.define("grade-grid", GradeGrid);
