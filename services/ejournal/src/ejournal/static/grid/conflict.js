// Asks, one conflict after another, whose value is to stand. The words, with the colleague's name and both values, are the server's.

export class ConflictDialog {
  constructor({ host, words, sheet, saver, done }) {
    Object.assign(this, { words, sheet, saver, done });
    this.later = new Set();
    this.dialog = host.appendChild(document.createElement("dialog"));
    this.dialog.setAttribute("aria-labelledby", "conflict-title");
    const title = (this.title = this.#place("h2", words.conflictTitle));
    title.id = "conflict-title";
    title.tabIndex = -1;
    this.where = this.#place("p", "");
    this.where.className = "meta";
    this.what = this.#place("p", "");
    const row = this.#place("p", "");
    row.className = "dialog-end";
    row.append(this.#button(words.keepMine, "btn", true), this.#button(words.takeTheirs, "btn quiet", false));
    this.dialog.addEventListener("cancel", () => this.later.add(this.key));
    this.dialog.addEventListener("close", () => this.done(this.key));
  }

  #place(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return this.dialog.appendChild(element);
  }

  #button(text, className, keepMine) {
    const button = Object.assign(document.createElement("button"), { type: "button", className, textContent: text });
    button.addEventListener("click", () => {
      this.saver.resolve(this.key, keepMine);
      this.dialog.close();
      this.ask();
    });
    return button;
  }

  // Opens for the next conflict that waits. Escape leaves one for later: F2 or a double click on its cell asks again.
  ask() {
    const waiting = this.saver.conflicts.map(([key]) => key);
    const next = waiting.find((key) => !this.later.has(key));
    if (next) this.open(next);
  }

  // Asks about one cell; tells whether there is anything to ask.
  open(key) {
    const found = this.saver.conflicts.find(([one]) => one === key);
    if (!found || this.dialog.open) return false;
    this.key = key;
    this.later.delete(key);
    this.where.textContent = `${this.sheet.learner(key)} · ${this.sheet.titleOf(key)}`;
    this.what.textContent = found[1].answer.detail;
    this.dialog.showModal();
    this.title.focus(); // not a button: whoever types on would decide with the next Enter
    return true;
  }
}
