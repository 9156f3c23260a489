// The audits of the GraphQL over HTTP specification, as graphql-http has them; with a token, if one is given.

import { auditServer } from "graphql-http";

const token = process.env.TOKEN;
const results = await auditServer({
  url: process.env.SERVICE_URL,
  fetchFn: (url, options = {}) => {
    const headers = { ...options.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) };
    return fetch(url, { ...options, headers });
  },
});
for (const { id, name, status, reason } of results) {
  console.log(status === "ok" ? "OK" : "FAILED", id, name, reason ?? "");
}
