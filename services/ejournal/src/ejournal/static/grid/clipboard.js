// Blocks in and out: what Excel puts on the clipboard is lines of cells between tabs.

export function bindClipboard(grid) {
  const { cursor } = grid;
  cursor.input.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (cursor.editing && !/[\t\n]/.test(text)) return;
    event.preventDefault();
    cursor.cancel();
    paste(grid, parse(text));
  });
  for (const kind of ["copy", "cut"]) {
    cursor.input.addEventListener(kind, (event) => {
      if (cursor.editing) return;
      event.preventDefault();
      event.clipboardData.setData("text/plain", block(grid));
      if (kind === "cut") grid.change(cursor.open.map(([r, c]) => [r, c, ""]));
    });
  }
}

// Splits text into rows of cells; a cell in quotes may hold line breaks and doubled quotes.
export function parse(text) {
  const rows = [[""]];
  let quoted = false;
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let n = 0; n < clean.length; n++) {
    const char = clean[n];
    const row = rows.at(-1);
    if (char === '"' && (quoted || row.at(-1) === "")) {
      if (quoted && clean[n + 1] === '"') row[row.length - 1] += clean[++n];
      else quoted = !quoted;
    } else if (char === "\t" && !quoted) row.push("");
    else if (char === "\n" && !quoted) rows.push([""]);
    else row[row.length - 1] += char;
  }
  return rows.map((row) => row.map((cell) => cell.trim()));
}

// One value fills the range; a block begins at the upper left cell. What falls beside the sheet, on computed or on closed columns is
// left out, and said.
function paste(grid, rows) {
  const { cursor, table, words } = grid;
  const { top, left } = cursor.range;
  const single = rows.length === 1 && rows[0].length === 1;
  const wanted = single
    ? cursor.cells.map(([r, c]) => [r, c, rows[0][0]])
    : rows.flatMap((row, r) => row.map((text, c) => [top + r, left + c, text]));
  const changes = wanted.filter(([r, c]) => r < table.height && table.takesMarks(r, c));
  grid.change(changes);
  if (!single) {
    cursor.anchor = [top, left];
    cursor.go(top + rows.length - 1, left + Math.max(...rows.map((row) => row.length)) - 1, { extend: true });
  }
  const rest = wanted.length - changes.length;
  const said = rest ? words.pastedPart : words.pasted;
  grid.say(said.replace("{count}", changes.length).replace("{rest}", rest));
}

function block({ cursor, table }) {
  const { top, bottom, left, right } = cursor.range;
  const lines = [];
  for (let r = top; r <= bottom; r++) {
    const line = [];
    for (let c = left; c <= right; c++) line.push(table.text(r, c));
    lines.push(line.join("\t"));
  }
  return lines.join("\n");
}
