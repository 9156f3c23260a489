// The first page: the viewer's alliances before the others. places.js reads them.
import { places } from "../shell/places.js";
import { session } from "../shell/session.js";
import { element, words } from "../shell/text.js";

function entry({ tag, name, viewerMember }) {
  const item = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: `/alliances/${encodeURIComponent(tag)}` });
  const part = (kind, text) => Object.assign(document.createElement(kind), { textContent: text });
  const place = viewerMember ? (viewerMember.canAdminister ? words.administrator : words.member) : "";
  link.append(part("b", tag), part("span", name), part("small", place));
  item.append(link);
  return item;
}

function list(id, alliances) {
  element(id).hidden = alliances.length === 0;
  element(id).querySelector("ul").replaceChildren(...alliances.map(entry));
}

async function show() {
  const found = await places();
  element("welcome").hidden = session.name !== null;
  list("own", found.filter(({ isOwn }) => isOwn));
  list("others", found.filter(({ isOwn }) => !isOwn));
}

session.follow(show);
