// What may come instead of an answer. Thrown by session.js and graphql.js.

// errors: as GraphQL tells them. `message` is for the reader, `code` and `field` for the page.
export class Refused extends Error {
  constructor(errors) {
    const [{ message, path, extensions }] = errors;
    super(message);
    this.errors = errors;
    this.path = path;
    this.code = extensions?.code;
    this.field = extensions?.field;
    this.retryAfter = extensions?.retryAfter;
  }
}

export class Unreachable extends Error {}
