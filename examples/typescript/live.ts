// The posts of a topic as they come, over a socket that is opened again when it breaks: none is left out, none comes twice.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { PostsDocument, type PostsSubscription, type PostsSubscriptionVariables } from "./generated/graphql.js";
import { type FieldError, Refused } from "./request.js";
import type { Session } from "./session.js";

const MOST_WAIT_MS = 10_000;
const FORBIDDEN = 4403;
// What a machine that was asleep finds on waking; graphql-ws takes it for final.
const ASLEEP = 1011;

type Post = PostsSubscription["postAdded"];

/** `place` says where to begin; it moves on with each post. Ends by `stop()`, or with the reason why it cannot go on. */
export function follow(session: Session, place: PostsSubscriptionVariables, onPost: (post: Post) => void) {
  let token: string | undefined;
  let refused: string | undefined;
  const url = new URL(session.endpoint);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = createClient({
    url: url.href,
    webSocketImpl: WebSocket,
    keepAlive: 10_000,
    // Asked at each try, so that a new socket speaks with a token that is good.
    connectionParams: async () => ({ authorization: `Bearer ${(token = await session.token(refused))}` }),
    shouldRetry: () => true,
    retryAttempts: Infinity,
    retryWait: (tries) => new Promise((done) => setTimeout(done, Math.min(MOST_WAIT_MS, 100 * 2 ** tries) * Math.random())),
    on: {
      closed: (event) => {
        // The token ended: the socket comes back with another one.
        if ((event as { code?: number }).code === FORBIDDEN) refused = token;
      },
    },
  });

  async function listen(): Promise<void> {
    for (;;) {
      // graphql-ws sends these variables again when it reconnects, as they are then.
      const posts = socket.iterate<PostsSubscription>({ query: PostsDocument.toString(), variables: place });
      try {
        for await (const { data, errors } of posts) {
          if (!data) throw errors;
          place.after = data.postAdded.cursor;
          onPost(data.postAdded);
        }
        return;
      } catch (error) {
        resume(error);
      }
    }
  }

  /** Returns where the subscription can go on from `place`, and else throws the reason. */
  function resume(error: unknown): void {
    const [refusal] = Array.isArray(error) ? (error as FieldError[]) : [];
    if (refusal?.extensions.code === "EVENTS_MISSED") place.after = refusal.extensions.after ?? null;
    else if (refusal) throw new Refused(refusal);
    else if ((error as { code?: number }).code !== ASLEEP) throw error;
  }

  return { ended: listen(), stop: () => socket.dispose() };
}
