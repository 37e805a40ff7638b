// When the page follows the sheet. A few cells are painted with the act itself. Of a whole sheet those in view come in the next frame and
// the rest in slices when nothing else is to be done: the hand waits for what it sees, never for what it does not.

const AT_ONCE = 150;
const SLICE = 400;
const LATEST = 250;

// After the next frame is on the screen; where there are no frames (a hidden page), soon.
export function afterPaint(task) {
  if (document.hidden) setTimeout(task);
  else requestAnimationFrame(() => setTimeout(task));
}

function whenIdle(task) {
  if (window.requestIdleCallback) requestIdleCallback(task, { timeout: LATEST });
  else afterPaint(task);
}

export class Painter {
  // `view()` gives a test whether a cell is to be seen now.
  constructor(view) {
    this.view = view;
    this.waiting = new Set();
    this.asked = false;
    addEventListener("beforeprint", () => this.finish());
    document.addEventListener("visibilitychange", () => document.hidden && this.finish());
  }

  add(cell) {
    this.waiting.add(cell);
    if (this.asked) return;
    this.asked = true;
    queueMicrotask(() => this.#begin());
  }

  #begin() {
    if (this.waiting.size <= AT_ONCE || document.hidden) this.finish();
    else requestAnimationFrame(() => this.#goOn());
  }

  #goOn() {
    const seen = this.view();
    const now = [...this.waiting].filter(seen);
    this.#paint(now.length ? now : [...this.waiting].slice(0, SLICE));
    if (this.waiting.size) whenIdle(() => this.#goOn());
    else this.asked = false;
  }

  finish() {
    this.#paint([...this.waiting]);
    this.asked = false;
  }

  #paint(cells) {
    for (const cell of cells) {
      this.waiting.delete(cell);
      cell.paint();
    }
  }
}
