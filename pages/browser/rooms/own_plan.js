// What the viewer should send now, with what was really sent beside it and a button that records it.
import * as format from "../shell/format.js";
import { Refused } from "../shell/graphql.js";
import { notify } from "../shell/notice.js";
import { say, words } from "../shell/text.js";
import { cargo, day, evolution, late } from "./amounts.js";
import { button, cell, make, table } from "./make.js";
import { readQuantity } from "./order_form.js";
import { Rows } from "./rows.js";
import { send } from "./sending.js";

export class OwnPlan {
  constructor(read) {
    const planned = table("own-plan", words.sendNow, [
      [words.recipient], [words.order], [words.materials, "number"], [words.food, "number"], [words.arrival], [words.act, "acts"],
    ]);
    this.none = make("p", { class: "muted" }, words.nothingToSend);
    planned.heading.after(this.none);
    this.section = planned.section;
    this.scroll = planned.body.closest(".scroll");
    this.rows = new Rows(planned, {
      key: ({ order }) => order.id,
      draw: cells,
      acts: {
        send: async (one, row) => {
          const amounts = typed(row);
          await send(one, amounts, arrival(row));
          notify(say(words.sent, { cargo: cargo(amounts), name: one.recipient.pseudo }));
          await read();
        },
      },
    });
  }

  show(convoys) {
    this.rows.show(convoys);
    this.none.hidden = convoys.length > 0;
    this.scroll.hidden = convoys.length === 0;
  }
}

// What stands in the row's fields.
function typed(row) {
  const [materials, food] = ["materials", "food"].map((name) => readQuantity(name, row.querySelector(`[name="${name}"]`).value));
  return { materials, food };
}

function arrival(row) {
  const input = row.querySelector('[name="arrival"]');
  if (!input) return null;
  if (!input.value) {
    input.focus();
    throw new Refused([{ message: words.arrivalNeeded }]);
  }
  return new Date(input.value).toISOString();
}

function cells(one) {
  const about = one.recipient.pseudo;
  const amount = (name, value) =>
    make("input", { name, value: format.number(value), inputmode: "numeric", size: "12", autocomplete: "off", "aria-label": `${words[name]}, ${about}` });
  const when = one.arrivesAt
    ? [format.date(one.arrivesAt), " ", make("small", {}, format.duration(one.travelTime)), " ", late(one.isLate)]
    : make("input", { name: "arrival", type: "datetime-local", "aria-label": `${words.arrival}, ${about}` });
  const due = one.order.dueOn && make("small", {}, ` ${say(words.dueBy, { day: day(one.order.dueOn) })}`);
  return [
    make("th", { scope: "row" }, about), cell(evolution(one.order.evolution), due, " ", late(one.order.isLate)),
    make("td", { class: "number" }, amount("materials", one.materials)),
    make("td", { class: "number" }, amount("food", one.food)),
    cell(when), cell(button("send", words.markSent, about, { class: "main" })),
  ];
}
