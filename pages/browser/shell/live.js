// Subscriptions over one socket for the whole page, opened again whenever it breaks or the token is another one.
// Event "begun": all of them are under way, for the first time or again; what happened before is to be read now.
import { connection } from "./connection.js";
import { session } from "./session.js";

const PROTOCOL = "graphql-transport-ws";
const SILENCE_MS = 25_000;
const LONGEST_MS = 30_000;
// A service that answers but takes no socket is not asked for one each time that it answers.
const PATIENT_AFTER = 4;

class Live extends EventTarget {
  #listeners = new Map();
  #next = 0;
  #socket = null;
  #failures = 0;

  constructor() {
    super();
    session.addEventListener("change", () => this.#reopen());
    session.addEventListener("renewed", () => this.#reopen());
    connection.addEventListener("back", () => this.#failures < PATIENT_AFTER && this.#reopen());
  }

  // Calls onData with the data of each event, onErrors with the errors of a refused one. `variables` may be a function,
  // asked each time the subscription begins: so it may go on `after` what was seen last. Gives what stops it.
  listen(query, variables, onData, onErrors = () => {}) {
    const id = String(++this.#next);
    this.#listeners.set(id, { query, variables, onData, onErrors });
    if (this.#socket?.isReady) this.#begin([id]);
    else if (!this.#socket) this.#open();
    return () => {
      this.#listeners.delete(id);
      if (this.#socket?.isReady) this.#send({ type: "complete", id });
      if (!this.#listeners.size) this.#close();
    };
  }

  #reopen() {
    if (!this.#listeners.size || connection.isLost) return;
    this.#close();
    this.#open();
  }

  async #open() {
    const token = await session.bearer().catch(() => undefined);
    if (token === undefined) return; // The service is gone; once it is back this is called again.
    if (this.#socket || !this.#listeners.size) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/graphql`, PROTOCOL);
    this.#socket = socket;
    socket.beginning = 0;
    const payload = token ? { Authorization: `Bearer ${token}` } : {};
    socket.onopen = () => this.#send({ type: "connection_init", payload });
    socket.onmessage = ({ data }) => this.#heard(socket, JSON.parse(data));
    socket.onclose = () => this.#broken(socket);
    socket.watch = setInterval(() => this.#look(socket), SILENCE_MS);
  }

  #heard(socket, message) {
    if (socket !== this.#socket) return;
    socket.isSilent = false;
    const listener = this.#listeners.get(message.id);
    if (message.type === "ping") this.#send({ type: "pong" });
    if (message.type === "pong" && socket.beginning && !--socket.beginning) this.dispatchEvent(new Event("begun"));
    if (message.type === "connection_ack") this.#acknowledged(socket);
    if (message.type === "next" && message.payload.data) listener?.onData(message.payload.data);
    if (message.type === "next" && message.payload.errors) listener?.onErrors(message.payload.errors);
    if (message.type === "error") listener?.onErrors(message.payload);
  }

  #acknowledged(socket) {
    socket.isReady = true;
    this.#failures = 0;
    connection.back();
    this.#begin(this.#listeners.keys());
  }

  // A ping behind them is answered once they have begun.
  #begin(ids) {
    for (const id of ids) this.#subscribe(id);
    this.#socket.beginning += 1;
    this.#send({ type: "ping" });
  }

  #subscribe(id) {
    const { query, variables } = this.#listeners.get(id);
    const asked = typeof variables === "function" ? variables() : variables;
    this.#send({ type: "subscribe", id, payload: { query, variables: asked } });
  }

  // A socket whose other end is gone may never say so.
  #look(socket) {
    if (socket.isSilent) return this.#broken(socket);
    socket.isSilent = true;
    if (socket.isReady) this.#send({ type: "ping" });
  }

  #broken(socket) {
    if (socket !== this.#socket) return;
    this.#close();
    const wait = Math.min(1000 * 2 ** this.#failures, LONGEST_MS);
    if (this.#failures++) connection.lost();
    setTimeout(() => this.#open(), this.#failures === 1 ? 0 : wait);
  }

  #close() {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    clearInterval(socket.watch);
    socket.close(1000);
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

export const live = new Live();
