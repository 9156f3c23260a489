// GraphiQL on this service: prepared tabs with the viewer's own alliance in them, and signing in. Tokens are session.js's.
import { Refused, signIn } from "./session.js";

const OWN_PLACES = "query OwnPlaces { alliances { tag viewerMember { id canAdminister } } }";
// What GraphiQL may keep between visits. Its history would keep headers, and with them tokens typed by hand.
const LAYOUT = /^graphiql:(theme|visiblePlugin|\w+Flex)$/;
// What the socket is closed with where its token is worth nothing.
const FORBIDDEN_SOCKET = /\b4403\b/;

const element = (id) => document.getElementById(id);
const setup = JSON.parse(element("setup").textContent);
const words = JSON.parse(element("words").textContent);
const nowhere = { tag: "TAG", memberId: words.memberId };
const root = ReactDOM.createRoot(element("graphiql"));
const explorer = GraphiQLPluginExplorer.explorerPlugin();
const prepared = new Set(setup.tabs.map((tab) => tab.query));
const kept = new Map();
const storage = {
  getItem: (key) => (LAYOUT.test(key) ? localStorage.getItem(key) : kept.get(key) ?? null),
  setItem: (key, value) => (LAYOUT.test(key) ? localStorage.setItem(key, value) : kept.set(key, value)),
  removeItem: (key) => (LAYOUT.test(key) ? localStorage.removeItem(key) : kept.delete(key)),
  clear: () => kept.clear(),
  get length() {
    return kept.size;
  },
};
let session = null;
let edited = false;
let shown = nowhere;

function notify(text, isProblem = false) {
  element("notice").textContent = text;
  element("notice").classList.toggle("problem", isProblem);
}

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
async function ownPlace(own) {
  const alliances = (await own.ask(OWN_PLACES)).data?.alliances ?? [];
  const best = (rank) => alliances.find(({ viewerMember }) => rank(viewerMember));
  const alliance = best((member) => member?.canAdminister) ?? best((member) => member) ?? alliances[0];
  const { tag } = alliance ?? nowhere;
  const memberId = alliance?.viewerMember?.canAdminister ? alliance.viewerMember.id : words.memberId;
  return { tag, memberId };
}

// Made anew for each request, since a token is good for minutes.
async function send(own, ...request) {
  const headers = own ? { Authorization: `Bearer ${await own.bearer()}` } : {};
  const fetcher = GraphiQL.createFetcher({
    url: location.pathname,
    subscriptionUrl: `${location.origin.replace(/^http/, "ws")}${location.pathname}`,
    headers,
    wsConnectionParams: headers,
    enableIncrementalDelivery: false,
  });
  return fetcher(...request);
}

// Follows what comes back for a session: the first sign that its token is worth nothing ends it.
function seen(own, answer) {
  const results = Array.isArray(answer) ? answer : [answer];
  const codes = results.flatMap((result) => result?.errors ?? []).map((error) => error.extensions?.code);
  if (codes.includes("UNAUTHENTICATED")) own?.end();
  return answer;
}

// A subscription that goes on with each new token, on a socket of its own. No async generator: its return() would wait
// for the next event, and a stopped subscription would go on.
function followed(own, first, again) {
  let events = first[Symbol.asyncIterator]();
  const renew = async () => {
    const old = events;
    events = (await again())[Symbol.asyncIterator]();
    old.return();
  };
  own?.addEventListener("renewed", renew);
  const stop = () => own?.removeEventListener("renewed", renew);
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
          return seen(own, event.value), event;
        } catch (error) {
          if (current !== events) continue;
          if (FORBIDDEN_SOCKET.test(error?.message)) own?.end();
          throw error;
        }
      }
    },
    return: (value) => (stop(), events.return(value)),
    throw: (error) => (stop(), events.throw(error)),
  };
}

async function fetcher(own, ...request) {
  const answer = await send(own, ...request);
  return answer?.[Symbol.asyncIterator] ? followed(own, answer, () => send(own, ...request)) : seen(own, answer);
}

function show(next) {
  session = next;
  element("sign-in").hidden = session !== null;
  element("account").hidden = session === null;
  element("name").textContent = session?.name ?? "";
  root.render(
    React.createElement(GraphiQL, {
      key: JSON.stringify(shown),
      fetcher: (...request) => fetcher(next, ...request),
      schema: session || setup.openSchema ? undefined : null,
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

function expire() {
  show(null);
  notify(words.expired, true);
  element("sign-in").elements.login.focus();
}

element("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const [button] = form.getElementsByTagName("button");
  const { login, password } = Object.fromEntries(new FormData(form));
  button.disabled = true;
  try {
    const own = await signIn(login, password, expire);
    form.elements.password.value = "";
    prefill(await ownPlace(own));
    notify("");
    show(own);
  } catch (error) {
    const isRefused = error instanceof Refused;
    notify(isRefused ? error.message : words.unreachable, true);
    if (isRefused) {
      form.elements.password.value = "";
      form.elements.password.focus();
    }
  } finally {
    button.disabled = false;
  }
});

element("sign-out").addEventListener("click", () => {
  const own = session;
  show(null);
  notify(words.signedOut);
  own.signOut().catch(() => notify(words.unreachable, true));
});

// Queries are not kept, as they may hold passwords: leaving with one that was written here is worth a question.
addEventListener("beforeunload", (event) => {
  if (edited) event.preventDefault();
});

show(null);
