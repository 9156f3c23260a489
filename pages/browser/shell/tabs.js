// The pages of one alliance, as links in a page's `<nav id="tabs">`: those that are there for the viewer's place in it.
import { places } from "./places.js";
import { decoded, element, setup, words } from "./text.js";

const ANYBODY = () => true;
const ADMINISTRATOR = (place) => place?.canAdminister;
const MEMBER = (place) => place !== null;
const TABS = [
  ["", words.tab_members, ANYBODY],
  ["/plan", words.tab_plan, ADMINISTRATOR],
  ["/orders", words.tab_orders, ANYBODY],
  ["/hostings", words.tab_hostings, ANYBODY],
  ["/history", words.tab_history, ADMINISTRATOR],
  ["/own", words.tab_own, MEMBER],
];

export const addressOf = (tag, room = "") => `/alliances/${encodeURIComponent(tag)}${room}`;

export async function showTabs() {
  const nav = element("tabs");
  if (!nav) return;
  const found = (await places()).find(({ tag }) => tag.toLowerCase() === setup.tag.toLowerCase());
  const here = decoded(location.pathname);
  nav.hidden = !found;
  const links = TABS.filter(([, , isFor]) => isFor(found?.viewerMember ?? null)).map(([room, name]) => {
    const link = Object.assign(document.createElement("a"), { href: addressOf(setup.tag, room), textContent: name });
    if (decoded(link.pathname) === here) link.setAttribute("aria-current", "page");
    return link;
  });
  nav.replaceChildren(...links);
}
