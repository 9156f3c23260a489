// One's own account: who it is, its sign-ins, its characters, and what changes it. Characters are drawn by characters.js.
import { showCharacters } from "./characters.js";
import { showSessions } from "./sessions.js";
import { onSubmit } from "../shell/form.js";
import * as format from "../shell/format.js";
import { data } from "../shell/graphql.js";
import { complain, notify } from "../shell/notice.js";
import { session } from "../shell/session.js";
import { element, words } from "../shell/text.js";

const ACCOUNT = `query Account {
  me {
    username email createdAt
    role { label }
    characters { id name isAlive state faction { name } clan { name } }
    sessions { key createdAt lastUsedAt place device isCurrent }
  }
  factions { id name isActive }
  clans { id name isActive faction { id } }
}`;
const CHANGE_PASSWORD = "mutation ChangePassword($input: ChangePasswordInput!) { changePassword(input: $input) { id } }";
const CHANGE_EMAIL = "mutation ChangeEmail($input: ChangeEmailInput!) { changeEmail(input: $input) { email } }";
const DELETE_ACCOUNT = "mutation DeleteAccount($password: String!) { deleteAccount(password: $password) }";
const CREATE_CHARACTER = `mutation CreateCharacter($name: String!, $factionId: ID, $clanId: ID) {
  createCharacter(name: $name, factionId: $factionId, clanId: $clanId) { id }
}`;

async function show() {
  const { me, factions, clans } = await data(ACCOUNT);
  if (!me) return;
  element("username").textContent = me.username;
  document.querySelectorAll(".whose").forEach((field) => (field.value = me.username)); // For keepers of passwords.
  element("email").textContent = me.email;
  element("role").textContent = me.role.label;
  element("since").textContent = format.day(me.createdAt);
  showCharacters(me.characters, factions, clans);
  showSessions(me.sessions);
  element("own").hidden = false;
}

session.follow((name) => {
  element("own").hidden = true;
  if (name !== null) show().catch(complain);
});

onSubmit(element("password-change"), async (input) => {
  await data(CHANGE_PASSWORD, { input });
  notify(words.passwordChanged);
  await show();
});

onSubmit(element("email-change"), async (input) => {
  const { changeEmail } = await data(CHANGE_EMAIL, { input });
  element("email").textContent = changeEmail.email;
  notify(words.emailChanged);
});

onSubmit(element("character"), async ({ name, factionId, clanId }) => {
  await data(CREATE_CHARACTER, { name, factionId: factionId || null, clanId: clanId || null });
  notify(words.characterCreated);
  await show();
});

onSubmit(element("deletion"), async ({ password }) => {
  await data(DELETE_ACCOUNT, { password });
  await session.signOut().catch(() => {});
  location.assign("/");
});

element("export").addEventListener("click", async () => {
  try {
    const headers = { authorization: `Bearer ${await session.bearer()}` };
    const response = await fetch("/account/export", { headers });
    if (!response.ok) return notify((await response.json()).errors[0].message, true);
    const address = URL.createObjectURL(await response.blob());
    Object.assign(document.createElement("a"), { href: address, download: "pheromone-account.json" }).click();
    URL.revokeObjectURL(address);
  } catch {
    notify(words.unreachable, true);
  }
});
