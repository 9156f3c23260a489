// The one graphql-ws client that the others share: patient with a service that restarts, and with a token for each try.

import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { bearer, url } from "./scenario.mjs";

export const socket = createClient({
  url: url.replace("http", "ws"),
  webSocketImpl: WebSocket,
  lazy: true,
  keepAlive: 2_000,
  connectionParams: async () => ({ authorization: await bearer() }),
  shouldRetry: () => true,
  retryAttempts: 1_000,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
  on: { closed: (event) => console.log(`CLOSED ${event.code}`) },
});
