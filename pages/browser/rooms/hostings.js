// Hostings as mother and as host, proposals to answer, mirrors and what is wrong with them. Keys are in keys.js. Of most
// of it no event tells: it is read now and then while somebody looks, and says when that was.
import * as format from "../shell/format.js";
import { onSubmit } from "../shell/form.js";
import { data } from "../shell/graphql.js";
import { say, words } from "../shell/text.js";
import { instant } from "./amounts.js";
import { confirmed } from "./confirmation.js";
import { Keys } from "./keys.js";
import { button, cell, field, make, number, table } from "./make.js";
import { Rows } from "./rows.js";

const HOSTINGS = `query Hostings($tag: String!) {
  alliance(tag: $tag) {
    id tag
    members { id pseudo hostedBy { tag } }
    hostings {
      id openedAt closedAt keyState
      mother { id tag name }
      host { id tag name }
      members { id pseudo }
      mirrors { id syncedAt pending section { name } faults { topic reason } }
    }
    hostingProposals { status proposedAt answeredAt mother { tag name } host { tag name } }
    keyTrail { action userName kid at }
  }
}`;
const OPEN = "mutation OpenHosting($mother: String!, $host: String!) { openHosting(motherTag: $mother, hostTag: $host) { status } }";
const WITHDRAW = "mutation WithdrawHosting($mother: String!, $host: String!) { withdrawHosting(motherTag: $mother, hostTag: $host) { status } }";
const ACCEPT = "mutation AcceptHosting($mother: String!, $host: String!) { acceptHosting(motherTag: $mother, hostTag: $host) { id } }";
const DECLINE = "mutation DeclineHosting($mother: String!, $host: String!) { declineHosting(motherTag: $mother, hostTag: $host) { status } }";
const CLOSE = "mutation CloseHosting($id: ID!) { closeHosting(id: $id) { id } }";
const HOST = "mutation HostMember($member: ID!, $host: String!) { hostMember(memberId: $member, hostTag: $host) { id } }";
const RECALL = "mutation RecallMember($member: ID!) { recallMember(memberId: $member) { id } }";
const SYNC = "mutation SyncMirrors($tag: String!) { syncMirrors(allianceTag: $tag) { id } }";
const KEY_STATES = { PRESENT: words.keyPresent, MISSING: words.keyMissing, INVALID: words.keyInvalid };
const STATUSES = { PROPOSED: words.proposed, ACCEPTED: words.accepted, DECLINED: words.declined, WITHDRAWN: words.withdrawn };
const AGAIN_MS = 300_000;
const TOLD = "subscription HostingNews { notificationAdded { id kind } }";

