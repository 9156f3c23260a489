// urql: queries and mutations over HTTP, subscriptions over the socket.

import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { bearer, failed, heard, LISTEN, place, run, url } from "./scenario.mjs";
import { socket } from "./socket.mjs";

let authorization = "";
const client = new Client({
  url,
  preferGetMethod: false,
  fetchOptions: () => ({ headers: { authorization } }),
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables: place }, sink) }),
      }),
    }),
  ],
});

async function settled(ask) {
  authorization = await bearer();
  const result = await ask().toPromise();
  if (result.error) throw result.error;
  return result;
}

await run("urql_client", {
  query: (query) => settled(() => client.query(query, {})),
  mutate: (mutation, variables) => settled(() => client.mutation(mutation, variables)),
  listen: () =>
    client
      .subscription(LISTEN, { ...place })
      .subscribe(({ data, error }) => (error ? failed(error) : heard({ data }))),
});
