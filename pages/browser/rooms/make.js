// Elements, each in one expression. Knows no page and no word.

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

// A button that a table hears by its act (see rows.js).
export const button = (act, text, about, attributes = {}) =>
  make("button", { type: "button", "data-act": act, "aria-label": about ? `${text}, ${about}` : null, ...attributes }, text);

// An empty table below a heading, which scrolls by itself where it is too wide. heads: [text, is it of numbers].
// `isTold: false` keeps the heading for who does not see the page, where its first heading says the same.
export function table(id, title, heads, { isTold = true } = {}) {
  const head = heads.map(([text, isNumber]) => make("th", { scope: "col", role: "columnheader", class: isNumber ? "number" : null }, text));
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
