// What a sheet and a list of one lesson share: saving, the status line, other tabs, leaving and coming back.

import { ConflictDialog } from "./conflict.js";
import { Keeper } from "./keeper.js";
import { Saver } from "./saver.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const STATES = { ok: "ok", saving: "saving", refused: "conflict", conflict: "conflict" };

export const say = (text) => (find("said").textContent = text);

// `host` carries data-url, data-person, data-store and data-words; `commit` ends typing, `at` names the active cell, `done` goes to one,
// `show` repaints after changes from elsewhere, `restored` is told where a tab that is gone stood, `typing` tells of something half typed.
export function bindSaving({ host, sheet, words, at, commit, done, show, restored, typing }) {
  const { url, person, store } = host.dataset;
  const name = `${store}:${person}`;
  const keeper = new Keeper(name, (found) => {
    const count = saver.adopt(found);
    say(words.restored.replace("{count}", count));
    restored(found.at);
  });
  const saver = new Saver({ url: `${url}/cells`, person, sheet, keeper, at });
  const conflict = new ConflictDialog({ host, words, sheet, saver, done, typing });
  const tabs = new BroadcastChannel(name);
  saver.addEventListener("state", () => showState(saver, words));
  saver.addEventListener("refused", ({ detail }) => say(detail));
  saver.addEventListener("answered", ({ detail }) => {
    tabs.postMessage(detail);
    show();
    conflict.ask();
  });
  tabs.addEventListener("message", ({ data }) => {
    saver.learn(data);
    show();
  });
  const leave = () => {
    commit();
    saver.keep();
    saver.flush({ keepalive: true });
  };
  addEventListener("online", () => saver.flush());
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : saver.flush()));
  keeper.begin();
  return { saver, conflict };
}

function showState({ state, counts }, words) {
  const save = find("save");
  save.dataset.s = STATES[state] ?? "offline";
  if (save.textContent !== words[state]) save.textContent = words[state];
  find("signin").hidden = state !== "signin" && state !== "other";
  const told = words.counts.replace(/\{(\w+)\}/g, (_all, one) => counts[one]);
  find("counts").textContent = Object.values(counts).some(Boolean) ? told : "";
}
