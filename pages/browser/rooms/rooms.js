// What the pages of an alliance have in common: who may see them, reading again when something happened. Draws none.
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
const { tag } = setup;
let room = null;
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
  if (session.name === null || room === null) return;
  try {
    const { data, errors = [] } = await ask(room.query, { tag, ...room.variables?.() });
    const isRefused = !data?.alliance || room.isRefused(data.alliance);
    element("room").hidden = isRefused;
    if (isRefused) return say(errors[0]?.message ?? (data?.alliance ? words.reserved : words.noAlliance));
    say(errors[0]?.message ?? "");
    room.show(data.alliance, data);
  } catch {
    // The line about the connection says so; `begun` reads again.
  }
}

function say(text) {
  if (element("refusal").textContent !== text) element("refusal").textContent = text;
}

let timer = null;
function readSoon() {
  clearTimeout(timer);
  timer = setTimeout(read, TOGETHER_MS);
}

async function start() {
  stops.splice(0).forEach((stop) => stop());
  element("room").hidden = true;
  if (session.name === null) return say("");
  const place = (await places()).find((one) => one.tag.toLowerCase() === tag.toLowerCase())?.viewerMember ?? null;
  const { open } = await ROOMS[setup.room]();
  room = open({ root: element("room"), tag, place, read });
  await read();
  stops = room.listens().map(([query, variables, onData = readSoon]) => live.listen(query, variables, onData));
}

element("heading").textContent = `${tag} – ${words[`tab_${setup.room}`]}`;
live.addEventListener("begun", read);
session.follow(start);
session.ready.then(() => session.name === null && notify(words.welcome));
