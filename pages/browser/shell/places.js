// The alliances that the viewer may see, and their own place in each. Read once for each who signs in.
import { ask } from "./graphql.js";
import { session } from "./session.js";

const PLACES = "query Places { alliances { tag name viewerMember { id canAdminister } } }";
let read = null;

session.addEventListener("change", () => (read = null));

// [{ tag, name, viewerMember: { id, canAdminister } or null, isOwn }]; empty for nobody, and where it cannot be read.
// Without its key nothing of an alliance can be read, not even one's own place: that there is one, the refusal tells.
export function places() {
  if (session.name === null) return Promise.resolve([]);
  read ??= ask(PLACES).then(found, () => null).then((alliances) => alliances ?? ((read = null), []));
  return read;
}

function found({ data, errors = [] }) {
  const refused = new Set(errors.map(({ path }) => path?.join(" ")));
  return data?.alliances?.map((one, at) => {
    return { ...one, isOwn: one.viewerMember !== null || refused.has(`alliances ${at} viewerMember`) };
  });
}
