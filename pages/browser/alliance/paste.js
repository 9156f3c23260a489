// The box that takes the game's member table: what would change is shown before anything does, what is wrong by line.
import * as format from "../shell/format.js";
import { data } from "../shell/graphql.js";
import { element, language, say, words } from "../shell/text.js";
import { situation } from "./situation.js";
import { readTable } from "./table_text.js";

const COMPARE = `query CompareMembers($tag: String!, $members: [MemberSyncInput!]!) {
  compareMembers(allianceTag: $tag, members: $members) { arrivals returns { pseudo } departures { pseudo } }
}`;
const SYNC = `mutation SyncMembers($tag: String!, $members: [MemberSyncInput!]!, $departures: Int) {
  syncMembers(allianceTag: $tag, members: $members, departures: $departures) { id }
}`;
const REPORT = `mutation ReportTdc($tag: String!, $members: [TdcInput!]!) {
  reportTdc(allianceTag: $tag, members: $members) { id }
}`;
const list = new Intl.ListFormat(language, { type: "conjunction" });
let compared = null;

const form = element("paste");
const said = element("paste-said");

function problem(message) {
  said.className = "error";
  said.textContent = message;
}

function readText() {
  const { members, problems } = readTable(form.elements.table.value);
  element("paste-problems").replaceChildren(
    ...problems.map(({ line, message }) => Object.assign(document.createElement("li"), { textContent: say(words.lineProblem, { line, message }) })),
  );
  form.elements.table.setAttribute("aria-invalid", String(problems.length > 0));
  return problems.length ? null : members.map(({ line, ...member }) => member);
}

async function attempt(work) {
  try {
    await work();
  } catch (refused) {
    problem(refused.code ? refused.message : words.unreachable);
  }
}

// Administrators see first who would come and go; other members report hunting grounds alone, which takes nobody away.
async function compare() {
  forget();
  const members = readText();
  if (!members) return problem(words.pasteWrong);
  if (!members.length) return problem(words.pasteEmpty);
  const { tag, administers } = situation;
  if (!administers) return report(members);
  const { compareMembers } = await data(COMPARE, { tag, members });
  compared = { members, departures: compareMembers.departures.length };
  const names = (members) => list.format(members.map((one) => one.pseudo ?? one));
  const parts = [["arrivals", words.arrivals], ["returns", words.returns], ["departures", words.departures]];
  element("paste-changes").replaceChildren(
    item(say(words.pasteRead, { count: members.length })),
    ...parts.filter(([key]) => compareMembers[key].length).map(([key, text]) => item(say(text, { count: compareMembers[key].length, pseudos: names(compareMembers[key]) }), key)),
  );
  element("apply").hidden = false;
  said.className = "";
  said.textContent = words.pastePreview;
}

async function apply() {
  const { members, departures } = compared;
  const { syncMembers } = await data(SYNC, { tag: situation.tag, members, departures });
  done(syncMembers.length);
}

async function report(members) {
  const known = members.map(({ pseudo, tdc }) => ({ pseudo, tdc }));
  await data(REPORT, { tag: situation.tag, members: known });
  done(known.length);
}

function done(count) {
  forget();
  form.reset();
  said.textContent = say(words.pasteDone, { count: format.number(count) });
  situation.dispatchEvent(new Event("rights"));
  situation.load().catch(() => {});
}

function forget() {
  compared = null;
  element("apply").hidden = true;
  element("paste-changes").replaceChildren();
  element("paste-problems").replaceChildren();
  said.className = "";
  said.textContent = "";
}

const item = (text, kind = "") => Object.assign(document.createElement("li"), { textContent: text, className: kind });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(compare);
});
form.elements.table.addEventListener("input", () => compared && forget());
element("apply").addEventListener("click", () => compared && attempt(apply));
situation.addEventListener("changed", () => {
  element("paste-place").hidden = !situation.viewer || !situation.isInside;
  element("paste-submit").textContent = situation.administers ? words.pasteCompare : words.pasteReport;
  element("paste-hint").textContent = situation.administers ? words.pasteHint : words.pasteHintMember;
});
