// The active cell and the range. One real input, always focused, moves with the active cell: IME, dictation and phones work.

export class Cursor extends EventTarget {
  constructor(table, words) {
    super();
    this.table = table;
    this.words = words;
    this.active = [0, 0];
    this.anchor = [0, 0];
    this.editing = false;
    this.original = "";
    this.selected = [];
    this.input = this.#makeInput();
  }

  #makeInput() {
    const input = document.createElement("input");
    Object.assign(input, { className: "cell", autocomplete: "off", spellcheck: false, maxLength: 40, enterKeyHint: "next" });
    input.setAttribute("autocapitalize", "off");
    input.addEventListener("input", () => (this.editing = true));
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

  // Leaves the cell: what was typed becomes a change.
  commit() {
    if (!this.input.isConnected) return;
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
    this.commit();
    this.active = this.table.clamp(r, c);
    if (!extend) this.anchor = this.active;
    const cell = this.table.cell(...this.active);
    if (!cell) return;
    this.table.element.querySelector("td.act")?.classList.remove("act");
    cell.classList.add("act");
    cell.append(this.input);
    this.show();
    if (focus) {
      this.input.focus({ preventScroll: true });
      this.input.select();
      this.#scroll(cell);
    }
    this.#select();
  }

  // Brings the input to what the cell says, after a change from elsewhere.
  show() {
    const [r, c] = this.active;
    if (this.editing) return;
    this.original = this.table.text(r, c);
    this.input.value = this.original;
    this.input.readOnly = !this.table.takesMarks(c);
    const state = this.table.cell(r, c).title;
    const parts = [this.table.learner(r), this.table.title(c), this.input.readOnly ? this.words.readonly : "", state];
    this.input.setAttribute("aria-label", parts.filter(Boolean).join(", "));
  }

  // Keeps the active cell clear of the sticky head and the sticky names.
  #scroll(cell) {
    const frame = this.table.element.parentElement;
    const head = this.table.element.tHead.offsetHeight;
    const names = this.table.rows[0].cells[0].offsetWidth;
    const { offsetTop: top, offsetLeft: left, offsetHeight: high, offsetWidth: wide } = cell;
    if (top - head < frame.scrollTop) frame.scrollTop = top - head;
    else if (top + high > frame.scrollTop + frame.clientHeight) frame.scrollTop = top + high - frame.clientHeight;
    if (left - names < frame.scrollLeft) frame.scrollLeft = left - names;
    else if (left + wide > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = left + wide - frame.clientWidth;
  }

  #select() {
    for (const cell of this.selected) cell.classList.remove("sel");
    const many = this.cells.length > 1;
    this.selected = many ? this.cells.map((place) => this.table.cell(...place)) : [];
    for (const cell of this.selected) cell.classList.add("sel");
    this.dispatchEvent(new Event("moved"));
  }
}
