// What to send next, for administrators: order by order in their turn, who sends what and when it is there; what stays
// unserved and why; what is under way. It moves as orders, convoys, censuses and harvests do, and with the clock.
import * as format from "../shell/format.js";
import { data } from "../shell/graphql.js";
import { addressOf } from "../shell/tabs.js";
import { say, setup, words } from "../shell/text.js";
import { cargo, day, evolution, instant, late } from "./amounts.js";
import { amount, button, cell, make, table } from "./make.js";
import { Rows } from "./rows.js";
import { send } from "./sending.js";

const PLAN = `query Plan($tag: String!) {
  alliance(tag: $tag) {
    nextHarvestAt
    sections { id kind }
    deliveryPlan {
      plannedAt
      convoys {
        food materials arrivesAt travelTime isLate
        sender { id pseudo }
        recipient { id pseudo }
        order { id status evolution dueOn isLate foodRemaining materialsRemaining }
      }
      unserved { food materials obstacle message order { id status evolution dueOn isLate requester { id pseudo } } }
      withoutCensus { id pseudo }
    }
    convoysUnderWay { id food materials arrivesAt sender { id pseudo } recipient { id pseudo } order { id evolution } }
  }
}`;
const CANCEL = "mutation CancelConvoy($id: ID!) { cancelConvoy(id: $id) { id } }";
const ORDERS = "subscription PlanOrders($tag: String!) { orderUpdated(allianceTag: $tag) { id } }";
const RIGHTS = "subscription PlanRights($tag: String!) { rightsUpdated(allianceTag: $tag) { id } }";
const CENSUSES = "subscription PlanCensuses($section: ID!) { postAdded(sectionId: $section) { id } }";

export function open({ root, tag, place, read }) {
  const summary = make("p", { id: "summary", "aria-live": "polite" });
  const planned = table("planned", words.planned, [
    [words.sender], [words.materials, "number"], [words.food, "number"], [words.arrival], [words.act, "acts"],
  ]);
  const unserved = table("unserved", words.unserved, [
    [words.order], [words.materials, "number"], [words.food, "number"], [words.why],
  ]);
  const away = table("away", words.away, [
    [words.sender], [words.recipient], [words.materials, "number"], [words.food, "number"], [words.arrival], [words.act, "acts"],
  ]);
  root.replaceChildren(summary, planned.section, unserved.section, away.section);
  const plannedRows = new Rows(planned, {
    key: (one) => (one.sender ? `${one.order.id} ${one.sender.id}` : one.order.id),
    mark: (one) => (one.sender ? "" : "group"),
    draw: (one) => (one.sender ? convoyCells(one, place) : groupCells(one)),
    acts: { send: (one) => send(one, one).then(read) },
  });
  const unservedRows = new Rows(unserved, {
    key: ({ order, obstacle }) => `${order.id} ${obstacle}`,
    draw: ({ order, food, materials, message }) => [
      make("th", { scope: "row" }, named(order, order.requester)),
      amount(materials), amount(food), cell(message),
    ],
  });
  const awayRows = new Rows(away, {
    key: ({ id }) => id,
    draw: (one) => awayCells(one),
    acts: { cancel: ({ id }) => data(CANCEL, { id }).then(read) },
  });
  let members = null;

  return {
    query: PLAN,
    isRefused: ({ deliveryPlan }) => !deliveryPlan,
    changes: moments,
    show({ deliveryPlan, convoysUnderWay, sections }) {
      members = sections.find(({ kind }) => kind === "MEMBERS");
      const { convoys, withoutCensus } = deliveryPlan;
      plannedRows.show(grouped(convoys));
      unservedRows.show(deliveryPlan.unserved);
      awayRows.show(convoysUnderWay ?? []);
      unserved.section.hidden = deliveryPlan.unserved.length === 0;
      away.section.hidden = !convoysUnderWay?.length;
      planned.section.hidden = convoys.length === 0;
      const text = summaryOf(convoys, deliveryPlan.unserved, withoutCensus);
      if (summary.textContent !== text) summary.textContent = text;
    },
    listens: () => [[ORDERS, { tag }], [RIGHTS, { tag }], ...(members ? [[CENSUSES, { section: members.id }]] : [])],
  };
}

// When the plan is another without anybody having done anything: at harvests, and as convoys arrive.
export function moments(alliance) {
  return [alliance?.nextHarvestAt, ...(alliance?.convoysUnderWay ?? []).map(({ arrivesAt }) => arrivesAt)];
}

// The row of each order before those of its convoys.
function grouped(convoys) {
  const orders = new Map();
  for (const convoy of convoys) {
    if (!orders.has(convoy.order.id)) orders.set(convoy.order.id, [{ order: convoy.order, recipient: convoy.recipient }]);
    orders.get(convoy.order.id).push(convoy);
  }
  return [...orders.values()].flat();
}

function named({ evolution: wanted, dueOn, isLate }, requester) {
  const due = dueOn ? ` · ${say(words.dueBy, { day: day(dueOn) })}` : "";
  return [make("b", {}, requester.pseudo), ` · ${evolution(wanted)}${due} `, late(isLate)];
}

function groupCells({ order, recipient }) {
  const wanted = cargo({ materials: order.materialsRemaining, food: order.foodRemaining });
  const title = [words.to, " ", named(order, recipient), " · ", say(words.wants, { cargo: wanted })];
  return [make("th", { scope: "rowgroup", colspan: "5" }, title)];
}

function convoyCells(one, place) {
  const about = `${one.sender.pseudo} → ${one.recipient.pseudo}`;
  const arrival = one.arrivesAt
    ? [make("span", {}, format.date(one.arrivesAt)), " ", make("small", {}, format.duration(one.travelTime)), " ", late(one.isLate && !one.order.isLate)]
    : [make("small", {}, words.unknownTravel)];
  // Only its sender can say that a convoy left; when it is there, on their own page, where that is not known.
  const isOwn = one.sender.id === place?.id;
  const act = one.arrivesAt
    ? button("send", words.markSent, about, { class: "main" })
    : make("a", { href: addressOf(setup.tag, "/own") }, words.tab_own);
  return [
    make("th", { scope: "row" }, one.sender.pseudo),
    amount(one.materials), amount(one.food), cell(arrival),
    cell(isOwn && act),
  ];
}

function awayCells(one) {
  const about = `${one.sender.pseudo} → ${one.recipient.pseudo}`;
  return [
    make("th", { scope: "row" }, one.sender.pseudo), cell(one.recipient.pseudo),
    amount(one.materials), amount(one.food), cell(instant(one.arrivesAt)),
    cell(button("cancel", words.cancelConvoy, about)),
  ];
}

function summaryOf(convoys, unserved, withoutCensus) {
  const parts = [convoys.length ? say(words.planCount, { count: format.number(convoys.length) }) : words.planEmpty];
  const behind = convoys.filter(({ isLate }) => isLate).length;
  if (behind) parts.push(say(words.lateCount, { count: format.number(behind) }));
  if (unserved.length) parts.push(say(words.unservedCount, { count: format.number(unserved.length) }));
  if (withoutCensus.length) parts.push(say(words.noCensus, { names: withoutCensus.map(({ pseudo }) => pseudo).join(", ") }));
  return parts.join(" ");
}
