// The one sign-in that all pages of this browser share. Its refresh token is a cookie that no script can read; the
// access token is kept in this page's memory alone. Events: "change" (somebody else, or nobody), "renewed" (another
// token of the same account), "ended" (the session is over, and the reader did not ask for it), "delayed" (who is signed
// in cannot be told for `detail` seconds).
import { connection } from "./connection.js";
import { Refused, Unreachable } from "./refused.js";

const EARLY_MS = 60_000;
const LOCK = "pheromone:session";

async function post(action, body = {}) {
  const headers = { "content-type": "application/json", "x-pheromone": "page" };
  // Kept alive, or a page that is left would lose the new token that it has just asked for.
  const request = { method: "POST", keepalive: true, headers, body: JSON.stringify(body) };
  // By how long it is good: this machine's clock may be wrong.
  const asked = Date.now();
  try {
    const response = await fetch(`/session/${action}`, request);
    if (response.status >= 500) throw new Unreachable();
    const answer = await response.json();
    if (answer.errors?.length) throw new Refused(answer.errors);
    connection.back();
    return answer.grant && { ...answer.grant, expires: asked + answer.grant.expiresIn * 1000 };
  } catch (problem) {
    if (problem instanceof Refused) throw problem;
    connection.lost();
    throw new Unreachable();
  }
}

const after = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

// One tab at a time, where the browser can tell them apart; where it cannot, the service takes a repetition for one.
const alone = (work) => (navigator.locks ? navigator.locks.request(LOCK, work) : work());

class Session extends EventTarget {
  #grant = null;
  #shared = null;
  #timer = null;
  #renewing = null;
  #channel = new BroadcastChannel(LOCK);

  constructor() {
    super();
    this.#channel.onmessage = ({ data }) => this.#heard(data);
    // Fulfilled once it is known whether somebody is signed in; later changes are events.
    this.ready = this.#first();
  }

  // The account's name; null for nobody.
  get name() {
    return this.#grant?.name ?? null;
  }

  // Calls back with the account's name, or null for nobody: once it is known, and whenever it is another one.
  follow(onName) {
    let told;
    const tell = () => {
      if (told === this.name) return;
      told = this.name;
      onName(told);
    };
    this.ready.then(() => {
      this.addEventListener("change", tell);
      tell();
    });
  }

  // A token that has not expired; null for nobody. A machine that was asleep wakes with one that has.
  async bearer() {
    await this.ready;
    if (this.#grant && Date.now() >= this.#grant.expires) await this.renew();
    return this.#grant?.accessToken ?? null;
  }

  async #first() {
    for (;;) {
      try {
        return await this.renew();
      } catch (problem) {
        if (problem.retryAfter) {
          this.dispatchEvent(new CustomEvent("delayed", { detail: problem.retryAfter }));
          await after(problem.retryAfter);
        } else if (problem instanceof Refused) return;
        else await new Promise((done) => connection.addEventListener("back", done, { once: true }));
      }
    }
  }

  // Once for all who wait in this page, since a refresh token is good once. `spent`: a token that was refused.
  renew(spent = null) {
    this.#renewing ??= alone(() => this.#renew(spent)).finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renew(spent) {
    const shared = this.#shared;
    this.#shared = null;
    const isNew = shared && shared.accessToken !== spent && shared.expires - Date.now() > EARLY_MS;
    const before = this.#grant;
    const grant = isNew ? shared : await post("renew");
    this.#take(grant);
    if (grant && !isNew) this.#channel.postMessage({ grant });
    if (!grant && before) this.dispatchEvent(new Event("ended"));
  }

  // input: { login, password }. Throws Refused or Unreachable.
  signIn(input, stay) {
    return this.#open("open", input, stay);
  }

  // input: { username, email, password, invitation }; gives the tag of the alliance that the invitation is from, if any.
  register(input, stay) {
    return this.#open("register", input, stay);
  }

  async #open(action, input, stay) {
    const grant = await alone(() => post(action, { input, stay }));
    this.#take(grant);
    this.#channel.postMessage({ grant });
    return grant.invitedTo;
  }

  async signOut() {
    this.#forget();
    await alone(() => post("end"));
    this.#forget(); // What a tab was just renewing is over with it.
  }

  #forget() {
    this.#take(null);
    this.#channel.postMessage({ grant: null });
  }

  #heard({ grant }) {
    const isSame = grant && this.#grant && grant.name === this.#grant.name;
    if (isSame) this.#shared = grant;
    else this.#take(grant);
  }

  #take(grant) {
    const before = this.name;
    this.#grant = grant;
    clearTimeout(this.#timer);
    if (grant) {
      const left = grant.expires - Date.now();
      const wait = Math.max(left - EARLY_MS, left / 2, 1000);
      this.#timer = setTimeout(() => this.#renewOn(), wait);
    }
    if (this.name !== before) this.dispatchEvent(new Event("change"));
    else if (grant) this.dispatchEvent(new Event("renewed"));
  }

  #renewOn() {
    this.renew().catch(({ retryAfter }) => {
      if (retryAfter) this.#timer = setTimeout(() => this.#renewOn(), retryAfter * 1000);
      else connection.addEventListener("back", () => this.#renewOn(), { once: true });
    });
  }
}

export const session = new Session();
