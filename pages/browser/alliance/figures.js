// The figures of the charts as a table, for those who do not see them and those who want to read them off.
import * as format from "../shell/format.js";
import { element, words } from "../shell/text.js";

let shown = null;

// Written when it is opened: it may hold thousands of cells.
export function showFigures(curves) {
  shown = curves;
  if (element("figures").open) write();
}

function write() {
  const table = element("figures-table");
  const heads = [words.date, `${words.production} (${words.units})`, ...shown.members.map(({ member }) => member.pseudo)];
  const head = document.createElement("tr");
  head.append(...heads.map((text) => cell("th", text, "col")));
  table.tHead.replaceChildren(head);
  const rows = shown.harvestAt.map((at, place) => {
    const row = document.createElement("tr");
    const values = [shown.halfHourlyProduction[place], ...shown.members.map(({ accumulatedRights }) => accumulatedRights[place])];
    row.append(cell("th", format.date(at), "row"), ...values.map((value) => cell("td", value === null ? words.none : format.number(value, 0))));
    return row;
  });
  table.tBodies[0].replaceChildren(...rows.reverse());
}

function cell(name, text, scope = "") {
  const made = Object.assign(document.createElement(name), { textContent: text, className: "number" });
  if (scope) made.scope = scope;
  return made;
}

element("figures").addEventListener("toggle", ({ target }) => target.open && shown && write());
