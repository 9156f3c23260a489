// What the pages of an alliance have in common: who may see them, reading again when something happened, when time has
// made what they show another, and when somebody comes back to them. Draws none.
import { ask } from "../shell/graphql.js";
import { live } from "../shell/live.js";
import { notify } from "../shell/notice.js";
import { places } from "../shell/places.js";
import { session } from "../shell/session.js";
import { element, setup, words } from "../shell/text.js";

const ROOMS = {
  plan: () => import("./plan.js"),
  orders: () => import("./orders.js"),
  hostings: () => import("./hostings.js"),
  history: () => import("./history.js"),
  own: () => import("./own.js"),
};
const TOGETHER_MS = 150;
const MINUTE_MS = 60_000;
// Who looks away for a moment only has missed nothing that events did not tell.
const FRESH_MS = 10_000;
// After a moment that all pages wait for: they do not come at once.
const SPREAD_MS = 8000;
const { tag } = setup;
let room = null;
let shown = null;
let reading = null;
let isAskedAgain = false;
let stops = [];

// One reading at a time; whatever happens meanwhile is read by one more.
function read() {
  isAskedAgain = reading !== null;
  reading ??= readOnce().finally(() => {
    reading = null;
    if (isAskedAgain) read();
  });
  return reading;
}

async function readOnce() {
  const reader = session.name;
  if (reader === null || room === null) return;
  try {
    const { data, errors = [] } = await ask(room.query, { tag, ...room.variables?.() });
    if (session.name !== reader) return; // It is not for whoever is here now, if anybody.
    const isRefused = !data?.alliance || room.isRefused(data.alliance);
    element("room").hidden = isRefused;
    shown = isRefused ? null : { alliance: data.alliance, at: Date.now() };
    const { retryAfter } = errors[0]?.extensions ?? {};
    readLater(retryAfter ? [Date.now() + retryAfter * 1000] : room.changes?.(data?.alliance ?? null) ?? []);
    if (isRefused) return say(errors[0]?.message ?? (data?.alliance ? words.reserved : words.noAlliance));
    say(errors[0]?.message ?? "");
    draw();
  } catch {
    // The line about the connection says so; `begun` reads again.
  }
}

function say(text) {
  if (element("refusal").textContent !== text) element("refusal").textContent = text;
}

const draw = () => shown && room.show(shown.alliance, shown.at);

let timer = null;
function readSoon() {
  clearTimeout(timer);
  timer = setTimeout(read, TOGETHER_MS);
}

// Reads once the first of these moments is over, as far as somebody looks; by a clock that is ahead, all of them are.
let due = null;
function readLater(moments) {
  clearTimeout(due);
  const waits = moments.filter(Boolean).map((at) => new Date(at).getTime() - Date.now());
  const wait = Math.max(Math.min(...waits), MINUTE_MS / 2) + Math.random() * SPREAD_MS;
  if (waits.length > 0) due = setTimeout(() => document.hidden || read(), wait);
}

function lookAgain() {
  if (!document.hidden && shown !== null && Date.now() - shown.at > FRESH_MS) read();
}

async function start() {
  stops.splice(0).forEach((stop) => stop());
  clearTimeout(due);
  shown = null;
  element("room").hidden = true;
  const reader = session.name;
  if (reader === null) return say("");
  const place = (await places()).find((one) => one.tag.toLowerCase() === tag.toLowerCase())?.viewerMember ?? null;
  const { open } = await ROOMS[setup.room]();
  if (session.name !== reader) return;
  room = open({ root: element("room"), tag, place, read });
  await read();
  if (session.name !== reader) return;
  stops = room.listens().map(([query, variables]) => live.listen(query, variables, readSoon));
}

element("heading").textContent = `${tag} – ${words[`tab_${setup.room}`]}`;
live.addEventListener("begun", read);
document.addEventListener("visibilitychange", lookAgain);
// How far away an instant is, is said anew as time goes by.
setInterval(() => document.hidden || draw(), MINUTE_MS);
session.follow(start);
session.ready.then(() => session.name === null && notify(words.welcome));
