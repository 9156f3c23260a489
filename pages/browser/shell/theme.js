// The theme that the reader chose, before anything is drawn; a plain script, since modules wait. "" follows the system.
try {
  document.documentElement.dataset.theme = localStorage.getItem("pheromone:theme") ?? "";
} catch {
  // Nothing may be kept here: the system's theme it is.
}
