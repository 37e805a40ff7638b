// Undo and redo of whole acts: one typed cell, one paste, one fill.

const MOST = 200;

export class History {
  constructor() {
    this.done = [];
    this.undone = [];
  }

  // An act is a list of [key, from, to].
  add(act) {
    this.done.push(act);
    if (this.done.length > MOST) this.done.shift();
    this.undone = [];
  }

  undo() {
    const act = this.done.pop();
    if (act) this.undone.push(act);
    return act?.map(([key, from]) => [key, from]);
  }

  redo() {
    const act = this.undone.pop();
    if (act) this.done.push(act);
    return act?.map(([key, , to]) => [key, to]);
  }
}
