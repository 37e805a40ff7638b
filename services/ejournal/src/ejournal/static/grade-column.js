// <grade-column>: the form of one lesson saves by itself, as the grid does. Without this script it is a plain form with a button.

import { List } from "./grid/list.js";
import { bindSaving } from "./grid/saving.js";

class GradeColumn extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form[data-column]");
    if (this.list || !this.form) return;
    this.words = JSON.parse(this.dataset.words);
    this.list = new List(this.form, this.form.dataset);
    this.at = "";
    const saving = bindSaving({
      host: this,
      sheet: this.list,
      words: this.words,
      at: () => this.at,
      commit: () => this.#commit(document.activeElement),
      done: (key) => this.list.fields.get(key)?.focus(),
      show: () => {},
      restored: (key) => document.activeElement === document.body && this.list.fields.get(key)?.focus(),
      typing: () => this.composing ?? false,
    });
    Object.assign(this, saving);
    this.#bind();
  }

  #bind() {
    this.form.addEventListener("compositionstart", () => (this.composing = true));
    this.form.addEventListener("compositionend", () => (this.composing = false));
    this.form.addEventListener("focusin", ({ target }) => {
      if (!target.name?.startsWith("v:")) return;
      this.at = this.list.key(target);
      target.select();
    });
    this.form.addEventListener("change", ({ target }) => this.#commit(target));
    this.form.addEventListener("keydown", (event) => this.#onEnter(event));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#commit(document.activeElement);
      this.saver.flush();
    });
  }

  // What stands in a field becomes a change, unless it is what the server has or what already waits.
  #commit(field) {
    if (this.composing || !this.form.contains(field) || !field.name?.startsWith("v:") || field.readOnly) return;
    const key = this.list.key(field);
    const waits = this.saver.waiting(key) ?? this.list.textOf(key);
    if (field.value.trim() !== waits) this.saver.put([[key, field.value.trim()]]);
  }

  #onEnter(event) {
    if (event.key !== "Enter" || event.isComposing || !event.target.name?.startsWith("v:")) return;
    event.preventDefault();
    const fields = [...this.list.fields.values()];
    const next = fields[fields.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
    if (next) next.focus();
    else this.#commit(event.target);
  }
}

customElements.define("grade-column", GradeColumn);
