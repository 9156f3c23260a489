// The form that an order is placed and changed with. What is refused is said at its field.
import { readNumber } from "../alliance/typed_number.js";
import { data, Refused } from "../shell/graphql.js";
import { onSubmit } from "../shell/form.js";
import { setup, words } from "../shell/text.js";
import { field, make } from "./make.js";

const PLACE = "mutation PlaceOrder($input: OrderInput!) { placeOrder(input: $input) { id } }";
const UPDATE = `mutation UpdateOrder(
  $id: ID!, $evolution: Evolution, $food: BigInt, $materials: BigInt, $dueOn: Date, $deliverAfter: Date
) {
  updateOrder(
    id: $id, evolution: $evolution, food: $food, materials: $materials, dueOn: $dueOn, deliverAfter: $deliverAfter
  ) { id }
}`;
const quantity = () => make("input", { type: "text", inputmode: "decimal", autocomplete: "off", size: "14" });
const wrong = (field, message) => new Refused([{ message, extensions: { field } }]);

// A whole number as people type it, none for nothing. Throws Refused, as the service does of what is out of bounds.
export function readQuantity(field, text) {
  const value = text.trim() === "" ? 0 : readNumber(text);
  if (value === undefined || value < 0) throw wrong(field, words.noNumber);
  return Math.round(value);
}

export class OrderForm {
  #order = null;

  constructor(tag, read) {
    Object.assign(this, { tag, read });
    this.opener = make("button", { type: "button", class: "main", "aria-expanded": "false" }, words.newOrder);
    this.opener.addEventListener("click", () => this.#open(null));
    const choices = Object.entries(setup.evolutions).map(([value, name]) => make("option", { value }, name));
    this.inputs = {
      evolution: make("select", {}, make("option", { value: "" }, words.anything), choices),
      materials: quantity(),
      food: quantity(),
      dueOn: make("input", { type: "date", required: true }),
      deliverAfter: make("input", { type: "date" }),
    };
    const labels = [words.wantedFor, words.materials, words.food, words.due, words.deliverAfter];
    const fields = Object.entries(this.inputs).map(([name, input], at) => field(name, labels[at], input));
    const close = make("button", { type: "button" }, words.close);
    close.addEventListener("click", () => this.#close());
    this.title = make("h2", { id: "order-form-title" });
    this.element = make(
      "form", { id: "order-form", class: "panel order-form", hidden: true, novalidate: true, "aria-labelledby": this.title.id },
      this.title, make("div", { class: "fields" }, fields),
      make("p", { class: "tools" }, make("button", { class: "main" }, words.save), close),
    );
    onSubmit(this.element, (values) => this.#send(values));
    this.element.addEventListener("keydown", ({ key }) => key === "Escape" && this.#close());
  }

  edit(order) {
    this.#open(order);
  }

  #open(order) {
    this.#order = order;
    this.title.textContent = order ? words.changeOrder : words.newOrder;
    this.inputs.evolution.value = order?.evolution ?? "";
    this.inputs.materials.value = order?.materialsRequested ?? "";
    this.inputs.food.value = order?.foodRequested ?? "";
    this.inputs.dueOn.value = order?.dueOn ?? "";
    this.inputs.deliverAfter.value = order?.deliverAfter ?? "";
    this.element.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.inputs.evolution.focus();
  }

  #close() {
    const isInside = this.element.contains(document.activeElement);
    this.element.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    // A button that waits for its answer gives the focus up.
    if (isInside || document.activeElement === document.body) this.opener.focus();
  }

  async #send(values) {
    const [materials, food] = ["materials", "food"].map((name) => readQuantity(name, values[name]));
    const days = { dueOn: values.dueOn || null, deliverAfter: values.deliverAfter || null };
    const order = this.#order;
    if (!days.dueOn && (!order || order.dueOn)) throw wrong("dueOn", words.dueNeeded);
    const wanted = { materials, food, evolution: values.evolution || null };
    // A day that nobody touched is not sent: one that is past by now would be refused.
    const touched = Object.fromEntries(Object.entries(days).filter(([name, day]) => day !== order?.[name]));
    if (order) await data(UPDATE, { id: order.id, ...wanted, ...touched });
    else await data(PLACE, { input: { allianceTag: this.tag, ...wanted, ...days } });
    this.#close();
    await this.read();
  }
}
