// One request over HTTP: a typed document goes, its data and the errors of single fields come back. Knows no session.
import type { TypedDocumentString } from "./generated/graphql.js";

/** What was refused, and where in the answer. The codes are in docs/api.md. */
export interface FieldError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly retryAfter?: number; readonly after?: string };
}

/** What came: a refused field is null in `data`, with its reason in `errors`. */
export interface Answer<T> {
  readonly data: T;
  readonly errors: readonly FieldError[];
}

/** Nothing came: the whole operation was refused. */
export class Refused extends Error {
  readonly code: string;
  readonly retryAfter: number | undefined;

  constructor({ message, extensions }: FieldError) {
    super(message);
    this.code = extensions.code;
    this.retryAfter = extensions.retryAfter;
  }
}

const LANGUAGE = Intl.DateTimeFormat().resolvedOptions().locale;

export async function request<T, V>(
  endpoint: URL,
  document: TypedDocumentString<T, V>,
  variables: V,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json",
      "accept-language": LANGUAGE,
      ...headers,
    },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  if (!response.headers.get("content-type")?.includes("json")) {
    throw new Error(`${endpoint.href} answers ${response.status} and no JSON: is this the service?`);
  }
  const { data, errors = [] } = (await response.json()) as { data?: T | null; errors?: FieldError[] };
  const [first] = errors;
  if (data != null) return { data, errors };
  throw first ? new Refused(first) : new Error(`${response.status} without data`);
}
