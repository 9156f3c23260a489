// graphql-ws: every operation over the socket.

import { failed, heard, LISTEN, place, run } from "./scenario.mjs";
import { socket } from "./socket.mjs";

const once = (query, variables) =>
  new Promise((next, error) => socket.subscribe({ query, variables }, { next, error, complete: () => {} }));

await run("ws_client", {
  query: once,
  mutate: once,
  listen: () =>
    socket.subscribe({ query: LISTEN, variables: place }, { next: heard, error: failed, complete: () => failed("completed") }),
});
