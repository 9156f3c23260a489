// Elements, each in one expression. Knows no page and no word.
import * as format from "../shell/format.js";

// Attributes by their names; `true` sets one without a value, false, null and undefined none. Children: nodes or text.
export function make(kind, attributes = {}, ...children) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const cell = (...children) => make("td", {}, ...children);
export const number = (text) => make("td", { class: "number" }, text);
// How much of something; nothing of it is no figure.
export const amount = (value) => number(value ? format.number(value) : "–");

// A button that a table hears by its act (see rows.js).
export const button = (act, text, about, attributes = {}) =>
  make("button", { type: "button", "data-act": act, "aria-label": about ? `${text}, ${about}` : null, ...attributes }, text);

// An empty table below a heading, which scrolls by itself where it is too wide. heads: [text, class], "number" for those
// of numbers, "acts" for those of what can be done.
// `isTold: false` keeps the heading for who does not see the page, where its first heading says the same.
export function table(id, title, heads, { isTold = true } = {}) {
  const head = heads.map(([text, kind]) => make("th", { scope: "col", role: "columnheader", class: kind }, text));
  const body = make("tbody", { role: "rowgroup" });
  const heading = make("h2", { id: `${id}-title`, tabindex: "-1", class: isTold ? null : "heard" }, title);
  const whole = make("table", { id, role: "table" }, make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, head)), body);
  const scroll = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-labelledby": heading.id }, whole);
  return { body, heading, section: make("section", {}, heading, scroll) };
}

// A field with its label, found by its name.
export function field(name, label, input) {
  input.name = name;
  return make("label", {}, label, input);
}
