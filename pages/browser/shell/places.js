// The alliances that the viewer may see, and their own place in each. Read once for each who signs in.
import { ask } from "./graphql.js";
import { session } from "./session.js";

const PLACES = "query Places { alliances { tag name viewerMember { id canAdminister } } }";
let read = null;

session.addEventListener("change", () => (read = null));

// [{ tag, name, viewerMember: { id, canAdminister } or null }]; empty for nobody, and where it cannot be read.
export function places() {
  if (session.name === null) return Promise.resolve([]);
  read ??= ask(PLACES).then(({ data }) => data?.alliances ?? [], () => ((read = null), []));
  return read;
}
