// Numbers, dates, durations and shares as the reader writes them. Knows no column.
import { language } from "./text.js";

const cached = new Map();
function of(Kind, options) {
  const key = Kind.name + JSON.stringify(options);
  if (!cached.has(key)) cached.set(key, new Kind(language, options));
  return cached.get(key);
}

// 1 234 567,891
export const number = (value, digits = 3) => of(Intl.NumberFormat, { maximumFractionDigits: digits }).format(value);
// 1,2 M
export const short = (value, digits = 1) =>
  of(Intl.NumberFormat, { notation: "compact", maximumFractionDigits: digits }).format(value);
// A share of one as 6,44 %
export const percent = (value, digits = 2) =>
  of(Intl.NumberFormat, { style: "percent", maximumFractionDigits: digits }).format(value);
// 21/11/2026 20:30, of a Date, milliseconds or an ISO text.
export const date = (value) => of(Intl.DateTimeFormat, { dateStyle: "short", timeStyle: "short" }).format(new Date(value));
export const time = (value) => of(Intl.DateTimeFormat, { timeStyle: "short" }).format(new Date(value));
export const day = (value) => of(Intl.DateTimeFormat, { dateStyle: "medium" }).format(new Date(value));

const PARTS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
// Seconds in their two largest units: 3 j 20 h.
export function duration(seconds) {
  let left = Math.round(seconds);
  const parts = PARTS.map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return [unit, count];
  });
  const first = parts.findIndex(([, count]) => count > 0);
  const shown = first < 0 ? [["second", 0]] : parts.slice(first, first + 2).filter(([, count]) => count > 0);
  return shown.map(([unit, count]) => of(Intl.NumberFormat, { style: "unit", unit, unitDisplay: "narrow" }).format(count)).join(" ");
}

// "in 12 minutes", "3 days ago": of a moment, as seen now.
export function ago(value, now = Date.now()) {
  const seconds = (new Date(value).getTime() - now) / 1000;
  const [unit, size] = PARTS.find(([, one]) => Math.abs(seconds) >= one) ?? PARTS.at(-1);
  return of(Intl.RelativeTimeFormat, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}
