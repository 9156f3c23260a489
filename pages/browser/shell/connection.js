// Whether the service answers. Who meets that it does not says so here; it is then asked again and again until it does.
// Events: "lost", and "back" once it answers again.

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;

class Connection extends EventTarget {
  #isLost = false;

  get isLost() {
    return this.#isLost;
  }

  lost() {
    if (this.#isLost) return;
    this.#isLost = true;
    this.dispatchEvent(new Event("lost"));
    this.#probe(FIRST_MS);
  }

  back() {
    if (!this.#isLost) return;
    this.#isLost = false;
    this.dispatchEvent(new Event("back"));
  }

  async #probe(wait) {
    await new Promise((done) => {
      setTimeout(done, wait * (0.75 + Math.random() / 2));
      addEventListener("online", done, { once: true });
    });
    if (!this.#isLost) return;
    const answers = await fetch("/healthz").then((answer) => answer.ok, () => false);
    if (answers) this.back();
    else this.#probe(Math.min(wait * 2, LONGEST_MS));
  }
}

export const connection = new Connection();
