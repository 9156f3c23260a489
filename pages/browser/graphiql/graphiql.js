// GraphiQL on this service: prepared tabs with the viewer's own alliance in them, and signing in. Tokens are session.js's.
import { session } from "../shell/session.js";
import { notify } from "../shell/notice.js";
import { places } from "../shell/places.js";
import { theme } from "../shell/theme_choice.js";
import { element, setup, words } from "../shell/text.js";

// What GraphiQL may keep between visits. Its history would keep headers, and with them tokens typed by hand.
const LAYOUT = /^graphiql:(theme|visiblePlugin|\w+Flex)$/;
// What the socket is closed with where its token is worth nothing.
const FORBIDDEN_SOCKET = /\b4403\b/;

const nowhere = { tag: "TAG", memberId: words.memberId };
const root = ReactDOM.createRoot(element("graphiql"));
const explorer = GraphiQLPluginExplorer.explorerPlugin();
const prepared = new Set(setup.tabs.map((tab) => tab.query));
const kept = new Map();
// The device's own storage for a layout, if it has one; this page's memory for all else.
function keeping(key, act) {
  try {
    return act(LAYOUT.test(key) ? localStorage : memory);
  } catch {
    return act(memory);
  }
}
const memory = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key),
};
const storage = {
  getItem: (key) => keeping(key, (place) => place.getItem(key)),
  setItem: (key, value) => keeping(key, (place) => place.setItem(key, value)),
  removeItem: (key) => keeping(key, (place) => place.removeItem(key)),
  clear: () => kept.clear(),
  get length() {
    return kept.size;
  },
};
let asking = null;
let edited = false;
let shown = nowhere;

// A prepared tab's variables: `"$tag"` and `"$memberId"` stand for a place in an alliance.
function filled({ variables }, place) {
  return variables?.replace(/"\$(\w+)"/g, (_, name) => JSON.stringify(place[name]));
}

// Puts the viewer's place into the variables that nobody has changed. GraphiQL reads them as it is mounted.
function prefill(place) {
  const news = new Map(setup.tabs.map((tab) => [filled(tab, shown), filled(tab, place)]));
  const renewed = (variables) => news.get(variables) ?? variables;
  const state = JSON.parse(kept.get("graphiql:tabState") ?? null);
  if (state) {
    state.tabs.forEach((tab) => (tab.variables = renewed(tab.variables)));
    const { query, variables } = state.tabs[state.activeTabIndex];
    kept.set("graphiql:tabState", JSON.stringify(state));
    // By these it finds the tab that was open.
    kept.set("graphiql:query", query ?? "");
    kept.set("graphiql:variables", variables ?? "");
  }
  shown = place;
}

// Where the viewer may try the prepared queries: what they administer, else where they are, else any alliance.
async function ownPlace() {
  const alliances = await places();
  const best = (rank) => alliances.find(({ viewerMember }) => rank(viewerMember));
  const alliance = best((member) => member?.canAdminister) ?? best((member) => member) ?? alliances[0];
  const { tag } = alliance ?? nowhere;
  const memberId = alliance?.viewerMember?.canAdminister ? alliance.viewerMember.id : words.memberId;
  return { tag, memberId };
}

// Made anew for each request, since a token is good for minutes.
async function send(...request) {
  const token = await session.bearer();
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const fetcher = GraphiQL.createFetcher({
    url: location.pathname,
    subscriptionUrl: `${location.origin.replace(/^http/, "ws")}${location.pathname}`,
    headers,
    wsConnectionParams: headers,
    enableIncrementalDelivery: false,
  });
  return fetcher(...request);
}

// The first sign that a token is worth nothing has the session looked at, which may be over.
function seen(answer) {
  const results = Array.isArray(answer) ? answer : [answer];
  const codes = results.flatMap((result) => result?.errors ?? []).map((error) => error.extensions?.code);
  if (codes.includes("UNAUTHENTICATED")) look();
  return answer;
}

function look() {
  if (session.name !== null) session.renew().catch(() => {});
}

// A subscription that goes on with each new token, on a socket of its own. No async generator: its return() would wait
// for the next event, and a stopped subscription would go on.
function followed(first, again) {
  let events = first[Symbol.asyncIterator]();
  const renew = async () => {
    const old = events;
    events = (await again())[Symbol.asyncIterator]();
    old.return();
  };
  session.addEventListener("renewed", renew);
  const stop = () => session.removeEventListener("renewed", renew);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (;;) {
        const current = events;
        try {
          const event = await current.next();
          if (event.done && current !== events) continue;
          return seen(event.value), event;
        } catch (error) {
          if (current !== events) continue;
          if (FORBIDDEN_SOCKET.test(error?.message)) look();
          throw error;
        }
      }
    },
    return: (value) => (stop(), events.return(value)),
    throw: (error) => (stop(), events.throw(error)),
  };
}

async function fetcher(...request) {
  const answer = await send(...request);
  return answer?.[Symbol.asyncIterator] ? followed(answer, () => send(...request)) : seen(answer);
}

function show() {
  root.render(
    React.createElement(GraphiQL, {
      key: JSON.stringify(shown),
      fetcher: asking,
      forcedTheme: theme() || undefined,
      schema: session.name !== null || setup.openSchema ? undefined : null,
      defaultTabs: setup.tabs.map((tab) => ({ ...tab, variables: filled(tab, shown) })),
      defaultEditorToolsVisibility: "variables",
      plugins: [explorer],
      storage,
      shouldPersistHeaders: false,
      inputValueDeprecation: true,
      onEditQuery: (query) => {
        edited ||= Boolean(query) && !prepared.has(query);
      },
    }),
  );
}

async function begin() {
  asking = (...request) => fetcher(...request); // Another one has GraphiQL read the schema again.
  if (session.name !== null) prefill(await ownPlace());
  show();
}

document.documentElement.addEventListener("theme", show);
session.ready.then(() => session.name === null && notify(words.welcome));
session.follow(begin);

// Queries are not kept, as they may hold passwords: leaving with one that was written here is worth a question.
addEventListener("beforeunload", (event) => {
  if (edited) event.preventDefault();
});
