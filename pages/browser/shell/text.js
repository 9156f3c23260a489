// The words of the page in the reader's language, and what the page was set up with. Fetches nothing.

export const element = (id) => document.getElementById(id);
// By name: those of the shell and those of the page.
export const words = JSON.parse(element("words").textContent);
export const setup = JSON.parse(element("setup").textContent);

// A sentence with its placeholders filled: say("Waits for {name}.", { name })
export const say = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Words are in French or English; numbers and dates in the reader's own kind of it.
const { lang } = document.documentElement;
export const language = navigator.languages.find((one) => one.startsWith(lang)) ?? lang;

// A part of an address as it was before it was one; as it stands, where somebody typed what is no encoding of anything.
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
