// Shows an alliance as far as the account may see it, then talks in a section's last topic: lines that are typed go, posts come.
import { createInterface, type Interface } from "node:readline";
import { Client } from "./client.js";
import { ConversationDocument, type MessageFragment, OverviewDocument, SayDocument, SignOutDocument } from "./generated/graphql.js";
import { follow } from "./live.js";
import type { FieldError } from "./request.js";
import { Session } from "./session.js";

const { PHEROMONE_URL, PHEROMONE_LOGIN, PHEROMONE_PASSWORD, PHEROMONE_ALLIANCE, PHEROMONE_SECTION } = process.env;
const endpoint = new URL("/graphql", PHEROMONE_URL ?? "http://127.0.0.1:8000");
const client = new Client(new Session(endpoint, PHEROMONE_LOGIN ?? "player_mutant", PHEROMONE_PASSWORD ?? "password123"));

async function showAlliance(tag: string): Promise<void> {
  const { data, errors } = await client.ask(OverviewDocument, { tag });
  console.log(`Signed in as ${data.me?.username} at ${endpoint.origin}`);
  const { alliance } = data;
  if (alliance?.nextHarvestAt) console.log(`${alliance.name}, next harvest at ${time(alliance.nextHarvestAt)}`);
  for (const { pseudo, tdc, resourceRights } of alliance?.members ?? []) {
    const saved = resourceRights?.accumulatedRights.toLocaleString() ?? "—";
    console.log(`  ${pseudo.padEnd(16)}${tdc.toLocaleString().padStart(12)} cm²${saved.padStart(20)}`);
  }
  console.log(`Characters that wait: ${data.waitingCharacters?.totalCount ?? "—"}`);
  refusals(errors).forEach((reason) => console.log(`  — ${reason}`));
}

/** One line for each reason and field, however many rows say the same. */
function refusals(errors: readonly FieldError[]): Set<string> {
  const field = ({ path = [] }: FieldError) => path.filter((step) => typeof step === "string").join(".");
  return new Set(errors.map((error) => `${field(error)}: ${error.message} (${error.extensions.code})`));
}

async function talk(section: string): Promise<void> {
  const { data } = await client.ask(ConversationDocument, { section });
  const topic = data.section?.topics?.edges[0]?.node;
  if (!topic) throw new Error(`there is no topic in a section ${section} that this account may read`);
  const lines = createInterface({ input: process.stdin });
  process.once("SIGINT", () => lines.close());
  console.log(`\n${topic.title} — a line that you type is posted there; Ctrl-D or Ctrl-C ends`);
  topic.posts.edges.forEach(({ node }) => show(node));
  // From where the page ends, so that what comes between it and the subscription is heard too.
  const place = { topicId: topic.id, after: topic.posts.edges.at(-1)?.cursor ?? null };
  const live = follow(client.session, place, show);
  try {
    await Promise.race([live.ended, posted(lines, topic.id)]);
  } finally {
    lines.close();
    await live.stop();
  }
}

/** Posts what is typed, line by line, until there is no more. */
async function posted(lines: Interface, topicId: string): Promise<void> {
  for await (const body of lines) {
    if (body.trim()) await client.once(SayDocument, { input: { topicId, body } }).catch(complain);
  }
}

function show({ authorName, body, createdAt }: MessageFragment): void {
  console.log(`[${time(createdAt)}] ${authorName}: ${body}`);
}

function time(instant: string): string {
  return new Date(instant).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" });
}

function complain(error: unknown): void {
  const { code = "" } = ((error as Error).cause ?? {}) as { code?: string };
  console.error((error as Error).message, code);
}

try {
  await showAlliance(PHEROMONE_ALLIANCE ?? "FDR");
  await talk(PHEROMONE_SECTION ?? "discussions-hrp");
  await client.ask(SignOutDocument, {});
} catch (error) {
  complain(error);
  process.exitCode = 1;
}
