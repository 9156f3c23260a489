// Asks before what cannot be taken back, in a dialog that keeps the keyboard. Does nothing by itself.
import { words } from "../shell/text.js";
import { make } from "./make.js";

// Fulfilled with what was typed (or "" where nothing is to be typed), or with null where the reader turned back.
// `typed`: the label of a field to fill in, which `expected`, where given, must match word for word.
export function confirmed(question, yes, { typed = null, expected = null, value = null } = {}) {
  const input = typed && make("input", { autocomplete: "off", spellcheck: "false", size: "40" });
  if (value !== null) Object.assign(input, { value, readOnly: true });
  const accept = make("button", { class: "main", value: "yes" }, yes);
  const form = make(
    "form", { method: "dialog" }, make("p", { id: "question" }, question), input && make("label", {}, typed, input),
    make("p", { class: "tools" }, accept, make("button", { value: "", formnovalidate: true }, words.turnBack)),
  );
  const dialog = make("dialog", { class: "panel", "aria-labelledby": "question" }, form);
  if (expected !== null) {
    accept.disabled = true;
    input.addEventListener("input", () => (accept.disabled = input.value.trim() !== expected));
  }
  const before = document.activeElement;
  document.querySelector("main").append(dialog);
  dialog.showModal();
  if (value !== null) input.select();
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus();
      done(dialog.returnValue === "yes" ? (input?.value.trim() ?? "") : null);
    });
  });
}
