// The viewer's own place: what to send now, their rights, orders, convoys on the way, censuses, what they follow.
import { COLUMNS, known, written } from "../alliance/columns.js";
import * as format from "../shell/format.js";
import { ask, data } from "../shell/graphql.js";
import { say, words } from "../shell/text.js";
import { day, evolution, instant, late } from "./amounts.js";
import { attentions } from "./attentions.js";
import { amount, cell, make, number, table } from "./make.js";
import { OwnPlan } from "./own_plan.js";
import { moments } from "./plan.js";
import { Rows } from "./rows.js";

const OWN = `query Own($tag: String!) {
  alliance(tag: $tag) {
    nextHarvestAt
    sections { id name kind viewerAttention }
    convoysUnderWay { id food materials arrivesAt sender { id pseudo } recipient { id pseudo } }
    viewerMember {
      id pseudo tdc travelTime rank rankOrder
      ownRights {
        nextTdpCost nextTdpEvolution nextTdpBaseTime costTimeRatio baseShare coefficient adjustment shareWithCoefficient
        adjustedShare tdcAtLastUpdate lastUpdatedAt allianceProduction entitlement playerProduction quantitySent
        quantityReceived accumulatedRights projectedRights
      }
      plannedConvoys {
        food materials arrivesAt travelTime isLate
        recipient { id pseudo }
        order { id evolution dueOn isLate }
      }
      orders(first: 20, status: [NEW, WAITING, IN_PROGRESS]) {
        edges { node { id status evolution foodRequested foodRemaining materialsRequested materialsRemaining dueOn isLate } }
      }
      censuses(first: 5) { edges { node { id recordedAt tdc food materials workers } } }
    }
  }
}`;
const ORDERS = "subscription OwnOrders($tag: String!) { orderUpdated(allianceTag: $tag) { id } }";
const RIGHTS = "subscription OwnRights($tag: String!) { rightsUpdated(allianceTag: $tag) { id } }";
const CENSUSES = "subscription OwnCensuses($section: ID!) { postAdded(sectionId: $section) { id } }";

export function open({ root, tag, place, read }) {
  const plan = new OwnPlan(read);
  const rights = make("section", { "aria-labelledby": "rights-title" });
  const orders = table("own-orders", words.ownOrders, [
    [words.state], [words.wantedFor], [words.stillWanted, "number"], [words.foodWanted, "number"], [words.due],
  ]);
  const away = table("own-away", words.ownAway, [
    [words.direction], [words.member], [words.materials, "number"], [words.food, "number"], [words.arrival],
  ]);
  const censuses = table("censuses", words.censuses, [
    [words.when], [`${words.tdc} (cm²)`, "number"], [words.materials, "number"], [words.food, "number"], [words.workers, "number"],
  ]);
  const follows = attentions(read);
  root.replaceChildren(plan.section, rights, away.section, orders.section, censuses.section, follows.section);
  const orderRows = new Rows(orders, { key: ({ id }) => id, draw: orderCells });
  const awayRows = new Rows(away, { key: ({ id }) => id, draw: (one) => awayCells(one, place) });
  const censusRows = new Rows(censuses, { key: ({ id }) => id, draw: censusCells });
  const columns = ask(COLUMNS).then((answer) => answer.data.memberColumns.map(known));
  let members = null;

  return {
    query: OWN,
    isRefused: ({ viewerMember }) => !viewerMember,
    changes: moments,
    async show({ viewerMember: member, convoysUnderWay, sections }) {
      members = sections.find(({ kind }) => kind === "MEMBERS");
      plan.show(member.plannedConvoys ?? []);
      const nodes = ({ edges }) => edges.map(({ node }) => node);
      fill(orders, orderRows, nodes(member.orders ?? { edges: [] }));
      const own = ({ sender, recipient }) => [sender.id, recipient.id].includes(member.id);
      fill(away, awayRows, (convoysUnderWay ?? []).filter(own));
      fill(censuses, censusRows, nodes(member.censuses ?? { edges: [] }));
      follows.show(sections);
      showRights(rights, member, await columns);
    },
    listens: () => [[ORDERS, { tag }], [RIGHTS, { tag }], ...(members ? [[CENSUSES, { section: members.id }]] : [])],
  };
}

function fill({ section }, rows, items) {
  rows.show(items);
  section.hidden = items.length === 0;
}

// Each column by its name, with its unit. Who has no topic of their own among the members has none.
function showRights(section, member, columns) {
  const heading = make("h2", { id: "rights-title" }, words.ownRights);
  if (!member.ownRights) return section.replaceChildren(heading, make("p", { class: "muted" }, words.rightsWantTopic));
  const entries = columns.filter(({ isOfMember }) => !isOfMember).map((column) => {
    const value = written(column, member.ownRights[column.key], false);
    const unit = column.kind === "duration" || value === words.none ? "" : ` ${column.unit}`;
    const isMain = ["accumulatedRights", "projectedRights"].includes(column.key);
    return make("div", { class: isMain ? "main" : null }, make("dt", { title: column.description }, column.label), make("dd", {}, `${value}${unit}`));
  });
  section.replaceChildren(heading, make("dl", { class: "columns" }, entries));
}

function orderCells(order) {
  return [
    cell(words[order.status]), make("th", { scope: "row" }, evolution(order.evolution)),
    number(`${format.number(order.materialsRemaining)} / ${format.number(order.materialsRequested)}`),
    number(`${format.number(order.foodRemaining)} / ${format.number(order.foodRequested)}`),
    cell(day(order.dueOn), " ", late(order.isLate)),
  ];
}

function awayCells({ sender, recipient, materials, food, arrivesAt }, place) {
  const isOut = sender.id === place.id;
  return [
    cell(isOut ? words.outgoing : words.incoming), make("th", { scope: "row" }, isOut ? recipient.pseudo : sender.pseudo),
    amount(materials), amount(food), cell(instant(arrivesAt)),
  ];
}

function censusCells({ recordedAt, tdc, materials, food, workers }) {
  const amounts = [tdc, materials, food, workers].map((value) => number(format.number(value)));
  return [make("th", { scope: "row" }, instant(recordedAt)), ...amounts];
}
