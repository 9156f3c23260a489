// Numbers as people type them, in French or English: 1 234,5 and 1,234.5 and 1,2 M. Writes them back for editing.
import { language } from "../shell/text.js";

const TIMES = { "": 1, k: 1e3, m: 1e6, g: 1e9 };
const plain = new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 6 });
const hasDecimalComma = plain.format(0.5).includes(",");

// Undefined for what is no number.
export function readNumber(text) {
  let bare = text.replace(/[\s\u00a0\u202f']/g, "").replace("\u2212", "-").toLowerCase();
  // Where the comma parts thousands, it does so before three digits alone.
  if (!hasDecimalComma) bare = bare.replace(/,(?=\d{3}(?!\d))/g, "");
  const [, digits, unit] = /^([-+]?\d*(?:[.,]\d+|\d)\.?)([kmg]?)%?$/.exec(bare) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits.replace(",", ".")) * TIMES[unit];
  return Number.isFinite(value) ? value : undefined;
}

export const writeNumber = (value) => plain.format(value);
