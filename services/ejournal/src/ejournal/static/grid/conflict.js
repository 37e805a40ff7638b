// Asks, one conflict after another, whose value is to stand. The words, with the colleague's name and both values, are the server's.
// A key that is meant for the next cell decides nothing: nobody is asked while typing goes on, and a question that comes between two
// keys goes away again and lets the cell have the key. Only after a pause the buttons answer.

const PAUSE = 1000;
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"]);

export class ConflictDialog {
  // `typing()` tells whether something is half typed.
  constructor({ host, words, sheet, saver, done, typing }) {
    Object.assign(this, { words, sheet, saver, done, typing });
    this.later = new Set();
    this.calm = true;
    this.timer = 0;
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
    this.buttons = [this.#button(words.keepMine, "btn", true), this.#button(words.takeTheirs, "btn quiet", false)];
    row.append(...this.buttons);
    this.#bind(host);
  }

  #bind(host) {
    this.dialog.addEventListener("cancel", () => this.later.add(this.key));
    this.dialog.addEventListener("close", () => {
      if (this.handedBack) this.handedBack = false;
      else this.done(this.key);
    });
    for (const kind of ["input", "pointerdown"]) host.addEventListener(kind, () => this.#stir(), true);
    host.addEventListener("keydown", (event) => this.#onKey(event), true);
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
      this.calm = true; // it was meant for the question: the next one need not wait
      this.ask();
    });
    return button;
  }

  get #asleep() {
    return this.buttons[0].disabled;
  }

  #sleep(asleep) {
    for (const button of this.buttons) button.disabled = asleep;
  }

  #stir() {
    this.calm = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.calm = true;
      if (this.dialog.open) this.#sleep(false);
      else this.ask();
    }, PAUSE);
  }

  #onKey(event) {
    this.#stir();
    if (this.dialog.open && this.#asleep && event.key !== "Escape" && !MODIFIERS.has(event.key)) this.#handBack(event);
  }

  // Closing gives the focus back to the cell, and with it the key: a letter by itself, all others by a copy.
  #handBack(event) {
    this.handedBack = true;
    this.dialog.close();
    event.stopPropagation();
    const used = !document.activeElement.dispatchEvent(new KeyboardEvent("keydown", event));
    if (used || event.key.length > 1) event.preventDefault();
  }

  // Opens for the next conflict that waits, when nobody types. Escape leaves one for later: F2 or a double click on its cell asks again.
  ask() {
    if (!this.calm || this.typing()) return;
    const waiting = this.saver.conflicts.map(([key]) => key);
    const next = waiting.find((key) => !this.later.has(key));
    if (next && this.open(next)) {
      this.#sleep(true);
      this.#stir();
    }
  }

  // Asks about one cell; tells whether there is anything to ask.
  open(key) {
    const found = this.saver.conflicts.find(([one]) => one === key);
    if (!found || this.dialog.open) return false;
    this.key = key;
    this.later.delete(key);
    this.where.textContent = `${this.sheet.learner(key)} · ${this.sheet.titleOf(key)}`;
    this.what.textContent = found[1].answer.detail;
    this.#sleep(false);
    this.dialog.showModal();
    this.title.focus(); // not a button: whoever types on would decide with the next Enter
    return true;
  }
}