export function open({ root, tag, place, read }) {
  let isAdministrator = place?.canAdminister ?? false;
  const proposals = table("proposals", words.proposals, [[words.alliance], [words.what], [words.state], [words.since], [words.act, "acts"]]);
  const hostings = table("hostings", words.hostings, [
    [words.alliance], [words.what], [words.state], [words.since], [words.hosted], [words.act, "acts"],
  ]);
  const mirrors = table("mirrors", words.mirrors, [
    [words.alliance], [words.section], [words.synced], [words.pending, "number"], [words.faults, "number"],
  ]);
  const none = make("p", { class: "muted" }, words.noHostings);
  const form = proposalForm(tag, read);
  const keys = new Keys(tag, read);
  const readAt = make("p", { id: "read-at", class: "muted" });
  root.replaceChildren(readAt, proposals.section, hostings.section, none, mirrors.section, form, keys.section);
  const pair = ({ mother, host }) => ({ mother: mother.tag, host: host.tag });
  const proposalRows = new Rows(proposals, {
    key: ({ mother, host }) => `${mother.tag} ${host.tag}`,
    draw: proposalCells,
    acts: {
      accept: (one) => data(ACCEPT, pair(one)).then(read),
      decline: (one) => data(DECLINE, pair(one)).then(read),
      withdraw: (one) => data(WITHDRAW, pair(one)).then(read),
    },
  });
  const hostingRows = new Rows(hostings, {
    key: ({ id }) => id,
    draw: hostingCells,
    acts: {
      close: async ({ id, mother, host }) => {
        const question = say(words.closeQuestion, { mother: mother.tag, host: host.tag });
        if ((await confirmed(question, words.closeHosting)) !== null) await data(CLOSE, { id }).then(read);
      },
      host: ({ host }, row) => data(HOST, { member: row.querySelector("select").value, host: host.tag }).then(read),
      recall: (_one, _row, { dataset }) => data(RECALL, { member: dataset.member }).then(read),
      sync: () => data(SYNC, { tag }).then(read),
    },
  });
  const mirrorRows = new Rows(mirrors, { key: ({ id }) => id, draw: mirrorCells });
  let free = [];

  function proposalCells(one) {
    const isAsked = isSame(one.host.tag, tag);
    const other = isAsked ? one.mother : one.host;
    const waits = one.status === "PROPOSED";
    const acts = isAsked
      ? [button("accept", words.accept, other.tag, { class: "main" }), " ", button("decline", words.decline, other.tag)]
      : [button("withdraw", words.withdraw, other.tag)];
    return [
      make("th", { scope: "row" }, other.tag, " ", make("small", {}, other.name)),
      cell(isAsked ? words.asksToBeHosted : words.askedToHost), cell(STATUSES[one.status]),
      cell(instant(one.answeredAt ?? one.proposedAt)), cell(waits && isAdministrator && acts),
    ];
  }

  function hostingCells(one) {
    const isMother = isSame(one.mother.tag, tag);
    const other = isMother ? one.host : one.mother;
    const isOpen = one.closedAt === null;
    const state = isOpen ? make("span", { class: one.keyState === "PRESENT" ? "well" : "late" }, KEY_STATES[one.keyState]) : words.closed;
    const acts = [isMother && button("sync", words.sync, other.tag), " ", button("close", words.closeHosting, other.tag)];
    return [
      make("th", { scope: "row" }, other.tag, " ", make("small", {}, other.name)),
      cell(isMother ? words.hostsOurs : words.hostedHere), cell(state), cell(instant(one.closedAt ?? one.openedAt)),
      cell(isOpen && hosted(one, isMother)), cell(isOpen && isAdministrator && acts),
    ];
  }

  function hosted({ members, host }, isMother) {
    const mayMove = isMother && isAdministrator;
    const shown = (members ?? []).map(({ id, pseudo }) =>
      make("li", {}, pseudo, " ", mayMove && button("recall", words.recall, pseudo, { "data-member": id })));
    const options = free.map(({ id, pseudo }) => make("option", { value: id }, pseudo));
    const choice = mayMove && options.length > 0 && make(
      "li", {}, make("select", { "aria-label": say(words.whomToHost, { host: host.tag }) }, options), " ", button("host", words.hostMember, host.tag),
    );
    return make("ul", { class: "plain" }, shown, choice);
  }

  return {
    query: HOSTINGS,
    // Without the key members are null, and here is where it is put back; an outsider sees that there are none.
    isRefused: ({ members }) => members?.length === 0,
    changes: () => [Date.now() + AGAIN_MS],
    show(alliance, at) {
      readAt.textContent = say(words.readAt, { at: format.time(at), ago: format.ago(at) });
      // Without the key nobody's place can be read, but the trail is for administrators alone.
      isAdministrator ||= alliance.keyTrail.length > 0;
      form.hidden = keys.section.hidden = !isAdministrator;
      free = (alliance.members ?? []).filter(({ hostedBy }) => hostedBy === null);
      const proposed = alliance.hostingProposals.filter(({ status }) => status !== "ACCEPTED");
      proposalRows.show(proposed.sort((one, other) => (other.status === "PROPOSED") - (one.status === "PROPOSED")));
      hostingRows.show(alliance.hostings);
      const open = alliance.hostings.filter(({ closedAt }) => closedAt === null);
      mirrorRows.show(open.flatMap((hosting) => hosting.mirrors.map((mirror) => ({ ...mirror, hosting }))));
      proposals.section.hidden = proposed.length === 0;
      hostings.section.hidden = alliance.hostings.length === 0;
      mirrors.section.hidden = mirrorRows.items.length === 0;
      none.hidden = proposed.length + alliance.hostings.length > 0;
      keys.show(alliance);
    },
    listens: () => [[TOLD, {}]],
  };
}

const isSame = (one, other) => one.toLowerCase() === other.toLowerCase();

function mirrorCells({ hosting, section, syncedAt, pending, faults }) {
  const reasons = faults.length > 0 && make("details", {}, make("summary", {}, format.number(faults.length)), make("ul", {}, faults.map(({ reason }) => make("li", {}, reason))));
  return [
    make("th", { scope: "row" }, `${hosting.mother.tag} → ${hosting.host.tag}`), cell(section.name),
    cell(syncedAt ? instant(syncedAt) : words.never), number(pending ? format.number(pending) : words.upToDate),
    make("td", { class: "number" }, reasons || words.noFault),
  ];
}

function proposalForm(tag, read) {
  const host = make("input", { autocomplete: "off", required: true, maxlength: "16", size: "12" });
  const asked = field("hostTag", words.hostTag, host);
  const attributes = { id: "hosting-form", class: "panel line", "aria-label": words.askHosting };
  const form = make("form", attributes, asked, make("button", {}, words.askHosting));
  onSubmit(form, async ({ hostTag }) => {
    await data(OPEN, { mother: tag, host: hostTag.trim() });
    await read();
  });
  return form;
}
