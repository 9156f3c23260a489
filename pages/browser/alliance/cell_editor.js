// One value that is edited in its cell. What the reader holds in hand is never taken away: neither by an answer, nor by
// what somebody else changed meanwhile; what is wrong is said at the cell, and the value typed stays there.
import { say, words } from "../shell/text.js";
import { CHOICES, named, written } from "./columns.js";
import { readNumber, writeNumber } from "./typed_number.js";

const SAVED_MS = 4000;
let numbered = 0;

export class CellEditor {
  #saved;
  #isTyped = false;
  #byArrow = false;
  #sending = Promise.resolve();
  #isShort = false;

  // save(value) gives the value as it is kept, or throws what is said at the cell. tell(text) says it aloud.
  constructor({ column, pseudo, save, tell }) {
    Object.assign(this, { column, pseudo, save, tell });
    this.isChoice = column.edited === "choice";
    this.node = document.createElement("div");
    this.node.className = "editor";
    this.field = this.isChoice ? choices() : entry();
    this.note = document.createElement("span");
    this.note.className = "cell-note";
    this.note.id = `note-${++numbered}`;
    this.print = document.createElement("span");
    this.print.className = "as-text";
    this.print.setAttribute("aria-hidden", "true");
    this.field.setAttribute("aria-label", `${column.label}, ${pseudo}`);
    this.field.setAttribute("aria-describedby", this.note.id);
    this.node.append(this.field, this.note, this.print);
    this.#listen();
  }

  // Whether it is what the service last said, and nobody is at it.
  get isHeld() {
    return this.#isTyped || this.node.dataset.state === "saving" || (this.isChoice && document.activeElement === this.field);
  }

  // What the service says now.
  take(value, isShort) {
    const changed = this.#saved !== undefined && value !== this.#saved;
    const isHeld = this.isHeld;
    this.#saved = value;
    this.#isShort = isShort;
    if (!isHeld) return this.#write();
    if (changed && this.node.dataset.state !== "saving") this.#show("conflict", say(words.changedMeanwhile, { value: this.#text() }));
  }

  // The value as the service has it again.
  restore() {
    this.#isTyped = false;
    this.#show("", "");
    this.#write();
  }

  // Saves what was typed, one after the other; the field stays open and keeps its focus.
  commit() {
    if (this.#isTyped) this.#sending = this.#sending.then(() => this.#send());
    return this.#sending;
  }

  async #send() {
    if (!this.#isTyped) return;
    const asked = this.field.value;
    const value = this.isChoice ? asked : readNumber(asked);
    if (value === undefined) return this.#fail(words.noNumber);
    if (value === this.#saved) return this.restore();
    this.#show("saving", words.saving);
    try {
      this.#saved = await this.save(value);
    } catch (problem) {
      return this.#fail(problem.code ? problem.message : words.notSaved);
    }
    if (this.field.value === asked) {
      this.#isTyped = false;
      this.#write();
    }
    this.#show("saved", words.saved);
    this.tell(say(words.savedAt, { column: this.column.label, member: this.pseudo }));
    setTimeout(() => this.node.dataset.state === "saved" && this.#show("", ""), SAVED_MS);
  }

  #fail(message) {
    this.#show("error", message);
    this.note.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.tell(say(words.refusedAt, { column: this.column.label, member: this.pseudo, message }));
  }

  #show(state, text) {
    this.node.dataset.state = state;
    this.note.textContent = text;
    if (state === "error") this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  #text() {
    return written(this.column, this.#saved, this.#isShort);
  }

  #write() {
    this.print.textContent = this.#text();
    const isActive = document.activeElement === this.field;
    const text = this.isChoice ? this.#saved : isActive ? writeNumber(this.#saved) : this.#text();
    if (this.field.value === text) return;
    this.field.value = text;
    if (isActive && !this.isChoice) this.field.select();
  }

  #listen() {
    const { field } = this;
    field.addEventListener("input", () => {
      this.#isTyped = true;
      if (this.node.dataset.state === "error") this.#show("", "");
    });
    field.addEventListener("focus", () => {
      if (this.isChoice || this.#isTyped) return;
      field.value = writeNumber(this.#saved);
      field.select();
    });
    field.addEventListener("blur", () => this.#leave());
    if (!this.isChoice) return;
    // Whoever walks through the choices with the arrows has not chosen yet: that is saved when they leave, or by Enter.
    field.addEventListener("keydown", ({ key }) => (this.#byArrow = key.startsWith("Arrow")));
    field.addEventListener("pointerdown", () => (this.#byArrow = false));
    field.addEventListener("change", () => this.#byArrow || this.commit());
  }

  #leave() {
    if (this.#isTyped) return this.node.dataset.state === "error" ? undefined : this.commit();
    if (this.node.dataset.state === "conflict") this.#show("", "");
    this.#write();
  }
}

function entry() {
  const field = document.createElement("input");
  Object.assign(field, { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false });
  return field;
}

function choices() {
  const field = document.createElement("select");
  CHOICES.forEach((one) => field.append(new Option(named(one), one)));
  return field;
}
