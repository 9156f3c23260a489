// The page of one alliance: who looks at it, in words what they may not see, and its parts for those who may.
import { notify } from "../shell/notice.js";
import { session } from "../shell/session.js";
import { element, words } from "../shell/text.js";
import { openCharts } from "./charts.js";
import "./first.js";
import { openMembers } from "./members.js";
import { followNotifications, leaveNotifications } from "./notifications.js";
import { forget, part, show } from "./parts.js";
import "./paste.js";
import { situation } from "./situation.js";

part("members", () => Promise.all([openMembers(), openCharts()]));

function showWho() {
  const { alliance, isInside, viewer } = situation;
  element("heading").textContent = alliance ? `${alliance.tag} – ${alliance.name}` : situation.tag;
  element("alliance").hidden = !isInside;
  element("closed").hidden = isInside;
  element("closed").textContent = isInside ? "" : why(alliance, viewer);
}

function why(alliance, viewer) {
  if (session.name === null) return words.signInFirst;
  if (!alliance) return situation.refusal ?? words.noAlliance;
  return situation.blockage ?? (viewer ? words.noTopic : words.outsider);
}

async function begin(name) {
  situation.leave();
  leaveNotifications();
  forget();
  showWho();
  if (name === null) return;
  await situation.follow();
  await Promise.all([followNotifications(), show()]);
}

situation.addEventListener("changed", showWho);
session.follow((name) => begin(name).catch((problem) => notify(problem.code ? problem.message : words.unreachable, true)));
