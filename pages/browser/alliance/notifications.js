// The viewer's unread notifications: listed when the page opens, told as they come, marked as read.
import * as format from "../shell/format.js";
import { ask, data } from "../shell/graphql.js";
import { live } from "../shell/live.js";
import { notify, toast } from "../shell/notice.js";
import { element, say, words } from "../shell/text.js";

const UNREAD = `query Unread {
  notifications(first: 20, unreadOnly: true) { unreadCount edges { node { id level message createdAt } } }
}`;
const READ = "mutation ReadNotifications($ids: [ID!]) { markNotificationsRead(ids: $ids) }";
const ADDED = "subscription Notifications { notificationAdded { id level message createdAt } }";
let stop = null;

export async function followNotifications() {
  leaveNotifications();
  stop = live.listen(ADDED, {}, ({ notificationAdded }) => {
    toast(notificationAdded);
    load();
  });
  await load();
}

export function leaveNotifications() {
  stop?.();
  stop = null;
  element("unread").hidden = true;
}

async function load() {
  const { data: found } = await ask(UNREAD).catch(() => ({}));
  const page = found?.notifications;
  if (!page) return;
  element("unread").hidden = page.unreadCount === 0;
  element("unread-count").textContent = say(words.unread, { count: format.number(page.unreadCount) });
  element("unread-list").replaceChildren(...page.edges.map(({ node }) => entry(node)));
}

function entry({ id, level, message, createdAt }) {
  const item = document.createElement("li");
  item.className = level.toLowerCase();
  const time = Object.assign(document.createElement("time"), { dateTime: createdAt, textContent: format.date(createdAt) });
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.markRead });
  button.addEventListener("click", () => mark([id]));
  item.append(time, Object.assign(document.createElement("span"), { textContent: message }), button);
  return item;
}

async function mark(ids) {
  try {
    await data(READ, { ids });
    await load();
    element("unread").hidden ? element("heading").focus() : element("unread").querySelector("summary").focus();
  } catch (problem) {
    notify(problem.code ? problem.message : words.unreachable, true);
  }
}

element("read-all").addEventListener("click", () => mark(null));
live.addEventListener("begun", () => stop && load());
