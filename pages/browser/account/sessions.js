// The account's sign-ins, and ending them: one, or all but this one.
import * as format from "../shell/format.js";
import { data } from "../shell/graphql.js";
import { complain, notify } from "../shell/notice.js";
import { element, say, words } from "../shell/text.js";

const END_SESSION = "mutation EndSession($key: String!) { endSession(key: $key) { key createdAt lastUsedAt place device isCurrent } }";
const END_OTHERS = "mutation EndOthers { endOtherSessions { key createdAt lastUsedAt place device isCurrent } }";

async function change(ask) {
  try {
    showSessions(await ask());
    notify(words.ended);
  } catch (problem) {
    complain(problem);
  }
}

function row({ key, createdAt, lastUsedAt, place, device, isCurrent }) {
  const line = document.createElement("tr");
  const name = device || words.unknownDevice;
  for (const text of [name, place, format.date(lastUsedAt), format.date(createdAt)]) line.insertCell().textContent = text;
  const last = line.insertCell();
  if (isCurrent) return (last.textContent = words.thisOne), line;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.end });
  button.setAttribute("aria-label", say(words.endOf, { device: name }));
  button.addEventListener("click", () => change(async () => (await data(END_SESSION, { key })).endSession));
  last.append(button);
  return line;
}

export function showSessions(sessions) {
  element("sessions").tBodies[0].replaceChildren(...sessions.map(row));
  element("end-others").hidden = sessions.length < 2;
}

element("end-others").addEventListener("click", () => change(async () => (await data(END_OTHERS)).endOtherSessions));
