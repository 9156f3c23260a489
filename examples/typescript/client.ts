// A client without a library: typed documents, codes of errors, a key for what must be done once.
import type { TypedDocumentString } from "./generated/graphql.js";

export class Refused extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }
}

interface Answer<T> {
  data: T | null;
  errors?: { message: string; extensions: { code: string; retryAfter?: number } }[];
}

export class Pheromone {
  constructor(
    private readonly endpoint: string,
    public token?: string,
  ) {}

  /** The data of one operation; throws Refused for the first error. `key` makes a mutation safe to send again. */
  async ask<T, V>(document: TypedDocumentString<T, V>, variables: V, key?: string): Promise<T> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (this.token !== undefined) headers.authorization = `Bearer ${this.token}`;
    if (key !== undefined) headers["idempotency-key"] = key;
    const body = JSON.stringify({ query: document.toString(), variables });
    const response = await fetch(this.endpoint, { method: "POST", headers, body });
    const answer = (await response.json()) as Answer<T>;
    const error = answer.errors?.[0];
    if (error !== undefined) throw new Refused(error.message, error.extensions.code, error.extensions.retryAfter);
    if (answer.data === null) throw new Error(`no data: ${response.status}`);
    return answer.data;
  }
}
