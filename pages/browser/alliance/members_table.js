// The members' table: rows and cells that stay and are written anew, sorting, filtering. Asks the service nothing.
import { say, words } from "../shell/text.js";
import { CellEditor } from "./cell_editor.js";
import { isNumber, named, written } from "./columns.js";

const { lang } = document.documentElement;
const collator = new Intl.Collator(lang, { sensitivity: "base", numeric: true });
export const NAME = { key: "pseudo", label: words.member, unit: "", kind: "text", description: "" };

export class MembersTable {
  #columns = [];
  #rows = new Map();
  #members = [];
  #sorting = { key: null, isDescending: false };
  #filter = "";
  #isStale = false;
  #isShort = false;

  // save(member, key, value) gives the value as kept; tell(text) says it aloud.
  constructor({ table, save, tell }) {
    Object.assign(this, { table, save, tell, body: table.tBodies[0] });
    // Rows do not jump while somebody works in them: they are sorted when focus has left.
    this.body.addEventListener("focusout", () => setTimeout(() => this.#isStale && this.#place()));
  }

  setColumns(columns, isShort) {
    this.#columns = [NAME, ...columns];
    this.#isShort = isShort;
    const head = document.createElement("tr");
    head.append(...this.#columns.map((column) => this.#head(column)));
    this.table.tHead.replaceChildren(head);
    this.table.dataset.columns = this.#columns.length > 12 ? "many" : "few";
    this.#rows.clear();
    this.body.replaceChildren();
    this.#markSorting();
  }

  // The members as the service lists them, the columns' values beside their names.
  show(members) {
    this.#members = members;
    const present = new Set(members.map(({ id }) => id));
    for (const [id, row] of this.#rows) if (!present.has(id)) this.#remove(id, row);
    for (const member of members) this.#write(member);
    this.#place();
  }

  filter(text) {
    this.#filter = fold(text.trim());
    this.#hide();
  }

  get count() {
    return { shown: [...this.body.rows].filter((row) => !row.hidden).length, all: this.#members.length };
  }

  #head(column) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.dataset.column = column.key;
    cell.classList.toggle("number", isNumber(column) && column !== NAME);
    const button = document.createElement("button");
    button.type = "button";
    button.append(column.label);
    if (column.description) button.title = column.description;
    button.addEventListener("click", () => this.#sort(column));
    cell.append(button);
    if (column.unit) cell.append(Object.assign(document.createElement("span"), { className: "unit", textContent: column.unit }));
    return cell;
  }

  #sort(column) {
    const isSame = this.#sorting.key === column.key;
    this.#sorting = { key: column.key, isDescending: isSame ? !this.#sorting.isDescending : isNumber(column) && column !== NAME };
    this.#markSorting();
    this.#place();
  }

  #markSorting() {
    for (const cell of this.table.tHead.rows[0].cells) {
      const isSorted = cell.dataset.column === this.#sorting.key;
      cell.setAttribute("aria-sort", !isSorted ? "none" : this.#sorting.isDescending ? "descending" : "ascending");
    }
  }

  #remove(id, row) {
    const hadFocus = row.contains(document.activeElement);
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#rows.delete(id);
    if (hadFocus) (next?.querySelector("input, select") ?? this.table.parentElement).focus();
  }

  #write(member) {
    let row = this.#rows.get(member.id);
    if (!row) this.#rows.set(member.id, (row = this.#row(member)));
    for (const [place, column] of this.#columns.entries()) {
      const cell = row.cells[place];
      const value = member[column.key];
      if (column.edited && value !== undefined && value !== null) this.#editor(cell, member, column).take(value, this.#isShort);
      else this.#text(cell, column, value);
    }
  }

  #row(member) {
    const row = document.createElement("tr");
    row.dataset.member = member.pseudo;
    for (const column of this.#columns) {
      const cell = document.createElement(column === NAME ? "th" : "td");
      if (column === NAME) cell.scope = "row";
      cell.dataset.column = column.key;
      cell.classList.toggle("number", isNumber(column) && column !== NAME);
      row.append(cell);
    }
    return row;
  }

  #editor(cell, member, column) {
    if (cell.editor) return cell.editor;
    const save = (value) => this.save(member, column.key, value);
    cell.editor = new CellEditor({ column, pseudo: member.pseudo, save, tell: this.tell });
    cell.replaceChildren(cell.editor.node);
    return cell.editor;
  }

  #text(cell, column, value) {
    const text = written(column, value, this.#isShort);
    cell.editor = undefined;
    if (cell.textContent !== text) cell.textContent = text;
  }

  #place() {
    this.#isStale = this.body.contains(document.activeElement);
    if (this.#isStale && this.body.rows.length === this.#members.length) return;
    const rows = this.#sorted().map(({ id }) => this.#rows.get(id));
    rows.forEach((row, place) => this.body.rows[place] === row || this.body.insertBefore(row, this.body.rows[place] ?? null));
    this.#hide();
  }

  #hide() {
    for (const { id, pseudo } of this.#members) this.#rows.get(id).hidden = !fold(pseudo).includes(this.#filter);
    this.table.dispatchEvent(new Event("counted"));
  }

  #sorted() {
    const { key, isDescending } = this.#sorting;
    if (key === null) return this.#members;
    const column = this.#columns.find((one) => one.key === key);
    const shown = (value) => (column?.kind === "word" ? named(value) : value);
    return [...this.#members].sort((left, right) => {
      const [a, b] = [left[key] ?? null, right[key] ?? null];
      if (a === null || b === null) return (a === null) - (b === null);
      const compared = typeof a === "number" ? a - b : collator.compare(shown(a), shown(b));
      return isDescending ? -compared : compared;
    });
  }
}

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
export const counted = ({ shown, all }) => (shown === all ? "" : say(words.filtered, { shown, all }));
