// The charts' part: a chosen period of the rights and of the production, who is picked out, the figures as a table.
import * as format from "../shell/format.js";
import { ask } from "../shell/graphql.js";
import { keep, kept } from "../shell/storage.js";
import { element, say, words } from "../shell/text.js";
import { canDraw, drawBars, drawCurves, drawSmall } from "./curve_chart.js";
import { showFigures } from "./figures.js";
import { gathered, situation } from "./situation.js";

const CURVES = `query Curves($tag: String!, $since: DateTime, $points: Int) {
  alliance(tag: $tag) {
    rightsCurves(since: $since, points: $points) {
      harvestAt halfHourlyProduction
      members { member { id pseudo } accumulatedRights }
    }
  }
}`;
const HOURS = { hours: 30, week: 168, month: 720, all: null };
const POINTS = 180;
const KEPT = "period";
const WIDE = matchMedia("(min-width: 70rem)");
const period = () => document.querySelector("#periods input:checked").value;

let curves = null;
let picked = null;
let charts = [];
let latest = 0;
const soon = gathered(() => load().catch(() => {}));

async function load() {
  if (!situation.administers) return;
  const asked = ++latest;
  const hours = HOURS[period()];
  const since = hours === null ? null : new Date(Math.floor(Date.now() / 60_000) * 60_000 - hours * 3_600_000).toISOString();
  const { data, errors } = await ask(CURVES, { tag: situation.tag, since, points: POINTS });
  if (asked !== latest) return;
  curves = data?.alliance?.rightsCurves ?? null;
  element("charts-problem").textContent = errors?.[0].message ?? "";
  offer();
  draw();
}

function offer() {
  const members = curves?.members.map(({ member }) => member) ?? [];
  if (!members.some(({ id }) => id === picked)) picked = situation.viewer?.id ?? members[0]?.id ?? null;
  const field = element("picked");
  if (document.activeElement === field && field.options.length === members.length) return;
  field.replaceChildren(...members.map(({ id, pseudo }) => new Option(pseudo, id, false, id === picked)));
}

function draw() {
  charts.splice(0).forEach((chart) => chart.destroy());
  const isEmpty = !curves?.harvestAt.length;
  element("no-history").hidden = !isEmpty || curves === null;
  element("charts").hidden = isEmpty;
  if (isEmpty) return;
  element("no-charts").hidden = canDraw();
  showFigures(curves);
  if (!canDraw()) return;
  const times = curves.harvestAt.map((at) => new Date(at).getTime() / 1000);
  const all = curves.members.map(({ member, accumulatedRights }) => ({ id: member.id, name: member.pseudo, values: accumulatedRights }));
  const one = all.find(({ id }) => id === picked);
  const ordered = [...all.filter((curve) => curve !== one), ...(one ? [one] : [])];
  element("accumulated").setAttribute("aria-label", label(words.accumulated, one));
  element("production").setAttribute("aria-label", label(words.production));
  charts.push(drawCurves(element("accumulated"), times, ordered, one?.name, (at, name) => readCurves(ordered, one, at, name)));
  charts.push(drawBars(element("production"), times, curves.halfHourlyProduction, readProduction));
  readCurves(ordered, one, null, null);
  readProduction(null);
  drawSmalls(times, all);
}

function label(title, one) {
  const [from, to] = [format.date(curves.harvestAt[0]), format.date(curves.harvestAt.at(-1))];
  return say(one ? words.chartOfMember : words.chart, { title, from, to, member: one?.name });
}

// The values under the pointer; without one, the newest.
function readCurves(all, one, at, name) {
  const place = at ?? curves.harvestAt.length - 1;
  const other = name !== one?.name && all.find((curve) => curve.name === name);
  const said = [one, other].filter(Boolean).map((curve) => `${curve.name}\u00a0: ${amount(curve.values[place])}`);
  element("accumulated-read").textContent = [format.date(curves.harvestAt[place]), ...said].join(" · ");
}

function readProduction(at) {
  const place = at ?? curves.harvestAt.length - 1;
  const value = amount(curves.halfHourlyProduction[place]);
  element("production-read").textContent = `${format.date(curves.harvestAt[place])} · ${value}`;
}

const amount = (value) => (value === null ? words.none : format.number(value, 0));

function drawSmalls(times, all) {
  const place = element("smalls");
  place.replaceChildren();
  if (!WIDE.matches || all.length < 2) return;
  const values = all.flatMap((curve) => curve.values).filter((value) => value !== null);
  const scale = [Math.min(0, ...values), Math.max(0, ...values) || 1];
  for (const curve of all) {
    const small = document.createElement("div");
    small.className = "small";
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.setAttribute("aria-pressed", String(curve.id === picked));
    button.dataset.member = curve.id;
    const last = curve.values.findLast((value) => value !== null);
    button.append(span(curve.name), span(last === undefined ? words.none : format.short(last), "muted"));
    const drawing = document.createElement("div");
    drawing.setAttribute("aria-hidden", "true");
    small.append(button, drawing);
    place.append(small);
    charts.push(drawSmall(drawing, times, curve.values, scale, curve.id === picked));
  }
}

const span = (text, className = "") => Object.assign(document.createElement("span"), { textContent: text, className });

function pick(id) {
  picked = id;
  element("picked").value = id;
  draw();
}

export async function openCharts() {
  latest += 1;
  curves = null;
  draw();
  element("charts-closed").hidden = situation.administers;
  element("charts-open").hidden = !situation.administers;
  if (situation.administers) await load();
}

const chosen = kept(KEPT, "hours", (value) => value in HOURS);
document.querySelector(`#periods input[value="${chosen}"]`).checked = true;
element("periods").addEventListener("change", () => {
  keep(KEPT, period());
  soon();
});
element("picked").addEventListener("change", ({ target }) => pick(target.value));
element("smalls").addEventListener("click", ({ target }) => {
  const id = target.closest(".small")?.firstElementChild.dataset.member;
  if (!id) return;
  pick(id);
  element("smalls").querySelector(`[data-member="${CSS.escape(id)}"]`)?.focus();
});
WIDE.addEventListener("change", () => curves && draw());
for (const media of ["(prefers-color-scheme: dark)", "print"]) {
  matchMedia(media).addEventListener("change", () => curves && draw());
}
new MutationObserver(() => curves && draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
situation.addEventListener("rights", soon);
