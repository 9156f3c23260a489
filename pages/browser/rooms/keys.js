// The alliance's key, for its administrators: kept elsewhere, put back, exchanged, given up; and who did what with it.
import { data } from "../shell/graphql.js";
import { notify } from "../shell/notice.js";
import { words } from "../shell/text.js";
import { instant } from "./amounts.js";
import { confirmed } from "./confirmation.js";
import { button, cell, make, table } from "./make.js";
import { Rows } from "./rows.js";

const EXPORT = "mutation ExportKey($tag: String!) { exportAllianceKey(allianceTag: $tag) }";
const RESTORE = "mutation RestoreKey($tag: String!, $key: String!) { restoreAllianceKey(allianceTag: $tag, key: $key) { id keyState } }";
const ROTATE = "mutation RotateKey($tag: String!) { rotateAllianceKey(allianceTag: $tag) { id keyState } }";
const ABANDON = `mutation AbandonKey($tag: String!, $confirmation: String!) {
  abandonAllianceKey(allianceTag: $tag, confirmation: $confirmation) { id keyState }
}`;

const ACTIONS = {
  CREATED: words.keyCreated, EXPORTED: words.keyExported, RESTORED: words.keyRestored, ROTATED: words.keyRotated,
  ABANDONED: words.keyAbandoned,
};

export class Keys {
  constructor(tag, read) {
    Object.assign(this, { tag, read });
    const trail = table("keys", words.keys, [[words.what], [words.by], [words.key], [words.when]]);
    this.section = trail.section;
    this.fault = make("p", { class: "error", role: "alert" });
    const acts = { export: words.exportKey, rotate: words.rotateKey, restore: words.restoreKey, abandon: words.abandonKey };
    const tools = make("p", { class: "tools" }, Object.entries(acts).map(([act, text]) => button(act, text)));
    tools.addEventListener("click", ({ target }) => target.dataset.act && this.#try(this[target.dataset.act]));
    trail.heading.after(make("p", { class: "muted" }, words.aboutKeys), tools, this.fault);
    this.rows = new Rows(trail, {
      key: ({ at, action }) => `${at} ${action}`,
      draw: ({ action, userName, kid, at }) => [
        make("th", { scope: "row" }, ACTIONS[action]), cell(userName), cell(make("code", {}, kid)), cell(instant(at)),
      ],
    });
  }

  show({ keyTrail }) {
    this.rows.show(keyTrail);
    this.section.querySelector(".scroll").hidden = keyTrail.length === 0;
  }

  async #try(act) {
    this.fault.textContent = "";
    try {
      await act.call(this);
    } catch (problem) {
      this.fault.textContent = problem.code ? problem.message : words.unreachable;
    }
  }

  async export() {
    const { exportAllianceKey } = await data(EXPORT, { tag: this.tag });
    await confirmed(words.exportedKey, words.done, { typed: words.key, value: exportAllianceKey });
    await this.read();
  }

  async rotate() {
    if ((await confirmed(words.rotateQuestion, words.rotateKey)) === null) return;
    await data(ROTATE, { tag: this.tag });
    notify(words.rotated);
    await this.read();
  }

  async restore() {
    const key = await confirmed(words.restoreQuestion, words.restoreKey, { typed: words.key });
    if (!key) return;
    await data(RESTORE, { tag: this.tag, key });
    notify(words.restored);
    await this.read();
  }

  async abandon() {
    const confirmation = await confirmed(words.abandonQuestion, words.abandonKey, { typed: words.typeTag, expected: this.tag });
    if (confirmation === null) return;
    await data(ABANDON, { tag: this.tag, confirmation });
    notify(words.abandoned);
    await this.read();
  }
}
