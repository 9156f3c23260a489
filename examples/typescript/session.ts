// Who speaks: signs in, and renews the access token before it ends, once for however many requests wait for it.
import { type GrantFragment, RenewDocument, SignInDocument } from "./generated/graphql.js";
import { Refused, request } from "./request.js";

const EARLY_MS = 30_000;

export class Session {
  #grant: GrantFragment | undefined;
  #renewAt = 0;
  #renewing: Promise<GrantFragment> | undefined;

  constructor(
    readonly endpoint: URL,
    private readonly login: string,
    private readonly password: string,
  ) {}

  /** An access token that is good for a while yet; `refused` is one that the service would not take. */
  async token(refused?: string): Promise<string> {
    if (this.#grant && refused !== this.#grant.accessToken && Date.now() < this.#renewAt) return this.#grant.accessToken;
    // A refresh token is good once, and using it twice ends the session: so all who come meanwhile wait for the same one.
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    return (await this.#renewing).accessToken;
  }

  async #renew(): Promise<GrantFragment> {
    const grant = await this.#next();
    const left = Date.parse(grant.expiresAt) - Date.now();
    // By a clock that is wrong, a token may seem spent as it comes: then the service's refusal says when it is.
    this.#renewAt = left > 0 ? Date.now() + left - Math.min(EARLY_MS, left / 2) : Infinity;
    this.#grant = grant;
    return grant;
  }

  async #next(): Promise<GrantFragment> {
    if (this.#grant) {
      try {
        const { data } = await request(this.endpoint, RenewDocument, { token: this.#grant.refreshToken });
        return data.refreshSession;
      } catch (error) {
        if (!isSpent(error)) throw error;
        // Ended elsewhere, or the answer to an earlier renewal was lost on its way: sign in again.
      }
    }
    const input = { login: this.login, password: this.password };
    return (await request(this.endpoint, SignInDocument, { input })).data.login;
  }
}

/** Whether it says that the token was worth nothing. */
export function isSpent(error: unknown): boolean {
  return error instanceof Refused && error.code === "UNAUTHENTICATED";
}
