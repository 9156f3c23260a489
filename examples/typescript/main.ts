// Signs in, prints an alliance's rights, sends a convoy once.
import { Pheromone } from "./client.js";
import { Login, Members, SendConvoy } from "./documents.js";

const api = new Pheromone("http://127.0.0.1:8000/graphql");
const { login } = await api.ask(Login, { input: { login: "player_mutant", password: "password123" } });
api.token = login.accessToken;

const { alliance } = await api.ask(Members, { tag: "FDR" });
for (const member of alliance?.members ?? []) {
  const saved: number | undefined = member.resourceRights?.accumulatedRights;
  console.log(member.pseudo, member.tdc.toLocaleString(), saved ?? "—");
}

export async function send(orderId: string, materials: number, arrivesAt: Date): Promise<string> {
  const key = crypto.randomUUID();
  const input = { orderId, materials, arrivesAt: arrivesAt.toISOString() };
  return (await api.ask(SendConvoy, { input }, key)).sendConvoy.id;
}
