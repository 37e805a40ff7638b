// One lesson as a list of names with large inputs, seen as the same kind of sheet the table is: cells known by `learner:column`.

const STATES = { bad: "bad", conf: "bad", dirty: "dirty" };

export class List {
  constructor(form, { column, title }) {
    Object.assign(this, { form, column, titleText: title });
    this.fields = new Map([...form.querySelectorAll("input[name^='v:']")].map((field) => [`${field.name.slice(2)}:${column}`, field]));
  }

  key(field) {
    return `${field.name.slice(2)}:${this.column}`;
  }

  has(key) {
    return this.fields.has(key);
  }

  // What stands beside the field: `o` is the text the server has shown, `b` its version.
  #beside(key, letter) {
    return this.form.elements[`${letter}:${key.split(":")[0]}`];
  }

  textOf(key) {
    return this.has(key) ? this.#beside(key, "o").value : "";
  }

  write(key, text) {
    if (this.has(key)) this.fields.get(key).value = text;
  }

  version(key) {
    return this.has(key) ? Number(this.#beside(key, "b").value) : 0;
  }

  // The answer of the server came with this version: what is in the field next is what it has.
  setVersion(key, version) {
    if (this.has(key)) this.#beside(key, "b").value = version;
  }

  mark(key, state, words = "") {
    const field = this.fields.get(key);
    if (!field) return;
    const item = field.closest("li");
    for (const name of new Set(Object.values(STATES))) item.classList.toggle(name, name === STATES[state]);
    if (!state) this.#beside(key, "o").value = field.value;
    item.querySelector(".wrong")?.remove();
    field.removeAttribute("aria-describedby");
    field.setAttribute("aria-invalid", words !== "");
    if (words) this.#explain(item, field, words);
  }

  #explain(item, field, words) {
    const line = Object.assign(document.createElement("span"), { className: "wrong", id: `w-${field.id}`, textContent: words });
    item.querySelector("label").append(line);
    field.setAttribute("aria-describedby", line.id);
  }

  learner(key) {
    return this.fields.get(key).labels[0].firstChild.data.trim();
  }

  titleOf() {
    return this.titleText;
  }

  writeResults() {}
}
