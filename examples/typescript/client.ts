// A client without a library: typed documents with the session's token, and a key for what must be done once.
import { setTimeout as pause } from "node:timers/promises";
import type { TypedDocumentString } from "./generated/graphql.js";
import { type Answer, Refused, request } from "./request.js";
import { isSpent, type Session } from "./session.js";

const TRIES = 10;

export class Client {
  constructor(readonly session: Session) {}

  async ask<T, V>(document: TypedDocumentString<T, V>, variables: V, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const send = (token: string) =>
      request(this.session.endpoint, document, variables, { ...headers, authorization: `Bearer ${token}` });
    const token = await this.session.token();
    try {
      return await send(token);
    } catch (error) {
      if (!isSpent(error)) throw error;
      return send(await this.session.token(token));
    }
  }

  /** A mutation that is sent until it is answered, and done once: the service knows its key. */
  async once<T, V>(document: TypedDocumentString<T, V>, variables: V): Promise<T> {
    const headers = { "idempotency-key": crypto.randomUUID() };
    for (let tried = 1; ; tried++) {
      try {
        return (await this.ask(document, variables, headers)).data;
      } catch (error) {
        const isAway = error instanceof Refused ? error.code === "UNAVAILABLE" : error instanceof TypeError;
        if (!isAway || tried === TRIES) throw error;
        await pause(1000 * ((error instanceof Refused && error.retryAfter) || 1));
      }
    }
  }
}
