// The table as coordinates: rows are learners, columns are what the head says; the first columns take marks, the rest is computed.
// A cell is also known by its key, `learner:column`; a key that has no cell here (a learner who left) is simply not shown.
// What stands in the sheet is asked of its cells, never of the page, which may follow a little later.

import { Cell, Row } from "./cell.js";
import { Painter } from "./painter.js";

const STATES = ["dirty", "bad", "conf"];

export class Table {
  constructor(element, low) {
    this.element = element;
    this.low = low;
    element.setAttribute("role", "grid");
    element.setAttribute("aria-multiselectable", "true");
    for (const link of element.tHead.querySelectorAll("a")) link.tabIndex = -1;
    this.rows = [...element.tBodies[0].rows];
    this.heads = [...element.tHead.rows[0].cells].slice(1);
    this.height = this.rows.length;
    this.width = this.heads.length;
    this.painter = new Painter(() => this.#view());
    this.places = new Map(this.rows.map((row, r) => [row.dataset.p, r]));
    this.keys = new Map();
    this.cells = this.rows.map((row, r) => this.#readRow(row, r));
  }

  // A column may be closed, and a learner may not stand in the journal on its day.
  #readRow(tr, r) {
    const row = new Row(tr);
    const person = tr.dataset.p;
    return [...tr.cells].slice(1).map((td, c) => {
      const { c: column, locked } = this.heads[c].dataset;
      if (locked !== undefined) td.classList.add("locked");
      const takesMarks = Boolean(column) && locked === undefined && !td.hasAttribute("data-away");
      const cell = new Cell(td, { r, c, key: `${person}:${column}`, row, takesMarks });
      if (column) this.keys.set(cell.key, cell);
      return cell;
    });
  }

  // The rows and columns that are seen now, and a little beside them.
  #view() {
    const frame = this.element.parentElement;
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = frame;
    const tops = this.rows.map((row) => row.offsetTop);
    const lefts = this.heads.map((head) => head.offsetLeft);
    const [top, bottom] = span(tops, scrollTop, scrollTop + clientHeight);
    const [left, right] = span(lefts, scrollLeft, scrollLeft + clientWidth);
    return ({ r, c }) => r >= top && r <= bottom && c >= left && c <= right;
  }

  cell(r, c) {
    return this.cells[r]?.[c];
  }

  place(td) {
    const r = this.rows.indexOf(td.parentNode);
    return r < 0 || td.cellIndex < 1 ? null : [r, td.cellIndex - 1];
  }

  clamp(r, c) {
    return [Math.max(0, Math.min(this.height - 1, r)), Math.max(0, Math.min(this.width - 1, c))];
  }

  takesMarks(r, c) {
    return this.cell(r, c)?.takesMarks ?? false;
  }

  // Why a cell takes no marks: the learner is away, the column is closed, or computed.
  whyNot(r, c, computed) {
    if (this.takesMarks(r, c)) return "";
    const { td, words } = this.cell(r, c);
    if ("away" in td.dataset) return words;
    return "locked" in this.heads[c].dataset ? this.heads[c].title : computed;
  }

  key(r, c) {
    return this.cell(r, c).key;
  }

  find(key) {
    const cell = this.keys.get(key);
    return cell ? [cell.r, cell.c] : null;
  }

  has(key) {
    return this.keys.has(key);
  }

  text(r, c) {
    return this.cell(r, c).text;
  }

  textOf(key) {
    return this.keys.get(key)?.text ?? "";
  }

  write(key, text) {
    const cell = this.keys.get(key);
    if (!cell) return;
    const number = isNumber(text);
    cell.text = text;
    cell.look("low", number && toNumber(text) < this.low);
    cell.look("abs", text !== "" && !number);
    this.painter.add(cell);
  }

  // Shows the state of saving: dirty, bad, conf or nothing.
  mark(key, state, words = "") {
    const cell = this.keys.get(key);
    if (!cell) return;
    for (const name of STATES) cell.look(name, name === state);
    cell.words = words;
    if (state === "dirty") cell.row.dirty.add(cell);
    else cell.row.dirty.delete(cell);
    this.painter.add(cell);
  }

  choose(cell, on) {
    cell.look("sel", on);
    this.painter.add(cell);
  }

  version(key) {
    return this.keys.get(key)?.version ?? 0;
  }

  setVersion(key, version) {
    const cell = this.keys.get(key);
    if (cell) cell.version = version;
  }

  learner(key) {
    const name = this.rows[this.places.get(key.split(":")[0])].cells[0];
    return name.textContent.slice(name.querySelector("i")?.textContent.length ?? 0).trim();
  }

  title(c) {
    return this.heads[c].dataset.full ?? "";
  }

  titleOf(key) {
    return this.title(this.keys.get(key).c);
  }

  // Results come from the server: they fill the computed columns in order.
  writeResults(person, results) {
    const row = this.cells[this.places.get(person)];
    if (!row) return;
    const texts = [results.mean, results.p1, results.p2, results.rounded, results.admitted];
    const computed = row.slice(-texts.length);
    computed.forEach((cell, n) => {
      cell.text = texts[n];
      cell.look("low", results.low && n > 2);
      this.painter.add(cell);
    });
    computed.at(-1).words = results.why;
  }
}

// The first and the last place, in ascending order, that meets a stretch.
function span(places, from, to) {
  const after = places.findIndex((place) => place > from);
  const beyond = places.findIndex((place) => place > to);
  return [after < 0 ? places.length - 1 : Math.max(0, after - 1), beyond < 0 ? places.length - 1 : beyond];
}

export const isNumber = (text) => /^[0-9]+([.,][0-9]+)?$/.test(text);
export const toNumber = (text) => Number(text.replace(",", "."));
