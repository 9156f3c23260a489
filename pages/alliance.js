// The page of one alliance for those who administer it: members, charts and notifications, live. A client like any other.
import { bars, lines } from "./chart.js";
import { Members } from "./members.js";
import { Refused, signIn } from "./session.js";

const COLUMNS = "query Columns { memberColumns { key label description unit visibleByDefault requiresAdministration } }";
// Each column is asked for by a variable of its name, so that the text stays one that is trusted.
const MEMBERS = `query Members(
  $tag: String!
  $travelTime: Boolean = false
  $tdc: Boolean = false $rights: Boolean = false $nextTdpCost: Boolean = false $nextTdpEvolution: Boolean = false
  $nextTdpBaseTime: Boolean = false $costTimeRatio: Boolean = false $baseShare: Boolean = false
  $coefficient: Boolean = false $adjustment: Boolean = false $shareWithCoefficient: Boolean = false
  $adjustedShare: Boolean = false $tdcAtLastUpdate: Boolean = false $lastUpdatedAt: Boolean = false
  $allianceProduction: Boolean = false $entitlement: Boolean = false $playerProduction: Boolean = false
  $quantitySent: Boolean = false $quantityReceived: Boolean = false $accumulatedRights: Boolean = false
  $projectedRights: Boolean = false
) {
  alliance(tag: $tag) {
    tag name nextHarvestAt
    members {
      id pseudo
      tdc @include(if: $tdc)
      travelTime @include(if: $travelTime)
      resourceRights @include(if: $rights) {
        nextTdpCost @include(if: $nextTdpCost)
        nextTdpEvolution @include(if: $nextTdpEvolution)
        nextTdpBaseTime @include(if: $nextTdpBaseTime)
        costTimeRatio @include(if: $costTimeRatio)
        baseShare @include(if: $baseShare)
        coefficient @include(if: $coefficient)
        adjustment @include(if: $adjustment)
        shareWithCoefficient @include(if: $shareWithCoefficient)
        adjustedShare @include(if: $adjustedShare)
        tdcAtLastUpdate @include(if: $tdcAtLastUpdate)
        lastUpdatedAt @include(if: $lastUpdatedAt)
        allianceProduction @include(if: $allianceProduction)
        entitlement @include(if: $entitlement)
        playerProduction @include(if: $playerProduction)
        quantitySent @include(if: $quantitySent)
        quantityReceived @include(if: $quantityReceived)
        accumulatedRights @include(if: $accumulatedRights)
        projectedRights @include(if: $projectedRights)
      }
    }
  }
}`;
const HISTORY = `query History($tag: String!) {
  alliance(tag: $tag) {
    members {
      pseudo
      rightsHistory(first: 60) { edges { node { harvestAt accumulatedAfter allianceProduction intervals } } }
    }
  }
}`;
const EDIT = "mutation Edit($input: MemberRightsInput!) { updateMemberRights(input: $input) { id } }";
const RIGHTS = "subscription Rights($tag: String!) { rightsUpdated(allianceTag: $tag) { id harvestAt outcome missingCensus } }";
const NOTIFICATIONS = "subscription Notifications { notificationAdded { id message level } }";
const TOAST_MS = 12_000;

const element = (id) => document.getElementById(id);
const { tag } = JSON.parse(element("setup").textContent);
const words = JSON.parse(element("words").textContent);
// The page is in French or English; numbers and dates are in the reader's own kind of it.
const { lang } = document.documentElement;
const language = navigator.languages.find((one) => one.startsWith(lang)) ?? lang;
const format = {
  short: (value) => new Intl.NumberFormat(language, { notation: "compact" }).format(value),
  number: (value, digits = 3) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value),
  date: (value) => new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" }).format(value),
};
let session = null;
let members = null;
let latest = 0;

function notify(text, isProblem = false) {
  element("notice").textContent = text;
  element("notice").classList.toggle("problem", isProblem);
}

