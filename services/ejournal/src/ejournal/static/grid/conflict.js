// Asks, one conflict after another, whose value is to stand. The words, with the colleague's name and both values, are the server's.

export class ConflictDialog {
  constructor({ host, words, table, saver, done }) {
    Object.assign(this, { words, table, saver, done });
    this.dialog = host.appendChild(document.createElement("dialog"));
    this.dialog.setAttribute("aria-labelledby", "conflict-title");
    const title = this.#place("h2", words.conflictTitle);
    title.id = "conflict-title";
    this.where = this.#place("p", "");
    this.where.className = "meta";
    this.what = this.#place("p", "");
    const row = this.#place("p", "");
    row.className = "dialog-end";
    row.append(this.#button(words.takeTheirs, "btn quiet", false), this.#button(words.keepMine, "btn", true));
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

  // Opens for the next conflict that waits; Escape leaves it for later.
  ask() {
    const [next] = this.saver.conflicts;
    if (!next || this.dialog.open) return;
    const [key, { answer }] = next;
    this.key = key;
    const [r, c] = this.table.find(key);
    this.where.textContent = `${this.table.learner(r)} · ${this.table.title(c)}`;
    this.what.textContent = answer.detail;
    this.dialog.showModal();
    this.dialog.querySelector(".btn:not(.quiet)").focus();
  }
}
