// Automatic persisted queries: Apollo Client and urql send a hash first, and the text where the service says so.

import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { createHash } from "node:crypto";

const url = process.env.SERVICE_URL;
const authorization = `Bearer ${process.env.TOKEN}`;
const sha256 = async (text) => createHash("sha256").update(text).digest("hex");

function counted(name) {
  return (address, options) => {
    console.log(`${name} ${JSON.parse(options.body).query ? "TEXT" : "HASH"}`);
    return fetch(address, { ...options, headers: { ...options.headers, authorization } });
  };
}

const apollo = new ApolloClient({
  cache: new InMemoryCache(),
  link: new PersistedQueryLink({ sha256 }).concat(new HttpLink({ uri: url, fetch: counted("APOLLO") })),
});
const urql = new Client({
  url,
  preferGetMethod: false,
  fetch: counted("URQL"),
  exchanges: [persistedExchange({ preferGetForPersistedQueries: false, generateHash: sha256 }), fetchExchange],
});

for (const query of ["query One { categories { slug } }", "query Two { categories { slug name } }"]) {
  const first = await apollo.query({ query: gql(query) });
  console.log(`APOLLO ${first.data.categories.map((one) => one.slug).join(" ")}`);
  const second = await urql.query(query, {}).toPromise();
  if (second.error) throw second.error;
  console.log(`URQL ${second.data.categories.map((one) => one.slug).join(" ")}`);
}
