// One sign-in of a page: its tokens, kept in memory alone, and GraphQL over HTTP and over the socket.

const LOGIN = "mutation Login($input: LoginInput!) { login(input: $input) { accessToken refreshToken expiresAt user { username } } }";
const REFRESH = "mutation Refresh($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken expiresAt user { username } } }";
const LOGOUT = "mutation Logout { logout }";
const ENDPOINT = "/graphql";
const EARLY_MS = 60_000;
const RETRY_MS = 3_000;

export class Refused extends Error {
  constructor(error) {
    super(error.message);
    this.code = error.extensions?.code;
  }
}

async function post(query, variables, token) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(ENDPOINT, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return response.json();
}

export async function signIn(login, password, onEnd) {
  const { data, errors } = await post(LOGIN, { input: { login, password } });
  if (errors) throw new Refused(errors[0]);
  return new Session(data.login, onEnd);
}

// Tells of each new token by the event "renewed".
class Session extends EventTarget {
  #refreshing = null;

  constructor(grant, onEnd) {
    super();
    this.onEnd = onEnd;
    this.ended = false;
    this.name = grant.user.username;
    this.#keep(grant);
  }

  #keep(grant) {
    this.token = grant.accessToken;
    this.refreshToken = grant.refreshToken;
    this.expires = new Date(grant.expiresAt).getTime();
    const left = this.expires - Date.now();
    this.timer = setTimeout(() => this.#refresh(), Math.max(left - EARLY_MS, left / 2, 1000));
  }

  // A token that has not expired: a machine that was asleep wakes with one that has, before its timers run.
  async bearer() {
    if (!this.ended && Date.now() >= this.expires) await this.#refresh();
    return this.token;
  }

  // Once for all who wait, since a refresh token is good once.
  #refresh() {
    clearTimeout(this.timer);
    this.#refreshing ??= this.#renew().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  async #renew() {
    try {
      const { data, errors } = await post(REFRESH, { token: this.refreshToken });
      if (this.ended) return;
      if (errors) return this.end();
      this.#keep(data.refreshSession);
      // A socket speaks for the token it was opened with, so it is opened again with the new one.
      this.socket?.close(1000);
      this.dispatchEvent(new Event("renewed"));
    } catch {
      if (!this.ended) this.timer = setTimeout(() => this.#refresh(), RETRY_MS);
    }
  }

  // The whole answer; ends the session where its token is worth nothing.
  async ask(query, variables = {}) {
    const answer = await post(query, variables, await this.bearer());
    if (answer.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED")) this.end();
    return answer;
  }

  // The data of an answer without errors.
  async data(query, variables = {}) {
    const { data, errors } = await this.ask(query, variables);
    if (errors) throw new Refused(errors[0]);
    return data;
  }

  // Calls each handler with the events of its subscription, over a socket that is opened again when it breaks;
  // `onOpen` is called each time it is, for what was missed in between.
  listen(subscriptions, onOpen) {
    if (this.ended) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${ENDPOINT}`, "graphql-transport-ws");
    this.socket = socket;
    const send = (message) => socket.send(JSON.stringify(message));
    socket.onopen = () => send({ type: "connection_init", payload: { Authorization: `Bearer ${this.token}` } });
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "ping") send({ type: "pong" });
      if (message.type === "connection_ack") {
        subscriptions.forEach(({ query, variables }, id) => {
          send({ type: "subscribe", id: String(id), payload: { query, variables } });
        });
        onOpen();
      }
      if (message.type === "next" && message.payload.data) subscriptions[message.id].onEvent(message.payload.data);
    };
    socket.onclose = () => setTimeout(() => this.listen(subscriptions, onOpen), RETRY_MS);
  }

  async signOut() {
    const { token } = this;
    this.#stop();
    await post(LOGOUT, {}, token);
  }

  end() {
    if (this.ended) return;
    this.#stop();
    this.onEnd();
  }

  #stop() {
    this.ended = true;
    clearTimeout(this.timer);
    this.socket?.close(1000);
  }
}
