// The rows of a table, drawn again cell by cell: what did not change stays, as do focus and what is being typed. Each
// act of a row says at the row what was refused. Asks nothing by itself.
import { Refused } from "../shell/graphql.js";
import { words } from "../shell/text.js";
import { make } from "./make.js";

const isTyped = (node) => node instanceof HTMLInputElement || node instanceof HTMLSelectElement;

export class Rows {
  #faults = new Map();
  #items = [];

  // key(item) names its row; draw(item) gives its cells, the last of which has its acts; acts: by name, what a button
  // or select with that `data-act` does: (item, row, control) => a promise, which may throw Refused.
  constructor({ body, heading }, { key, draw, acts = {}, mark = () => "" }) {
    Object.assign(this, { body, heading, key, draw, acts, mark });
    body.addEventListener("click", ({ target }) => this.#act(target.closest("button[data-act]")));
    body.addEventListener("change", ({ target }) => this.#act(target.closest("select[data-act]")));
    body.addEventListener("focusout", () => this.isStale && queueMicrotask(() => this.show(this.#items)));
  }

  get items() {
    return this.#items;
  }

  show(items) {
    this.#items = items;
    this.isStale = false;
    const at = [...this.body.rows].findIndex((row) => row.contains(document.activeElement));
    const before = new Map([...this.body.rows].map((row) => [row.dataset.key, row]));
    const rows = items.map((item) => {
      const key = String(this.key(item));
      const row = before.get(key) ?? make("tr", { "data-key": key });
      row.item = item;
      row.className = this.mark(item);
      this.#redraw(row);
      return row;
    });
    if (rows.length !== this.body.rows.length || rows.some((row, place) => this.body.rows[place] !== row)) this.#place(rows);
    if (at >= 0 && !this.body.contains(document.activeElement)) this.#focus(at);
  }

  // Moves rows past those that stay, so that what has the focus is never taken out.
  #place(rows) {
    const staying = new Set(rows);
    [...this.body.rows].forEach((row) => staying.has(row) || row.remove());
    rows.forEach((row, place) => {
      const there = this.body.rows[place];
      if (there === row) return;
      if (there?.contains(document.activeElement) && rows.indexOf(there) > place) return this.body.insertBefore(row, there);
      this.body.insertBefore(row, there ?? null);
    });
  }

  #focus(at) {
    const row = this.body.rows[Math.min(at, this.body.rows.length - 1)];
    (row?.querySelector("button:enabled, select:enabled") ?? this.heading).focus();
  }

  #redraw(row) {
    const cells = this.draw(row.item);
    // On a phone rows stand as cards: roles say what they are still, and each cell what it is of.
    row.setAttribute("role", "row");
    const heads = this.body.parentNode.tHead.rows[0].cells;
    cells.forEach((cell, place) => {
      cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
      if (cells.length === heads.length) cell.dataset.label = heads[place].textContent;
    });
    const fault = this.#faults.get(row.dataset.key);
    if (fault) cells.at(-1).append(make("p", { class: "error", role: "alert" }, fault));
    if (row.cells.length !== cells.length) return row.replaceChildren(...cells);
    cells.forEach((cell, place) => this.#replace(row.cells[place], cell));
  }

  #replace(old, cell) {
    const busy = old.querySelector("[data-act][aria-busy]");
    if (busy) twin(cell, busy)?.setAttribute("aria-busy", "true");
    if (old.isEqualNode(cell)) return;
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    if (active && isTyped(active) && !fault(cell)) return (this.isStale = true);
    old.replaceWith(cell);
    if (active) cell.querySelector(`[data-act="${active.dataset.act}"], [name="${active.name}"]`)?.focus();
  }

  async #act(control) {
    const row = control?.closest("tr");
    if (!row || !this.acts[control.dataset.act] || control.getAttribute("aria-busy")) return;
    control.setAttribute("aria-busy", "true");
    this.#faults.delete(row.dataset.key);
    try {
      await this.acts[control.dataset.act](row.item, row, control);
    } catch (problem) {
      this.#faults.set(row.dataset.key, problem instanceof Refused ? problem.message : words.unreachable);
      row.querySelector(`[name="${problem.field}"]`)?.focus();
    }
    for (const one of [control, twin(row, control)]) one?.removeAttribute("aria-busy");
    this.show(this.#items);
  }
}

// The control in `place` that does what `control` did before it was drawn again.
const twin = (place, { dataset: { act, member } }) =>
  [...place.querySelectorAll(`[data-act="${act}"]`)].find((one) => one.dataset.member === member);
const fault = (cell) => cell.querySelector('[role="alert"]');
