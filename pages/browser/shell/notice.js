// What the page tells its reader: one line under the header, and toasts. Says nothing by itself.
import { Refused, Unreachable } from "./refused.js";
import { element, words } from "./text.js";

const TOAST_MS = 12_000;

// The line under the header; "" clears it.
export function notify(text, isProblem = false) {
  element("notice").textContent = text;
  element("notice").classList.toggle("problem", isProblem);
}

// Says why something did not come about; that the session is over is said once, by whoever saw its end.
export function complain(problem) {
  if (problem.code === "UNAUTHENTICATED" && element("notice").textContent === words.expired) return;
  if (!(problem instanceof Refused || problem instanceof Unreachable)) throw problem;
  notify(problem instanceof Refused ? problem.message : words.unreachable, true);
}

// Clears the line where it still says this.
export function clear(text) {
  if (element("notice").textContent === text) notify("");
}

// level: INFO, SUCCESS, WARNING or ERROR; the last two stay until they are closed.
export function toast({ message, level }) {
  const box = document.createElement("div");
  box.className = `toast ${level.toLowerCase()}`;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", words.close);
  close.addEventListener("click", () => box.remove());
  box.append(message, close);
  element("toasts").append(box);
  if (level === "INFO" || level === "SUCCESS") setTimeout(() => box.remove(), TOAST_MS);
}
