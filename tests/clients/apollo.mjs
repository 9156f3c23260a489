// Apollo Client: queries and mutations over HTTP, subscriptions over the socket.

import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { bearer, failed, heard, LISTEN, place, run, url } from "./scenario.mjs";
import { socket } from "./socket.mjs";

const signed = new SetContextLink(async () => ({ headers: { authorization: await bearer() } }));
// Apollo keeps its own copy of the variables, so the place is put in where the socket sends them.
const live = {
  ...socket,
  subscribe: (payload, sink) => socket.subscribe({ ...payload, variables: place }, sink),
};
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(live),
    signed.concat(new HttpLink({ uri: url })),
  ),
});

await run("apollo_client", {
  query: (query) => client.query({ query: gql(query) }),
  mutate: (mutation, variables) => client.mutate({ mutation: gql(mutation), variables }),
  listen: () =>
    client
      .subscribe({ query: gql(LISTEN), variables: { ...place } })
      .subscribe({ next: ({ data, error }) => (error ? failed(error) : heard({ data })), error: failed, complete: () => failed("completed") }),
});
