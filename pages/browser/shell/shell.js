// What every page does by itself: the header's links, signing in and out, the theme, the line about the connection.
import { connection } from "./connection.js";
import { clear, notify } from "./notice.js";
import { places } from "./places.js";
import { session } from "./session.js";
import { keepTheme, nextTheme, theme } from "./theme_choice.js";
import { addressOf, showTabs } from "./tabs.js";
import { element, say, words } from "./text.js";

const BACK_MS = 6000;
const form = element("sign-in");
let delayed = null;
const NEEDS_NO_SIGN_IN = document.querySelector("main").dataset.signIn === "none";

function showWho() {
  clear(delayed);
  if (session.name !== null) [words.welcome, words.expired, words.signedOut].forEach(clear);
  form.hidden = session.name !== null || NEEDS_NO_SIGN_IN;
  element("account").hidden = session.name === null;
  element("name").textContent = session.name ?? "";
  showPlaces();
  showTabs();
}

async function showPlaces() {
  const own = (await places()).filter(({ isOwn }) => isOwn);
  const list = element("places");
  list.querySelectorAll("[data-alliance]").forEach((entry) => entry.remove());
  const entries = own.flatMap(({ tag, name }) => [
    placeLink(tag, addressOf(tag), tag, name),
    placeLink(tag, addressOf(tag, "/own"), own.length > 1 ? say(words.ownPage, { name: tag }) : words.tab_own, ""),
  ]);
  list.firstElementChild.after(...entries);
  markCurrent();
}

function placeLink(tag, href, text, title) {
  const entry = document.createElement("li");
  entry.dataset.alliance = tag;
  entry.append(Object.assign(document.createElement("a"), { href, textContent: text, title }));
  return entry;
}

function markCurrent() {
  for (const link of document.querySelectorAll(".bar li a")) {
    if (new URL(link.href).pathname === location.pathname) link.setAttribute("aria-current", "page");
  }
}

function showTheme() {
  const [sign, name] = { "": ["◐", words.themeSystem], light: ["☀", words.themeLight], dark: ["☾", words.themeDark] }[theme()];
  Object.assign(element("theme"), { textContent: sign, title: name });
  element("theme").setAttribute("aria-label", name);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  const { login, password, stay } = Object.fromEntries(new FormData(form));
  button.disabled = true;
  try {
    await session.signIn({ login, password }, stay !== undefined);
    notify("");
    form.elements.password.value = "";
  } catch (problem) {
    notify(problem.code ? problem.message : words.unreachable, true);
    if (!problem.code) return;
    form.elements.password.value = "";
    form.elements.password.focus();
  } finally {
    button.disabled = false;
  }
});

element("sign-out").addEventListener("click", () => {
  notify(words.signedOut);
  session.signOut().catch(() => notify(words.unreachable, true));
});

element("theme").addEventListener("click", () => {
  keepTheme(nextTheme());
  showTheme();
});

connection.addEventListener("lost", () => {
  element("live").className = "lost";
  element("live").textContent = words.lost;
});

connection.addEventListener("back", () => {
  clear(words.unreachable);
  element("live").className = "back";
  element("live").textContent = words.back;
  setTimeout(() => connection.isLost || (element("live").textContent = ""), BACK_MS);
});

session.addEventListener("ended", () => {
  notify(words.expired, true);
  if (!form.hidden) form.elements.login.focus();
});
session.addEventListener("delayed", ({ detail }) => {
  delayed = say(words.delayed, { seconds: detail });
  notify(delayed, true);
});
showTheme();
markCurrent();
session.follow(showWho);
