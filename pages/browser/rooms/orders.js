// Orders with their convoys below each: placed, changed, called off and moved on by whoever may.
import * as format from "../shell/format.js";
import { data } from "../shell/graphql.js";
import { say, words } from "../shell/text.js";
import { cargo, day, evolution, instant, late } from "./amounts.js";
import { button, cell, make, number, table } from "./make.js";
import { OrderForm } from "./order_form.js";
import { Rows } from "./rows.js";

const ORDERS = `query Orders($tag: String!, $status: [OrderStatus!]) {
  alliance(tag: $tag) {
    members { id }
    orders(status: $status) {
      id status evolution foodRequested materialsRequested foodRemaining materialsRemaining createdAt dueOn deliverAfter
      isLate score
      requester { id pseudo }
      convoys { id food materials sentAt arrivesAt isCancelled sender { id pseudo } }
    }
  }
}`;
const STATUS = "mutation SetOrderStatus($id: ID!, $status: OrderStatus!) { setOrderStatus(id: $id, status: $status) { id } }";
const CANCEL = "mutation CancelOwnConvoy($id: ID!) { cancelConvoy(id: $id) { id } }";
const CHANGED = "subscription OrderUpdates($tag: String!) { orderUpdated(allianceTag: $tag) { id } }";
const OPEN = ["IN_PROGRESS", "WAITING", "NEW"];
// What may follow what; who asked may end their order and no more.
const NEXT = {
  NEW: ["WAITING", "IN_PROGRESS", "CANCELLED", "DONE", "DELETED"],
  WAITING: ["IN_PROGRESS", "CANCELLED", "DONE", "DELETED"],
  IN_PROGRESS: ["WAITING", "CANCELLED", "DONE", "DELETED"],
  CANCELLED: ["WAITING", "DELETED"],
  DONE: ["WAITING", "IN_PROGRESS", "DELETED"],
  DELETED: [],
};
const OWN = ["CANCELLED", "DONE", "DELETED"];

export function open({ root, tag, place, read }) {
  const isAdministrator = place?.canAdminister ?? false;
  const ended = make("input", { type: "checkbox" });
  ended.addEventListener("change", read);
  const form = place && new OrderForm(tag, read);
  const heads = [
    [words.state], [words.requester], [words.wantedFor], [words.materials, "number"], [words.food, "number"],
    ...(isAdministrator ? [[words.score, "number"]] : []), [words.due], [words.act, "acts"],
  ];
  const orders = table("orders", words.orders, heads, { isTold: false });
  const none = make("p", { class: "muted", hidden: true }, words.noOrders);
  const tools = make("p", { class: "tools" }, form?.opener, make("label", { class: "tick" }, ended, words.withEnded));
  root.replaceChildren(tools, ...(form ? [form.element] : []), none, orders.section);
  const isOwn = ({ requester }) => requester.id === place?.id;
  const rows = new Rows(orders, {
    key: (one) => one.id,
    mark: (one) => (one.order ? `below${one.isCancelled ? " muted" : ""}` : ""),
    draw: (one) => (one.order ? convoyCells(one, heads.length) : orderCells(one)),
    acts: {
      status: ({ id }, _row, { value }) => data(STATUS, { id, status: value }).then(read),
      edit: (order) => form.edit(order),
      cancel: ({ id }) => data(CANCEL, { id }).then(read),
    },
  });

  function orderCells(order) {
    const about = say(words.orderOf, { name: order.requester.pseudo });
    const mayChange = isAdministrator || isOwn(order);
    return [
      cell(mayChange ? statusChoice(order, about) : words[order.status]),
      make("th", { scope: "row" }, order.requester.pseudo),
      cell(evolution(order.evolution)),
      number([wanted(order.materialsRemaining, order.materialsRequested)]),
      number([wanted(order.foodRemaining, order.foodRequested)]),
      ...(isAdministrator ? [number(order.score === null ? "–" : format.short(order.score, 2))] : []),
      cell(day(order.dueOn), " ", late(order.isLate), " ", order.deliverAfter && make("small", {}, say(words.notBefore, { day: day(order.deliverAfter) }))),
      cell(mayChange && OPEN.includes(order.status) && button("edit", words.change, about)),
    ];
  }

  function statusChoice(order, about) {
    const offered = [order.status, ...NEXT[order.status].filter((one) => isAdministrator || OWN.includes(one))];
    const options = offered.map((one) => make("option", { value: one, selected: one === order.status }, words[one]));
    return make("select", { "data-act": "status", "aria-label": `${words.state}, ${about}` }, options);
  }

  function convoyCells(convoy, columns) {
    const mayCancel = !convoy.isCancelled && convoy.materials + convoy.food > 0 && (isAdministrator || convoy.sender.id === place?.id);
    const way = [new Date(convoy.arrivesAt) > Date.now() ? words.arrives : words.arrived, " ", instant(convoy.arrivesAt)];
    const text = [
      "↳ ", make("b", {}, convoy.sender.pseudo), ` · ${cargo(convoy)} · `, convoy.isCancelled ? make("em", {}, words.cancelledConvoy) : way,
    ];
    return [
      make("td", { colspan: columns - 1 }, text),
      cell(mayCancel && button("cancel", words.cancelConvoy, convoy.sender.pseudo)),
    ];
  }

  return {
    query: ORDERS,
    variables: () => ({ status: ended.checked ? null : OPEN }),
    // An alliance has members; who sees none of them is an outsider.
    isRefused: (alliance) => !alliance.orders || !alliance.members?.length,
    show({ orders: found }) {
      // By state first, what is in progress on top; by score within, as they come.
      const sorted = [...OPEN, "DONE", "CANCELLED", "DELETED"].flatMap((state) => found.filter(({ status }) => status === state));
      rows.show(sorted.flatMap((order) => [order, ...order.convoys.filter(isNoReversal).map((convoy) => ({ ...convoy, order: order.id }))]));
      none.hidden = found.length > 0;
      orders.section.hidden = found.length === 0;
    },
    listens: () => [[CHANGED, { tag }]],
  };
}

// A convoy that was called off is two entries, of which the second takes the first back.
const isNoReversal = ({ isCancelled, materials, food }) => !isCancelled || materials + food > 0;

// What is left of what was asked for.
function wanted(left, asked) {
  if (!asked) return "–";
  const share = make("small", {}, ` / ${format.number(asked)}`);
  return make("span", {}, format.number(left), share);
}
