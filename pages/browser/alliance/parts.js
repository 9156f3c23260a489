// The parts of the page, of which one is shown: the one that the address names behind its #. A part is a section of the
// page whose id is `part-NAME`, and a link to `#NAME` in the list of parts; what opens it is registered here by its name.
import { element } from "../shell/text.js";
import { situation } from "./situation.js";

const openings = new Map();
const opened = new Set();

// `open` is called once the part is shown to somebody who may look into the alliance; again for who signs in next.
export function part(name, open) {
  openings.set(name, open);
}

export function show() {
  const name = openings.has(location.hash.slice(1)) ? location.hash.slice(1) : [...openings.keys()][0];
  for (const one of openings.keys()) element(`part-${one}`).hidden = one !== name;
  for (const link of element("parts").querySelectorAll("a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (!situation.isInside || opened.has(name)) return undefined;
  opened.add(name);
  return openings.get(name)();
}

export const forget = () => opened.clear();

addEventListener("hashchange", show);
