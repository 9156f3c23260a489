// The game's member table as people paste it: lines of cells, read into members and into what is wrong, by line.
import { words, say } from "../shell/text.js";

const HEADS = {
  pseudo: /^(pseudo|joueur|membre|nom|player|member|name)$/,
  tdc: /^(tdc|terrain( de chasse)?|hunting ground|terrain.*cm.*)$/,
  x: /^x$/,
  y: /^y$/,
  playerId: /^(id|num[eé]ro|player ?id)$/,
};
const MOST_TDC = 1e12;
const NUMBER = /^-?\d{1,3}(?:[\s\u00a0\u202f.,]\d{3})+$|^-?\d+$/;
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const digits = (text) => (NUMBER.test(text) ? Number(text.replace(/[^\d-]/g, "")) : undefined);

// { members: [{ line, pseudo, tdc, … }], problems: [{ line, message }] }
export function readTable(text) {
  const lines = text.split(/\r?\n/).map((line, place) => ({ line: place + 1, cells: cellsOf(line) })).filter(({ cells }) => cells.length);
  const heads = lines.length ? headsOf(lines[0].cells) : null;
  const seen = new Map();
  const [members, problems] = [[], []];
  for (const { line, cells } of heads ? lines.slice(1) : lines) {
    const member = { line, ...(heads ? byHeads(cells, heads) : byPlace(cells)) };
    const message = wrong(member, seen);
    if (message) problems.push({ line, message });
    else members.push(member);
    if (member.pseudo) seen.set(fold(member.pseudo), seen.get(fold(member.pseudo)) ?? line);
  }
  return { members, problems };
}

function cellsOf(line) {
  const cells = part(line).map((cell) => cell.trim().replace(/\s*cm²?$/, ""));
  return cells.some(Boolean) ? cells : [];
}

// By tabs, semicolons or wide gaps; else it is a name and one number, whose thousands may be parted by spaces.
function part(line) {
  const sign = ["\t", ";"].find((one) => line.includes(one));
  if (sign) return line.split(sign);
  if (/\S\s{2,}\S/.test(line)) return line.trim().split(/\s{2,}/);
  return /^(.*?\S)\s+(\d[\d\s\u00a0\u202f]*)$/.exec(line.trim())?.slice(1) ?? [line];
}

function headsOf(cells) {
  const found = cells.map((cell) => Object.keys(HEADS).find((name) => HEADS[name].test(cell.toLowerCase())));
  return found.includes("pseudo") && found.includes("tdc") ? found : null;
}

function byHeads(cells, heads) {
  const member = Object.fromEntries(heads.flatMap((name, place) => (name ? [[name, cells[place] ?? ""]] : [])));
  const numbers = ["tdc", "x", "y", "playerId"].flatMap((name) => (digits(member[name] ?? "") === undefined ? [] : [[name, digits(member[name])]]));
  return { pseudo: member.pseudo, ...Object.fromEntries(numbers) };
}

// Without heads: the first cell that is no number is the name, the first number after it the hunting ground, then x, y.
function byPlace(cells) {
  const place = cells.findIndex((cell) => cell && digits(cell) === undefined);
  const [tdc, x, y] = cells.slice(place + 1).map(digits).filter((value) => value !== undefined);
  return { pseudo: place < 0 ? "" : cells[place], tdc, ...(y !== undefined && { x, y }) };
}

function wrong({ line, pseudo, tdc }, seen) {
  if (!pseudo) return words.lineNoName;
  if (pseudo.length > 100 || pseudo.includes(" / ")) return say(words.lineBadName, { pseudo });
  if (tdc === undefined) return say(words.lineNoTdc, { pseudo });
  if (tdc < 0 || tdc > MOST_TDC) return say(words.lineBadTdc, { pseudo });
  const before = seen.get(fold(pseudo));
  return before !== undefined && before !== line ? say(words.lineTwice, { pseudo, line: before }) : null;
}
