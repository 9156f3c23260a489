// The members table: columns picked from what the service offers, sorting, and values edited in place.

const KEPT = "pheromone:columns";
// Columns that are fields of the member; all others are of its resource rights.
const OF_MEMBER = new Set(["tdc", "travelTime", "rank", "rankOrder", "x", "y", "pseudo"]);
const EDITED = { coefficient: "number", adjustment: "choice", accumulatedRights: "number" };
const CHOICES = ["EXACT", "UP", "DOWN"];

export class Members {
  constructor({ table, picker, columns, words, format, onPick, onEdit }) {
    Object.assign(this, { table, picker, columns, words, format, onPick, onEdit });
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    const known = new Set(columns.map((column) => column.key));
    const usual = columns.filter((column) => column.visibleByDefault).map((column) => column.key);
    this.picked = new Set((Array.isArray(kept) ? kept : usual).filter((key) => known.has(key)));
    this.rows = [];
    this.sorting = { key: "pseudo", descending: false };
    this.#drawPicker();
  }

  // The variables with which the query of members asks for the picked columns.
  selection() {
    const asked = [...this.picked].filter((key) => key !== "pseudo").map((key) => [key, true]);
    return { ...Object.fromEntries(asked), rights: asked.some(([key]) => !OF_MEMBER.has(key)) };
  }

  show(members) {
    this.rows = members.map((member) => ({ ...member, ...member.resourceRights }));
    this.#draw();
  }

  #drawPicker() {
    const choices = this.columns.map((column) => {
      const label = document.createElement("label");
      label.title = column.description;
      const box = document.createElement("input");
      box.type = "checkbox";
      box.name = column.key;
      box.checked = this.picked.has(column.key);
      box.addEventListener("change", () => {
        if (box.checked) this.picked.add(column.key);
        else this.picked.delete(column.key);
        localStorage.setItem(KEPT, JSON.stringify([...this.picked]));
        this.onPick();
      });
      label.append(box, ` ${column.label}`);
      return label;
    });
    this.picker.replaceChildren(...choices);
  }

  #shown() {
    return this.columns.filter((column) => this.picked.has(column.key));
  }

  #draw() {
    // A redraw while somebody types would take the value out of their hands.
    const active = document.activeElement;
    if (this.table.contains(active) && active.matches("input")) {
      active.addEventListener("blur", () => this.#draw(), { once: true });
      return;
    }
    const head = document.createElement("tr");
    head.append(this.#headCell("pseudo", this.words.member));
    for (const column of this.#shown()) head.append(this.#headCell(column.key, column.label, column));
    this.table.tHead.replaceChildren(head);
    this.table.tBodies[0].replaceChildren(...this.#sorted().map((row) => this.#row(row)));
  }

  #headCell(key, label, column = null) {
    const cell = document.createElement("th");
    cell.scope = "col";
    const { key: sorted, descending } = this.sorting;
    cell.setAttribute("aria-sort", key !== sorted ? "none" : descending ? "descending" : "ascending");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    if (column) button.title = [column.description, column.unit && `(${column.unit})`].filter(Boolean).join(" ");
    button.addEventListener("click", () => {
      this.sorting = { key, descending: key === sorted ? !descending : key !== "pseudo" };
      this.#draw();
      this.table.tHead.querySelector(`[aria-sort$="ending"] button`)?.focus();
    });
    cell.append(button);
    return cell;
  }

  #sorted() {
    const { key, descending } = this.sorting;
    const order = (left, right) => {
      const [a, b] = [left[key] ?? null, right[key] ?? null];
      if (a === null || b === null) return (a === null) - (b === null);
      const compared = typeof a === "number" ? a - b : String(a).localeCompare(String(b), document.documentElement.lang);
      return descending ? -compared : compared;
    };
    return [...this.rows].sort(order);
  }

  #row(member) {
    const row = document.createElement("tr");
    row.dataset.member = member.pseudo;
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = member.pseudo;
    row.append(name);
    for (const column of this.#shown()) {
      const cell = document.createElement("td");
      cell.dataset.column = column.key;
      const value = member[column.key];
      if (EDITED[column.key] && value !== undefined && value !== null) cell.append(this.#editor(member, column, value));
      else cell.textContent = value === null || value === undefined ? this.words.none : this.#text(column, value);
      row.append(cell);
    }
    return row;
  }

  #text(column, value) {
    if (typeof value === "number") return this.format.number(value, Math.abs(value) < 10 ? 6 : 3);
    return /^\d{4}-\d\d-\d\dT/.test(value) ? this.format.date(new Date(value)) : this.words[value] ?? value;
  }

  #editor(member, column, value) {
    const choice = EDITED[column.key] === "choice";
    const field = document.createElement(choice ? "select" : "input");
    field.setAttribute("aria-label", `${column.label}, ${member.pseudo}`);
    if (choice) CHOICES.forEach((one) => field.append(new Option(this.words[one], one)));
    else Object.assign(field, { type: "number", step: "any", inputMode: "decimal" });
    field.value = value;
    field.addEventListener("change", async () => {
      const asked = choice ? field.value : Number(field.value);
      if (!choice && (field.value === "" || !Number.isFinite(asked))) return (field.value = value);
      field.disabled = true;
      if (!(await this.onEdit(member, column.key, asked))) field.value = value;
      field.disabled = false;
    });
    return field;
  }
}
