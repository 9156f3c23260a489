// The keyboard in the table: Enter saves, Escape takes back, arrows walk from cell to cell. Saves nothing itself.

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export function walkWithKeys(body) {
  body.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td, th");
    if (!cell?.editor || event.isComposing) return;
    if (event.key === "Enter") enter(cell, event);
    else if (event.key === "Escape") cell.editor.restore();
    else if (STEPS[event.key] && !event.shiftKey && !event.altKey) step(cell, event);
  });
}

async function enter({ editor }, event) {
  if (!editor.isChoice) event.preventDefault();
  await editor.commit();
  const { field } = editor;
  if (!editor.isChoice && document.activeElement === field && !editor.isHeld) field.select();
}

// A choice keeps its own arrows, and a text the sideways ones while the caret has somewhere to go; Ctrl takes them all.
function step(cell, event) {
  const [down, right] = STEPS[event.key];
  const { field, isChoice } = cell.editor;
  if (!event.ctrlKey && (isChoice || (right && !isAtEdge(field, right)))) return;
  const next = right ? beside(cell, right) : below(cell, down);
  if (!next) return;
  event.preventDefault();
  next.editor.field.focus();
}

function isAtEdge({ selectionStart, selectionEnd, value }, right) {
  const isWhole = selectionStart === 0 && selectionEnd === value.length;
  return isWhole || (selectionStart === selectionEnd && selectionStart === (right > 0 ? value.length : 0));
}

function beside(cell, right) {
  let next = cell;
  do next = right > 0 ? next.nextElementSibling : next.previousElementSibling;
  while (next && !next.editor);
  return next;
}

function below(cell, down) {
  let row = cell.parentElement;
  do row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
  while (row && (row.hidden || !row.cells[cell.cellIndex].editor));
  return row?.cells[cell.cellIndex];
}
