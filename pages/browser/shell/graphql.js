// GraphQL over HTTP, for whoever is signed in. Documents are constants of the pages' scripts: QUERY = `query Name …`,
// at the beginning of a line, which makes them trusted ones.
import { connection } from "./connection.js";
import { Refused, Unreachable } from "./refused.js";
import { session } from "./session.js";

export { Refused, Unreachable };
const ENDPOINT = "/graphql";
const isUnauthenticated = ({ errors }) => errors?.some(({ extensions }) => extensions?.code === "UNAUTHENTICATED");

async function post(query, variables, token, signal) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  try {
    const request = { method: "POST", headers, signal, body: JSON.stringify({ query, variables }) };
    const answer = await (await fetch(ENDPOINT, request)).json();
    connection.back();
    return answer;
  } catch (problem) {
    if (signal?.aborted) throw problem;
    connection.lost();
    throw new Unreachable();
  }
}

// The whole answer { data, errors }, which may be a partial one: each error has its `path`. Throws Unreachable.
export async function ask(query, variables = {}, { signal } = {}) {
  const token = await session.bearer();
  const answer = await post(query, variables, token, signal);
  if (!token || !isUnauthenticated(answer)) return answer;
  await session.renew(token);
  const next = await session.bearer();
  return next && next !== token ? post(query, variables, next, signal) : answer;
}

// The data of an answer without errors. Throws Refused or Unreachable.
export async function data(query, variables = {}, options = {}) {
  const answer = await ask(query, variables, options);
  if (answer.errors) throw new Refused(answer.errors);
  return answer.data;
}