function toast({ message, level }) {
  const box = document.createElement("div");
  box.className = `toast ${level.toLowerCase()}`;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", words.close);
  close.addEventListener("click", () => box.remove());
  box.append(message, close);
  element("toasts").append(box);
  if (level === "INFO" || level === "SUCCESS") setTimeout(() => box.remove(), TOAST_MS);
}

function show(next) {
  session = next;
  element("sign-in").hidden = session !== null;
  element("account").hidden = session === null;
  element("name").textContent = session?.name ?? "";
  if (session === null) element("alliance").hidden = true;
}

// Only the answer to the last question counts: columns may be picked faster than answers come.
async function loadMembers() {
  const asked = ++latest;
  const { data, errors } = await session.ask(MEMBERS, { tag, ...members.selection() });
  if (asked !== latest || session === null) return;
  if (!data?.alliance) return notify(errors?.[0].message ?? words.noAlliance, true);
  if (errors?.some((error) => error.extensions.code === "FORBIDDEN")) return refuse();
  if (errors) return notify(errors[0].message, true);
  const { name, nextHarvestAt, members: rows } = data.alliance;
  // An alliance has members; who sees none of them is an outsider.
  if (rows.length === 0) return refuse();
  element("heading").textContent = `${data.alliance.tag} – ${name}`;
  element("harvest").textContent = nextHarvestAt
    ? `${words.nextHarvest} ${format.date(new Date(nextHarvestAt))}`
    : words.unknownHarvest;
  element("alliance").hidden = false;
  members.show(rows);
}

function refuse() {
  element("alliance").hidden = true;
  notify(words.notAdministrator, true);
}

async function loadHistory() {
  const { data, errors } = await session.ask(HISTORY, { tag });
  if (errors || !data?.alliance) return;
  const production = new Map();
  const series = data.alliance.members.map((member) => {
    const entries = member.rightsHistory.edges.map(({ node }) => node).reverse();
    for (const entry of entries) {
      if (entry.intervals > 0) production.set(new Date(entry.harvestAt).getTime(), entry.allianceProduction);
    }
    return { name: member.pseudo, points: entries.map((one) => [new Date(one.harvestAt).getTime(), one.accumulatedAfter]) };
  });
  lines(element("accumulated"), words.accumulated, series, words, format);
  bars(element("production"), words.production, [...production].sort(([a], [b]) => a - b), words, format);
}

const reload = () => Promise.all([loadMembers(), loadHistory()]).catch(() => notify(words.unreachable, true));

async function edit(member, key, value) {
  try {
    await session.data(EDIT, { input: { memberId: member.id, [key]: value } });
    notify(words.saved);
    await reload();
    return true;
  } catch (problem) {
    notify(problem instanceof Refused ? problem.message : words.unreachable, true);
    return false;
  }
}

async function begin() {
  const { memberColumns } = await session.data(COLUMNS);
  members = new Members({
    table: element("members"),
    picker: element("picker"),
    columns: memberColumns,
    words,
    format,
    onPick: loadMembers,
    onEdit: edit,
  });
  await reload();
  session?.listen(
    [
      { query: RIGHTS, variables: { tag }, onEvent: reload },
      { query: NOTIFICATIONS, variables: {}, onEvent: ({ notificationAdded }) => toast(notificationAdded) },
    ],
    reload,
  );
}

element("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const [button] = form.getElementsByTagName("button");
  const { login, password } = Object.fromEntries(new FormData(form));
  button.disabled = true;
  try {
    const next = await signIn(login, password, () => {
      show(null);
      notify(words.expired, true);
    });
    notify("");
    show(next);
    await begin();
  } catch (problem) {
    notify(problem instanceof Refused ? problem.message : words.unreachable, true);
  } finally {
    form.elements.password.value = "";
    button.disabled = false;
  }
});

element("sign-out").addEventListener("click", () => {
  const ending = session;
  show(null);
  notify(words.signedOut);
  ending.signOut().catch(() => notify(words.unreachable, true));
});
