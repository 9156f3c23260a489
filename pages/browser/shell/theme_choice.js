// The theme as the reader chooses it: the system's, light, dark. theme.js sets it before the page is drawn.
// Event "theme" of the document's element: it is another one.

const THEMES = ["", "light", "dark"];
const root = document.documentElement;

export const theme = () => (THEMES.includes(root.dataset.theme) ? root.dataset.theme : "");

export const nextTheme = () => THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];

export function keepTheme(chosen) {
  root.dataset.theme = chosen;
  try {
    localStorage.setItem("pheromone:theme", chosen);
  } catch {
    // It holds for this page.
  }
  root.dispatchEvent(new Event("theme"));
}
