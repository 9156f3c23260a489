// How the alliance stands for whoever looks at it: who they are there, its harvests, what waits. Read again by events.
import { ask } from "../shell/graphql.js";
import { live } from "../shell/live.js";
import { setup } from "../shell/text.js";

const SITUATION = `query Situation($tag: String!) {
  alliance(tag: $tag) {
    tag name nextHarvestAt
    viewerMember { id pseudo canAdminister topic { id } }
    members { id }
    harvests(first: 48) { edges { node { harvestAt outcome missingCensus } } }
    orders(status: [NEW, WAITING, IN_PROGRESS]) { id status isLate }
  }
}`;
const RIGHTS = "subscription Rights($tag: String!) { rightsUpdated(allianceTag: $tag) { harvestAt outcome missingCensus } }";
const ORDERS = "subscription Orders($tag: String!) { orderUpdated(allianceTag: $tag) { id } }";
const BURST_MS = 150;

// Calls `work` once for all who ask in a moment.
export function gathered(work) {
  let timer = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, BURST_MS);
  };
}

// Events: "changed" once it was read; "rights" and "orders" as the service tells that they moved; "gone" for no answer.
class Situation extends EventTarget {
  #stops = [];
  #latest = 0;
  #soon = gathered(() => this.load().catch(() => {})); // The line about the connection says so; `begun` reads again.
  alliance = null;
  refusal = null;
  // Why nothing of the alliance can be read by anybody, if so.
  blockage = null;

  constructor() {
    super();
    live.addEventListener("begun", () => this.#moved("rights", "orders"));
  }

  get tag() {
    return setup.tag;
  }

  get viewer() {
    return this.alliance?.viewerMember ?? null;
  }

  // An alliance has members: who sees none of them may not look into it.
  get isInside() {
    return Boolean(this.alliance?.members?.length);
  }

  get administers() {
    return Boolean(this.isInside && this.viewer?.canAdminister && this.viewer.topic);
  }

  // Reads it for whoever is signed in now, and listens from then on.
  async follow() {
    this.leave();
    await this.load();
    if (!this.isInside) return;
    const { tag } = this;
    this.#stops = [
      live.listen(RIGHTS, { tag }, () => this.#moved("rights")),
      live.listen(ORDERS, { tag }, () => this.#moved("orders")),
    ];
  }

  leave() {
    this.#stops.splice(0).forEach((stop) => stop());
    this.#latest += 1;
    this.alliance = null;
  }

  async load() {
    const asked = ++this.#latest;
    const { data, errors } = await ask(SITUATION, { tag: this.tag });
    if (asked !== this.#latest) return;
    this.alliance = data?.alliance ?? null;
    this.refusal = errors?.[0].message ?? null;
    this.blockage = errors?.find(({ extensions }) => extensions?.code.startsWith("ALLIANCE_KEY_"))?.message ?? null;
    this.dispatchEvent(new Event("changed"));
  }

  #moved(...what) {
    this.#soon();
    what.forEach((one) => this.dispatchEvent(new Event(one)));
  }
}

export const situation = new Situation();
