// The account's characters, and the form for another one. Sends nothing.
import { element, words } from "../shell/text.js";

const STATES = { WAITING: words.waiting, APPROVED: words.approved, REFUSED: words.refused };

const part = (kind, text, name = "") => Object.assign(document.createElement(kind), { textContent: text, className: name });

function entry({ name, isAlive, state, faction, clan }) {
  const item = document.createElement("li");
  const from = [faction?.name, clan?.name].filter(Boolean).join(", ");
  item.append(part("b", name), part("span", from), part("span", isAlive ? STATES[state] : words.dead, "muted"));
  return item;
}

function offer(select, rows) {
  const options = rows.filter(({ isActive }) => isActive).map(({ id, name }) => new Option(name, id));
  select.replaceChildren(new Option("–", ""), ...options);
}

export function showCharacters(characters, factions, clans) {
  element("characters").replaceChildren(...characters.map(entry));
  element("no-characters").hidden = characters.length > 0;
  const { factionId, clanId } = element("character").elements;
  offer(factionId, factions);
  const offerClans = () => offer(clanId, clans.filter(({ faction }) => !factionId.value || !faction || faction.id === factionId.value));
  factionId.onchange = offerClans;
  offerClans();
}
