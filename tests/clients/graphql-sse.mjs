// graphql-sse: every operation as a stream of its own.

import { createClient } from "graphql-sse";
import { bearer, failed, heard, LISTEN, place, run, url } from "./scenario.mjs";

const client = createClient({
  url,
  headers: async () => ({ authorization: await bearer() }),
  retryAttempts: 1_000,
  retry: () => new Promise((resolve) => setTimeout(resolve, 50)),
});

const once = (query, variables) =>
  new Promise((next, error) => client.subscribe({ query, variables }, { next, error, complete: () => {} }));

await run("sse_client", {
  query: once,
  mutate: once,
  listen: () =>
    client.subscribe({ query: LISTEN, variables: place }, { next: heard, error: failed, complete: () => failed("completed") }),
});
