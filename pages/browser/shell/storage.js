// What a page keeps for its next visit on this device. A browser that keeps nothing, or garbage, breaks no page.

const PREFIX = "pheromone:";

// What was kept under a name, as JSON; `otherwise` where nothing was, or nothing that `fits`.
export function kept(name, otherwise, fits = () => true) {
  try {
    const value = JSON.parse(localStorage.getItem(PREFIX + name));
    return value !== null && fits(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // It is forgotten with the page.
  }
}
