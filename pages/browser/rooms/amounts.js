// Quantities, days and names of orders and convoys in words. Asks nothing.
import * as format from "../shell/format.js";
import { language, say, setup, words } from "../shell/text.js";
import { make } from "./make.js";

export const evolution = (name) => (name ? setup.evolutions[name] : words.anything);

// "2 500 000 matériaux, 300 000 nourritures"; what there is none of is left out.
export function cargo({ materials, food }) {
  const parts = [materials && say(words.ofMaterials, { amount: format.number(materials) })];
  parts.push(food && say(words.ofFood, { amount: format.number(food) }));
  return parts.filter(Boolean).join(", ") || words.nothing;
}

// A day without an hour is the same day everywhere.
const days = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
export const day = (text) => (text ? days.format(new Date(text)) : "–");

// An instant, and how far away it is below.
export function instant(value) {
  return [make("time", { datetime: value }, format.date(value)), " ", make("small", {}, format.ago(value))];
}

export const late = (isLate) => isLate && make("strong", { class: "late" }, words.late);
