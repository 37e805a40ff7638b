// Publishes the column of the active cell, after everything typed has been saved.

import { send } from "./request.js";

export function bindPublish(grid) {
  const button = document.querySelector("[data-publish]");
  if (!button) return;
  const { cursor, table, words, saver } = grid;
  const usual = button.textContent;
  const show = () => {
    const head = table.heads[cursor.active[1]];
    const open = Boolean(head.dataset.c) && !("pub" in head.dataset);
    button.disabled = !open;
    button.textContent = open ? words.publish.replace("{column}", head.querySelector("a").textContent) : usual;
  };
  cursor.addEventListener("moved", show);
  button.addEventListener("click", async () => {
    const head = table.heads[cursor.active[1]];
    button.disabled = true;
    cursor.commit();
    await saver.flush();
    grid.say(await publish(`${grid.url}/columns/${head.dataset.c}/publish`, head, grid));
    show();
  });
}

async function publish(url, head, { words, dataset }) {
  try {
    const answer = await send("POST", url, {}, { person: dataset.person });
    if (answer.ok) {
      head.dataset.pub = "";
      head.querySelector("small").append(" ✓");
      return words.published;
    }
    const problem = await answer.json();
    return problem.detail ?? problem.title;
  } catch {
    return words.offline;
  }
}
