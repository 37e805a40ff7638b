// The active cell and the range. One real input, always focused, moves with the active cell: IME, dictation and phones work.

export class Cursor extends EventTarget {
  constructor(table, words) {
    super();
    this.table = table;
    this.words = words;
    this.active = [0, 0];
    this.anchor = [0, 0];
    this.editing = false;
    this.composing = false;
    this.original = "";
    this.selected = new Set();
    this.input = this.#makeInput();
  }

  #makeInput() {
    const input = document.createElement("input");
    Object.assign(input, { className: "cell", autocomplete: "off", spellcheck: false, maxLength: 40, enterKeyHint: "next" });
    input.setAttribute("autocapitalize", "off");
    input.addEventListener("input", () => (this.editing = true));
    input.addEventListener("compositionstart", () => (this.composing = true));
    input.addEventListener("compositionend", () => (this.composing = false));
    return input;
  }

  get range() {
    const [[r, c], [q, d]] = [this.active, this.anchor];
    return { top: Math.min(r, q), bottom: Math.max(r, q), left: Math.min(c, d), right: Math.max(c, d) };
  }

  get cells() {
    const { top, bottom, left, right } = this.range;
    const found = [];
    for (let r = top; r <= bottom; r++) for (let c = left; c <= right; c++) found.push([r, c]);
    return found;
  }

  // The cells of the range that take marks.
  get open() {
    return this.cells.filter(([r, c]) => this.table.takesMarks(r, c));
  }

  // Leaves the cell: what was typed becomes a change. Half a word of an input method never does.
  commit() {
    if (!this.input.isConnected || this.composing) return;
    const typed = this.input.value.trim();
    const changed = this.editing && typed !== this.original;
    this.editing = false;
    if (changed) this.dispatchEvent(new CustomEvent("typed", { detail: [[...this.active, typed]] }));
  }

  cancel() {
    this.editing = false;
    this.input.value = this.original;
    this.input.select();
  }

  go(r, c, { extend = false, focus = true } = {}) {
    if (this.composing) this.input.blur(); // the input method ends its word before the input moves away
    this.commit();
    this.active = this.table.clamp(r, c);
    if (!extend) this.anchor = this.active;
    const cell = this.table.cell(...this.active);
    if (!cell) return;
    this.input.parentNode?.classList.remove("act");
    cell.td.classList.add("act");
    cell.td.append(this.input);
    this.show();
    if (focus) {
      this.input.focus({ preventScroll: true });
      this.input.select();
      this.#scroll(cell.td);
    }
    this.#select();
  }

  // Brings the input to what the cell says, after a change from elsewhere.
  show() {
    const [r, c] = this.active;
    const { table, input } = this;
    if (this.editing || this.composing) return;
    this.original = table.text(r, c);
    input.value = this.original;
    const why = table.whyNot(r, c, this.words.readonly);
    input.readOnly = why !== "";
    const { looks, words } = table.cell(r, c);
    input.setAttribute("aria-invalid", looks.has("bad") || looks.has("conf"));
    const parts = [table.learner(table.key(r, c)), table.title(c), why, why === words ? "" : words];
    input.setAttribute("aria-label", parts.filter(Boolean).join(", "));
  }

  // Keeps the active cell clear of the sticky head and the sticky names.
  #scroll(cell) {
    const frame = this.table.element.parentElement;
    const head = this.table.element.tHead.offsetHeight;
    const names = this.table.rows[0].cells[0].offsetWidth;
    const { offsetLeft: left, offsetHeight: high, offsetWidth: wide } = cell;
    const top = cell.parentNode.offsetTop;
    if (top - head < frame.scrollTop) frame.scrollTop = top - head;
    else if (top + high > frame.scrollTop + frame.clientHeight) frame.scrollTop = top + high - frame.clientHeight;
    if (left - names < frame.scrollLeft) frame.scrollLeft = left - names;
    else if (left + wide > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = left + wide - frame.clientWidth;
  }

  #select() {
    const many = this.cells.length > 1;
    const chosen = new Set(many ? this.cells.map((place) => this.table.cell(...place)) : []);
    for (const cell of this.selected) if (!chosen.has(cell)) this.table.choose(cell, false);
    for (const cell of chosen) if (!this.selected.has(cell)) this.table.choose(cell, true);
    this.selected = chosen;
    this.dispatchEvent(new Event("moved"));
  }
}
