// What keys and pointer do. Navigation and editing share one input: arrows move until something is typed, then they edit.

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] };
const IN_TEXT = new Set(["ArrowLeft", "ArrowRight", "Home", "End", "Backspace", "Delete"]);

export function bindKeys(grid) {
  const { cursor, table } = grid;
  cursor.input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (onCommand(grid, event) || onMove(cursor, table, event) || onErase(grid, event)) event.preventDefault();
  });
}

function onCommand(grid, event) {
  if (!(event.ctrlKey || event.metaKey)) return false;
  const commands = {
    KeyZ: () => (event.shiftKey ? grid.redo() : grid.undo()),
    KeyY: () => grid.redo(),
    KeyD: () => grid.fillDown(),
    KeyA: () => selectAll(grid),
  };
  const command = commands[event.code];
  if (!command || (event.code === "KeyA" && grid.cursor.editing)) return false;
  command();
  return true;
}

function selectAll({ cursor, table }) {
  cursor.commit();
  cursor.anchor = [0, 0];
  cursor.go(table.height - 1, table.width - 1, { extend: true });
}

function onMove(cursor, table, event) {
  const [r, c] = cursor.active;
  const { key, shiftKey: extend } = event;
  const far = event.ctrlKey || event.metaKey;
  if (key === "Enter") return cursor.go(r + (extend ? -1 : 1), c), true;
  if (key === "Tab") return onTab(cursor, table, extend);
  if (key === "Escape") return cursor.cancel(), true;
  if (key === "F2") return edit(cursor), true;
  if (cursor.editing && IN_TEXT.has(key)) return false;
  if (key === "Home") return cursor.go(far ? 0 : r, 0, { extend }), true;
  if (key === "End") return cursor.go(far ? table.height - 1 : r, table.width - 1, { extend }), true;
  const move = MOVES[key];
  if (!move) return false;
  const [down, right] = move.map((step) => (far ? Math.sign(step) * (table.height + table.width) : step));
  cursor.go(r + down, c + right, { extend });
  return true;
}

// Tab walks through the row and lets go of the grid at its ends, so that nobody is caught in it.
function onTab(cursor, table, back) {
  const [r, c] = cursor.active;
  const next = c + (back ? -1 : 1);
  if (next < 0 || next >= table.width) {
    cursor.commit();
    return false;
  }
  cursor.go(r, next);
  return true;
}

function edit(cursor) {
  cursor.editing = true;
  cursor.input.setSelectionRange(cursor.input.value.length, cursor.input.value.length);
}

function onErase({ cursor, table, change }, event) {
  if (cursor.editing || (event.key !== "Delete" && event.key !== "Backspace")) return false;
  change(cursor.cells.filter(([, c]) => table.takesMarks(c)).map(([r, c]) => [r, c, ""]));
  return true;
}

export function bindPointer(grid) {
  const { cursor, table } = grid;
  const at = (event) => {
    const cell = event.target.closest?.("td");
    return cell && table.place(cell);
  };
  table.element.addEventListener("mousedown", (event) => {
    const place = at(event);
    if (event.button !== 0 || !place || (event.target === cursor.input && cursor.editing)) return;
    event.preventDefault();
    cursor.go(...place, { extend: event.shiftKey });
  });
  table.element.addEventListener("mouseover", (event) => {
    const place = event.buttons === 1 && !cursor.editing && at(event);
    if (place) cursor.go(...place, { extend: true });
  });
  table.element.addEventListener("dblclick", (event) => at(event) && edit(cursor));
}
