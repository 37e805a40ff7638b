// What keys and pointer do. Navigation and editing share one input: arrows move until something is typed, then they edit.

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const IN_TEXT = new Set(["ArrowLeft", "ArrowRight", "Home", "End", "Backspace", "Delete"]);
const COMPOSING = 229; // what Safari says of the Enter that ends a composition

export function bindKeys(grid) {
  const { cursor } = grid;
  cursor.input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === COMPOSING) return;
    const done =
      onCommand(grid, event) || onSpace(grid, event) || onMove(grid, event) || onErase(grid, event) || onDigit(grid, event);
    if (done) event.preventDefault();
  });
}

// Commands go by the place of the key: Ctrl+Z is the same key under a Kazakh or Russian layout.
function onCommand(grid, event) {
  if (!(event.ctrlKey || event.metaKey)) return false;
  const commands = {
    KeyZ: () => (event.shiftKey ? grid.redo() : grid.undo()),
    KeyY: () => grid.redo(),
    KeyD: () => grid.fillDown(),
    KeyA: () => select(grid, 0, 0, grid.table.height - 1, grid.table.width - 1),
  };
  const command = commands[event.code];
  if (!command || (event.code === "KeyA" && grid.cursor.editing)) return false;
  command();
  return true;
}

function select({ cursor }, top, left, bottom, right) {
  cursor.commit();
  cursor.anchor = [top, left];
  cursor.go(bottom, right, { extend: true });
}

// Shift+Space takes the row, Ctrl+Space the column.
function onSpace(grid, { code, shiftKey, ctrlKey }) {
  const { cursor, table } = grid;
  if (code !== "Space" || cursor.editing || shiftKey === ctrlKey) return false;
  const { top, bottom, left, right } = cursor.range;
  if (shiftKey) select(grid, top, 0, bottom, table.width - 1);
  else select(grid, 0, left, table.height - 1, right);
  return true;
}

function onMove(grid, event) {
  const { cursor, table } = grid;
  const [r, c] = cursor.active;
  const { key, shiftKey: extend } = event;
  const far = event.ctrlKey || event.metaKey;
  if (key === "Enter") return cursor.go(r + (extend ? -1 : 1), c), true;
  if (key === "Tab") return onTab(cursor, table, extend);
  if (key === "Escape") return cursor.cancel(), true;
  if (key === "F2") return grid.edit(), true;
  if (cursor.editing && IN_TEXT.has(key)) return false;
  if (key === "Home") return cursor.go(far ? 0 : r, 0, { extend }), true;
  if (key === "End") return cursor.go(far ? table.height - 1 : r, table.width - 1, { extend }), true;
  if (key === "PageUp" || key === "PageDown") return cursor.go(r + pageOf(table) * (key === "PageUp" ? -1 : 1), c, { extend }), true;
  const move = MOVES[key];
  if (!move) return false;
  const [down, right] = move.map((step) => (far ? Math.sign(step) * (table.height + table.width) : step));
  cursor.go(r + down, c + right, { extend });
  return true;
}

// A page is what is seen below the head, less a row to hold on to.
function pageOf({ element, rows }) {
  return Math.max(1, Math.floor((element.parentElement.clientHeight - element.tHead.offsetHeight) / rows[0].offsetHeight) - 1);
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

function onErase({ cursor, change }, event) {
  if (cursor.editing || (event.key !== "Delete" && event.key !== "Backspace")) return false;
  change(cursor.open.map(([r, c]) => [r, c, ""]));
  return true;
}

// Under a Kazakh layout the upper row gives ә і ң ғ ү ұ қ: where a mark is typed, its keys mean digits.
function onDigit({ cursor }, { code, key, shiftKey, ctrlKey, altKey, metaKey }) {
  const digit = /^Digit([0-9])$/.exec(code)?.[1];
  if (!digit || !/^[әіңғүұқ]$/.test(key) || shiftKey || ctrlKey || altKey || metaKey || cursor.input.readOnly) return false;
  const { input } = cursor;
  input.setRangeText(digit, input.selectionStart, input.selectionEnd, "end");
  cursor.editing = true;
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
  table.element.addEventListener("dblclick", (event) => at(event) && grid.edit());
}
