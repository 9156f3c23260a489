// GraphiQL on this service: prepared tabs, and signing in. The token lives in this script's memory and nowhere else.
"use strict";

const LOGIN = "mutation Login($input: LoginInput!) { login(input: $input) { accessToken user { username } } }";
const LOGOUT = "mutation Logout { logout }";
// What GraphiQL may keep between visits. Its history would keep headers, and with them tokens typed by hand.
const LAYOUT = /^graphiql:(theme|visiblePlugin|\w+Flex)$/;
// What the socket is closed with where its token is worth nothing.
const FORBIDDEN_SOCKET = /\b4403\b/;

const element = (id) => document.getElementById(id);
const { tabs, openSchema } = JSON.parse(element("setup").textContent);
const words = JSON.parse(element("words").textContent);
const root = ReactDOM.createRoot(element("graphiql"));
const explorer = GraphiQLPluginExplorer.explorerPlugin();
const prepared = new Set(tabs.map((tab) => tab.query));
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

function notify(text, isProblem = false) {
  element("notice").textContent = text;
  element("notice").classList.toggle("problem", isProblem);
}

// Follows what comes back for a session: the first sign that its token is worth nothing ends it.
function watch(own) {
  const seen = (answer) => {
    const results = Array.isArray(answer) ? answer : [answer];
    const codes = results.flatMap((result) => result?.errors ?? []).map((error) => error.extensions?.code);
    if (codes.includes("UNAUTHENTICATED")) expire(own);
    return answer;
  };
  const failed = (error) => {
    if (FORBIDDEN_SOCKET.test(error?.message)) expire(own);
    throw error;
  };
  return (answer) => {
    if (!answer?.[Symbol.asyncIterator]) return seen(answer);
    // No async generator here: its return() would wait for the next event, and a stopped subscription would go on.
    const events = answer[Symbol.asyncIterator]();
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => events.next().then((event) => (seen(event.value), event), failed),
      return: (value) => events.return(value),
      throw: (error) => events.throw(error),
    };
  };
}

function show(next) {
  session = next;
  element("sign-in").hidden = session !== null;
  element("account").hidden = session === null;
  element("name").textContent = session?.name ?? "";
  const headers = session ? { Authorization: `Bearer ${session.token}` } : {};
  const send = GraphiQL.createFetcher({
    url: location.pathname,
    subscriptionUrl: `${location.origin.replace(/^http/, "ws")}${location.pathname}`,
    headers,
    wsConnectionParams: headers,
    enableIncrementalDelivery: false,
  });
  const seen = watch(session);
  root.render(
    React.createElement(GraphiQL, {
      fetcher: async (...request) => seen(await send(...request)),
      schema: session || openSchema ? undefined : null,
      defaultTabs: tabs,
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

function expire(own) {
  if (own === null || own !== session) return;
  show(null);
  notify(words.expired, true);
  element("sign-in").elements.login.focus();
}

async function ask(query, variables, token) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(location.pathname, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return response.json();
}

element("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const [button] = form.getElementsByTagName("button");
  const { login, password } = Object.fromEntries(new FormData(form));
  button.disabled = true;
  try {
    const { data, errors } = await ask(LOGIN, { input: { login, password } });
    form.elements.password.value = "";
    if (errors) {
      notify(errors[0].message, true);
      form.elements.password.focus();
    } else {
      notify("");
      show({ token: data.login.accessToken, name: data.login.user.username });
    }
  } catch {
    notify(words.unreachable, true);
  } finally {
    button.disabled = false;
  }
});

element("sign-out").addEventListener("click", () => {
  const { token } = session;
  show(null);
  notify(words.signedOut);
  ask(LOGOUT, {}, token).catch(() => notify(words.unreachable, true));
});

// Queries are not kept, as they may hold passwords: leaving with one that was written here is worth a question.
addEventListener("beforeunload", (event) => {
  if (edited) event.preventDefault();
});

show(null);
