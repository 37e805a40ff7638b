// The table as coordinates: rows are learners, columns are what the head says; the first columns take marks, the rest is computed.

export class Table {
  constructor(element, low) {
    this.element = element;
    this.low = low;
    element.setAttribute("role", "grid");
    for (const link of element.tHead.querySelectorAll("a")) link.tabIndex = -1;
    this.rows = [...element.tBodies[0].rows];
    this.heads = [...element.tHead.rows[0].cells].slice(1);
    this.height = this.rows.length;
    this.width = this.heads.length;
    this.places = new Map(this.rows.map((row, r) => [row.dataset.p, r]));
    this.columns = new Map(this.heads.map((head, c) => [head.dataset.c, c]));
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

  takesMarks(c) {
    return Boolean(this.heads[c]?.dataset.c);
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

  text(r, c) {
    return this.cell(r, c).firstChild?.nodeType === Node.TEXT_NODE ? this.cell(r, c).firstChild.data : "";
  }

  // Sets the text beside the input, which may stand in the same cell.
  write(r, c, text) {
    const cell = this.cell(r, c);
    if (cell.firstChild?.nodeType === Node.TEXT_NODE) cell.firstChild.data = text;
    else cell.prepend(text);
    const number = isNumber(text);
    cell.classList.toggle("low", number && Number(text.replace(",", ".")) < this.low);
    cell.classList.toggle("abs", text !== "" && !number);
  }

  version(r, c) {
    return Number(this.cell(r, c).dataset.v ?? 0);
  }

  setVersion(r, c, version) {
    this.cell(r, c).dataset.v = version;
  }

  learner(r) {
    const name = this.rows[r].cells[0];
    return name.textContent.slice(name.querySelector("i")?.textContent.length ?? 0).trim();
  }

  title(c) {
    return this.heads[c].dataset.full ?? "";
  }

  // Results come from the server: they fill the computed columns in order.
  writeResults(person, results) {
    const row = this.rows[this.places.get(person)];
    if (!row) return;
    const computed = [...row.cells].filter((cell) => cell.classList.contains("calc"));
    const texts = [results.mean, results.p1, results.p2, results.rounded, results.admitted];
    computed.forEach((cell, n) => {
      if (cell.firstChild?.nodeType === Node.TEXT_NODE) cell.firstChild.data = texts[n];
      else cell.prepend(texts[n]);
      cell.classList.toggle("low", results.low && n > 2);
    });
    computed.at(-1).title = results.why;
  }
}

export const isNumber = (text) => /^[0-9]+([.,][0-9]+)?$/.test(text);
