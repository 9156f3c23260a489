// What every client goes through: register, ask, write, listen; with a new token whenever the old one is spent.

export const url = process.env.SERVICE_URL;
export const topicId = process.env.TOPIC_ID;
export const CATEGORIES = "query { categories { slug } }";
export const CREATE = "mutation ($input: PostInput!) { createPost(input: $input) { id body } }";
export const LISTEN =
  "subscription ($topicId: ID, $after: String) { postAdded(topicId: $topicId, after: $after) { id body cursor } }";

const FIELDS = "accessToken refreshToken expiresAt";
let grant;

async function send(body) {
  for (;;) {
    try {
      return await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50)); // The service restarts.
    }
  }
}

async function ask(query, variables) {
  const { data, errors } = await (await send(JSON.stringify({ query, variables }))).json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

export async function register(name) {
  const query = `mutation ($input: RegisterInput!) { register(input: $input) { ${FIELDS} } }`;
  const input = { username: name, email: `${name}@example.org`, password: "les fourmis dansent la nuit 42" };
  grant = (await ask(query, { input })).register;
}

// An access token that is good for a while yet; the refresh token buys a new one.
export async function bearer() {
  if (new Date(grant.expiresAt) - Date.now() < 300) {
    const query = `mutation ($token: String!) { refreshSession(refreshToken: $token) { ${FIELDS} } }`;
    grant = (await ask(query, { token: grant.refreshToken })).refreshSession;
    console.log("REFRESHED");
  }
  return `Bearer ${grant.accessToken}`;
}

// Variables that always say where the client is: a subscription that is sent again resumes there.
export const place = { topicId, after: undefined };

export function heard(result) {
  if (result.errors) throw new Error(JSON.stringify(result.errors));
  const post = result.data.postAdded;
  place.after = post.cursor;
  console.log(`HEARD ${post.body}`);
}

export function failed(error) {
  console.log(`FAILED ${error?.message ?? JSON.stringify(error)}`);
  process.exit(1);
}

export async function run(name, client) {
  await register(name);
  const { data } = await client.query(CATEGORIES);
  console.log(`ASKED ${data.categories.map((one) => one.slug).join(" ")}`);
  client.listen();
  process.stdin.on("data", async (line) => {
    const body = line.toString().trim();
    const { data } = await client.mutate(CREATE, { input: { topicId, body } });
    console.log(`WROTE ${data.createPost.body}`);
  });
  process.stdin.on("end", () => process.exit(0));
}
