// What the page knows of the table's columns: how each is asked for, written and edited, and which the reader chose.
// Draws nothing.
import * as format from "../shell/format.js";
import { keep, kept } from "../shell/storage.js";
import { language, words } from "../shell/text.js";

export const COLUMNS = `query Columns {
  memberColumns { key label description unit visibleByDefault requiresAdministration }
}`;
const KEPT = "columns";
const KEPT_SIZE = "numbers";
// Fields of the member; all others are of its resource rights.
const OF_MEMBER = new Set(["tdc", "travelTime", "rank", "rankOrder"]);
const KINDS = {
  nextTdpEvolution: "word", adjustment: "word", rank: "text", lastUpdatedAt: "date",
  nextTdpBaseTime: "duration", travelTime: "duration", costTimeRatio: "rate", coefficient: "rate", rankOrder: "rate",
  baseShare: "share", shareWithCoefficient: "share", adjustedShare: "share",
};
const UNITS = { duration: words.unitDuration, share: "%" };
const EDITED = { coefficient: "number", adjustment: "choice", accumulatedRights: "number" };
export const CHOICES = ["EXACT", "UP", "DOWN"];
const NAMES = {
  EXACT: words.EXACT, UP: words.UP, DOWN: words.DOWN,
  COUVEUSE: words.COUVEUSE, SOLARIUM: words.SOLARIUM, LABORATOIRE: words.LABORATOIRE,
};
// The word for a value of an enum.
export const named = (value) => NAMES[value] ?? value;

const two = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const WRITTEN = {
  amount: (value, isShort) => (isShort ? format.short(value, 2) : format.number(value, 0)),
  rate: (value) => format.number(value, 2),
  share: (value) => two.format(value * 100),
  duration: (value) => format.duration(value),
  date: (value) => format.date(value),
  word: named,
  text: (value) => value,
};

// A column of the service's, with what the page adds: `kind`, `unit` as it is written here, how it is edited.
export function known(column) {
  const kind = KINDS[column.key] ?? "amount";
  return { ...column, kind, unit: UNITS[kind] ?? column.unit, edited: EDITED[column.key], isOfMember: OF_MEMBER.has(column.key) };
}

export const isNumber = ({ kind }) => !["word", "text"].includes(kind);

// The value as the cell shows it.
export function written(column, value, isShort) {
  return value === null || value === undefined || value === "" ? words.none : WRITTEN[column.kind](value, isShort);
}

// Which columns are shown and how numbers are written; chosen by the reader and kept on this device.
export class Choice extends EventTarget {
  constructor(columns) {
    super();
    this.columns = columns;
    const keys = new Set(columns.map(({ key }) => key));
    const usual = columns.filter((column) => column.visibleByDefault).map(({ key }) => key);
    const picked = kept(KEPT, usual, (value) => Array.isArray(value));
    this.picked = new Set(picked.filter((key) => keys.has(key)));
    this.isShort = kept(KEPT_SIZE, "full") === "short";
  }

  get shown() {
    return this.columns.filter(({ key }) => this.picked.has(key));
  }

  // The variables with which the query of members asks for the columns that are shown.
  get variables() {
    const asked = this.shown.map(({ key }) => [key, true]);
    return { ...Object.fromEntries(asked), rights: this.shown.some(({ isOfMember }) => !isOfMember) };
  }

  pick(key, isPicked) {
    if (isPicked) this.picked.add(key);
    else this.picked.delete(key);
    keep(KEPT, [...this.picked]);
    this.dispatchEvent(new Event("columns"));
  }

  shorten(isShort) {
    this.isShort = isShort;
    keep(KEPT_SIZE, isShort ? "short" : "full");
    this.dispatchEvent(new Event("numbers"));
  }
}
