// What the sheet knows of one cell. The page follows it: `paint` writes only what is not there yet, so that it may come late and often.

const LOOKS = ["low", "abs", "dirty", "bad", "conf", "sel"];

export class Cell {
  constructor(td, { r, c, key, row, takesMarks }) {
    Object.assign(this, { td, r, c, key, row, takesMarks });
    this.text = this.#seenText = td.firstChild?.nodeType === Node.TEXT_NODE ? td.firstChild.data : "";
    this.words = this.#seenWords = td.title;
    this.version = Number(td.getAttribute("data-v") ?? 0);
    this.looks = new Set(td.className.split(" ").filter((name) => LOOKS.includes(name)));
    this.#seen = new Set(this.looks);
  }

  #seen;
  #seenText;
  #seenWords;

  look(name, on) {
    if (on) this.looks.add(name);
    else this.looks.delete(name);
  }

  paint() {
    const { td, text, words, looks } = this;
    if (text !== this.#seenText) put(td, (this.#seenText = text));
    if (words !== this.#seenWords) td.title = this.#seenWords = words;
    for (const name of LOOKS) if (looks.has(name) !== this.#seen.has(name)) this.#wear(name, looks.has(name));
    this.row.paint();
  }

  #wear(name, on) {
    this.td.classList.toggle(name, on);
    if (on) this.#seen.add(name);
    else this.#seen.delete(name);
    if (name !== "sel") return;
    if (on) this.td.ariaSelected = "true";
    else this.td.removeAttribute("aria-selected");
  }
}

// What is computed in a row is old while something in it waits for the server.
export class Row {
  constructor(tr) {
    this.tr = tr;
    this.dirty = new Set();
    this.stale = false;
  }

  paint() {
    const stale = this.dirty.size > 0;
    if (stale !== this.stale) this.tr.classList.toggle("stale", (this.stale = stale));
  }
}

// Sets the text beside the input, which may stand in the same cell.
function put(td, text) {
  if (td.firstChild?.nodeType === Node.TEXT_NODE) td.firstChild.data = text;
  else td.prepend(text);
}
