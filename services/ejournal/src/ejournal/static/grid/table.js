// The table as coordinates: rows are learners, columns are what the head says; the first columns take marks, the rest is computed.
// A cell is also known by its key, `learner:column`; a key that has no cell here (a learner who left) is simply not shown.

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
    this.places = new Map(this.rows.map((row, r) => [row.dataset.p, r]));
    this.columns = new Map(this.heads.map((head, c) => [head.dataset.c, c]));
    this.heads.forEach((head, c) => {
      if ("locked" in head.dataset) for (let r = 0; r < this.height; r++) this.cell(r, c).classList.add("locked");
    });
  }

  cell(r, c) {
    return this.rows[r]?.cells[c + 1];
  }

  place(cell) {
    const r = this.rows.indexOf(cell.parentNode);
    return r < 0 || cell.cellIndex < 1 ? null : [r, cell.cellIndex - 1];
  }

  clamp(r, c) {
    return [Math.max(0, Math.min(this.height - 1, r)), Math.max(0, Math.min(this.width - 1, c))];
  }

  // A column may be closed, and a learner may not stand in the journal on its day.
  takesMarks(r, c) {
    const { c: column, locked } = this.heads[c]?.dataset ?? {};
    return Boolean(column) && locked === undefined && !("away" in (this.cell(r, c)?.dataset ?? {}));
  }

  // Why a cell takes no marks: the learner is away, the column is closed, or computed.
  whyNot(r, c, computed) {
    if (this.takesMarks(r, c)) return "";
    const cell = this.cell(r, c);
    if ("away" in cell.dataset) return cell.title;
    return "locked" in this.heads[c].dataset ? this.heads[c].title : computed;
  }

  key(r, c) {
    return `${this.rows[r].dataset.p}:${this.heads[c].dataset.c}`;
  }

  find(key) {
    const [person, column] = key.split(":");
    const r = this.places.get(person);
    const c = this.columns.get(column);
    return r === undefined || c === undefined ? null : [r, c];
  }

  has(key) {
    return this.find(key) !== null;
  }

  text(r, c) {
    return this.cell(r, c).firstChild?.nodeType === Node.TEXT_NODE ? this.cell(r, c).firstChild.data : "";
  }

  textOf(key) {
    const place = this.find(key);
    return place ? this.text(...place) : "";
  }

  // Sets the text beside the input, which may stand in the same cell.
  write(key, text) {
    const place = this.find(key);
    if (!place) return;
    const cell = this.cell(...place);
    put(cell, text);
    const number = isNumber(text);
    cell.classList.toggle("low", number && toNumber(text) < this.low);
    cell.classList.toggle("abs", text !== "" && !number);
  }

  // Shows the state of saving: dirty, bad, conf or nothing. What is computed in the row is old until the server has answered.
  mark(key, state, words = "") {
    const place = this.find(key);
    if (!place) return;
    const cell = this.cell(...place);
    for (const name of STATES) cell.classList.toggle(name, name === state);
    cell.title = words;
    const row = this.rows[place[0]];
    row.classList.toggle("stale", state === "dirty" || row.querySelector("td.dirty") !== null);
  }

  version(key) {
    const place = this.find(key);
    return place ? Number(this.cell(...place).dataset.v ?? 0) : 0;
  }

  setVersion(key, version) {
    const place = this.find(key);
    if (place) this.cell(...place).dataset.v = version;
  }

  learner(key) {
    const name = this.rows[this.places.get(key.split(":")[0])].cells[0];
    return name.textContent.slice(name.querySelector("i")?.textContent.length ?? 0).trim();
  }

  title(c) {
    return this.heads[c].dataset.full ?? "";
  }

  titleOf(key) {
    return this.title(this.find(key)[1]);
  }

  // Results come from the server: they fill the computed columns in order.
  writeResults(person, results) {
    const row = this.rows[this.places.get(person)];
    if (!row) return;
    const computed = [...row.cells].filter((cell) => cell.classList.contains("calc"));
    const texts = [results.mean, results.p1, results.p2, results.rounded, results.admitted];
    computed.forEach((cell, n) => {
      put(cell, texts[n]);
      cell.classList.toggle("low", results.low && n > 2);
    });
    computed.at(-1).title = results.why;
  }
}

function put(cell, text) {
  if (cell.firstChild?.nodeType === Node.TEXT_NODE) cell.firstChild.data = text;
  else cell.prepend(text);
}

export const isNumber = (text) => /^[0-9]+([.,][0-9]+)?$/.test(text);
export const toNumber = (text) => Number(text.replace(",", "."));
