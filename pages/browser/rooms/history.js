// Who changed what of the rights and when, and what harvests made of them; a change by hand can be taken back.
import * as format from "../shell/format.js";
import { ask, data } from "../shell/graphql.js";
import { say, words } from "../shell/text.js";
import { confirmed } from "./confirmation.js";
import { button, cell, make, number, table } from "./make.js";
import { Rows } from "./rows.js";
import { CHANGED, changesOf, shown, taken } from "./rights_change.js";

const HISTORY = `query RightsHistory($tag: String!, $member: ID, $byHand: Boolean, $after: String) {
  alliance(tag: $tag) {
    members(gone: true) { id pseudo leftAt }
    rightsHistory(memberId: $member, byHand: $byHand, first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges {
        node {
          id harvestAt harvestCount coefficient coefficientBefore adjustment adjustmentBefore accumulatedBefore
          accumulatedAfter entitlement playerProduction quantitySent quantityReceived
          member { id pseudo leftAt }
          editedBy { username }
        }
      }
    }
  }
}`;
const NOW = `query RightsNow($member: ID!) {
  node(id: $member) { ... on Member { id resourceRights { coefficient adjustment accumulatedRights } } }
}`;
const UNDO = "mutation UndoChange($input: MemberRightsInput!) { updateMemberRights(input: $input) { id } }";
const RIGHTS = "subscription HistoryRights($tag: String!) { rightsUpdated(allianceTag: $tag) { id } }";

export function open({ root, tag, read }) {
  const member = make("select", {}, make("option", { value: "" }, words.everybody));
  const kinds = { hand: words.changesByHand, all: words.harvestsToo };
  const kind = make("select", {}, Object.entries(kinds).map(([value, text]) => make("option", { value }, text)));
  const filters = make("p", { class: "tools" }, make("label", {}, words.ofMember, member), make("label", {}, words.kind, kind));
  const history = table("history", words.history, [
    [words.when], [words.member], [words.what], [words.before, "number"], [words.after, "number"], [words.by], [words.act, "acts"],
  ], { isTold: false });
  const none = make("p", { class: "muted", hidden: true }, words.noHistory);
  const more = make("button", { type: "button" }, words.older);
  root.replaceChildren(filters, none, history.section, more);
  let older = [];
  let cursor = null;
  const again = () => {
    older = [];
    read();
  };
  member.addEventListener("change", again);
  kind.addEventListener("change", again);
  more.addEventListener("click", async () => {
    const asked = asks();
    const { data: found } = await ask(HISTORY, { tag, ...asked, after: cursor }).catch(() => ({}));
    const page = found?.alliance?.rightsHistory;
    if (!page || JSON.stringify(asked) !== JSON.stringify(asks())) return;
    older.push(...page.edges.map(({ node }) => node));
    draw(newest, page.pageInfo);
  });
  const rows = new Rows(history, {
    key: ({ id, key }) => `${id} ${key}`,
    draw: cells,
    acts: { undo: (change) => undo(change, read) },
  });
  const asks = () => ({ member: member.value || null, byHand: kind.value === "hand" });
  let newest = [];

  function draw(first, { hasNextPage, endCursor }) {
    newest = first;
    cursor = endCursor;
    const seen = new Map([...first, ...older].map((entry) => [entry.id, entry]));
    const changes = [...seen.values()].flatMap(changesOf);
    rows.show(changes);
    more.hidden = !hasNextPage;
    none.hidden = changes.length > 0;
    history.section.hidden = changes.length === 0;
  }

  return {
    query: HISTORY,
    variables: asks,
    isRefused: ({ rightsHistory }) => !rightsHistory,
    show({ members, rightsHistory: { edges, pageInfo } }) {
      fillMembers(member, members);
      // What was read further back stays below; where the first page moved past it, the gap is closed by reading again.
      const first = edges.map(({ node }) => node);
      if (older.length > 0 && !first.some(({ id }) => newest.some((one) => one.id === id))) older = [];
      const last = older.length > 0 ? { hasNextPage: !more.hidden, endCursor: cursor } : pageInfo;
      draw(older.length > 0 ? merged(first, newest) : first, last);
    },
    listens: () => [[RIGHTS, { tag }]],
  };
}

function merged(first, before) {
  return [...new Map([...first, ...before].map((entry) => [entry.id, entry])).values()];
}

function fillMembers(choice, members) {
  const known = new Set([...choice.options].map(({ value }) => value));
  for (const { id, pseudo, leftAt } of members) {
    if (!known.has(id)) choice.append(make("option", { value: id }, leftAt ? say(words.goneMember, { name: pseudo }) : pseudo));
  }
}

function cells(change) {
  const { entry, key, before, after } = change;
  const mayUndo = entry.harvestCount === 0 && before !== null && entry.member.leftAt === null;
  const about = `${CHANGED[key]}, ${entry.member.pseudo}`;
  const by = entry.harvestCount ? words.harvest : entry.editedBy?.username ?? words.unknownEditor;
  return [
    cell(make("time", { datetime: entry.harvestAt }, format.date(entry.harvestAt))),
    make("th", { scope: "row" }, entry.member.pseudo), cell(CHANGED[key]),
    number(before === null ? "–" : shown(key, before)), number(shown(key, after)), cell(by),
    cell(mayUndo && button("undo", words.undo, about)),
  ];
}

// Sets the value from before; where it has changed since, asks first. Rights go on with each harvest: of them, what the
// change added or took is taken back.
async function undo({ entry, key, before, after }, read) {
  const { node } = await data(NOW, { member: entry.member.id });
  const now = node.resourceRights[key];
  const next = taken(key, { before, after, now });
  if (now !== after) {
    const values = { name: entry.member.pseudo, what: CHANGED[key], now: shown(key, now), next: shown(key, next) };
    if ((await confirmed(say(words.undoQuestion, values), words.undo)) === null) return;
  }
  await data(UNDO, { input: { memberId: entry.member.id, [key]: next } });
  await read();
}
