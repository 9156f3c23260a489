// What needs doing first, above all else: a harvest that is blocked and for whom, the next one, orders that wait.
import * as format from "../shell/format.js";
import { element, language, say, words } from "../shell/text.js";
import { situation } from "./situation.js";

const LOOK_MS = 20_000;
const list = new Intl.ListFormat(language, { type: "conjunction" });

function show() {
  const { alliance, isInside } = situation;
  element("first").hidden = !isInside;
  if (!isInside) return;
  showBlocked(alliance.harvests.edges.map(({ node }) => node));
  showOrders(alliance.orders);
  showNext();
}

// Newest first: those that were blocked since the last one that was applied.
function showBlocked(harvests) {
  const applied = harvests.findIndex(({ outcome }) => outcome !== "BLOCKED");
  const blocked = applied < 0 ? harvests : harvests.slice(0, applied);
  element("blocked").hidden = !blocked.length;
  if (!blocked.length) return;
  element("blocked-since").textContent = say(words.blockedSince, { at: format.date(blocked.at(-1).harvestAt), count: blocked.length });
  element("blocked-by").textContent = say(words.blockedBy, { pseudos: list.format(blocked[0].missingCensus) });
}

function showNext() {
  const at = situation.alliance?.nextHarvestAt;
  const isPast = at && new Date(at) <= new Date();
  element("harvest").textContent = !at
    ? words.unknownHarvest
    : say(isPast ? words.dueHarvest : words.nextHarvest, { at: format.date(at), ago: format.ago(at) });
}

function showOrders(orders) {
  const of = (state) => orders.filter(({ status }) => status === state).length;
  const counts = [[of("NEW"), words.ordersNew], [of("WAITING"), words.ordersWaiting], [of("IN_PROGRESS"), words.ordersInProgress]];
  const late = orders.filter(({ isLate }) => isLate).length;
  const states = list.format(counts.filter(([count]) => count).map(([count, text]) => say(text, { count })));
  const said = late ? say(words.ordersLate, { said: states, count: late }) : states;
  element("waiting").textContent = orders.length ? say(words.orders, { said }) : words.noOrders;
  element("waiting").classList.toggle("late", late > 0);
}

situation.addEventListener("changed", show);
setInterval(showNext, LOOK_MS);
