// Unsent changes live in localStorage until the server has them: a closed tab, a dead session or a dead network loses nothing.

export class Keeper {
  constructor(name) {
    this.name = name;
  }

  // `cells` is {key: {v, b}}, `at` the key of the active cell.
  write(cells, at) {
    try {
      if (Object.keys(cells).length) localStorage.setItem(this.name, JSON.stringify({ cells, at }));
      else localStorage.removeItem(this.name);
    } catch {
      // A full or forbidden store: the changes are still in this page.
    }
  }

  read() {
    try {
      const found = JSON.parse(localStorage.getItem(this.name) ?? "{}");
      return { cells: found.cells ?? {}, at: found.at ?? "" };
    } catch {
      return { cells: {}, at: "" };
    }
  }
}
