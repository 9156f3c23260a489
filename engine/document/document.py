"""The one parse of a document that a client sent, within limits: limits, costs, keys and transports all ask here.

Whatever fails here is an error with a code, and is answered as such: nothing parses a second time.
"""

from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
)

from domain.core.refusal import Code, Refusal
from engine.execution.cost import Cost
from engine.operation.context import Context

MAX_QUERY_LENGTH = 100_000
MAX_TOKENS = 8_000
MAX_COMMENTS = 1_000
KEPT_DOCUMENTS = 256
KEPT_TOKENS = 1_000
"""A longer document is read anew each time: parsed it takes 600 bytes a token, and anybody may send many."""

KEPT_LENGTH = 8_000
"""Characters of a document that is kept: its text, comments too, stays with it."""

LONGEST_LABEL = 64

_NOTHING = DocumentNode(definitions=())


@dataclass(slots=True, eq=False)
class Document:
    """A query as it was read, or why it cannot be; and what validation said of it, asked of `schema`.

    `uses` counts how often it was run.
    """

    parsed: DocumentNode = _NOTHING
    failure: GraphQLError | None = None
    schema: GraphQLSchema | None = None
    errors: list[GraphQLError] = field(default_factory=list)
    costs: dict[str | None, Cost] = field(default_factory=dict)
    uses: int = 0

    @property
    def operations(self) -> list[OperationDefinitionNode]:
        return [one for one in self.parsed.definitions if isinstance(one, OperationDefinitionNode)]

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation of this name; without a name the only one."""
        return get_operation_ast(self.parsed, name)

    def label(self, name: str | None) -> str:
        """What the log calls the operation: the name that its author gave it, else its kind."""
        found = self.operation(name)
        if found is None:
            return ""
        return found.name.value[:LONGEST_LABEL] if found.name else found.operation.value


_KEPT: dict[str, Document] = {}
"""By their text, the last used last: hashing the parsed document would walk it at each request."""


def document_of(context: Context | None, query: str) -> Document:
    """The document of an operation, read once for it, and once for all operations where it is short."""
    found = None if context is None else context.memory.get((document_of, query))
    if found is None:
        found = read(query)
        if context is not None:
            context.memory[document_of, query] = found
    document: Document = found
    return document


def refuse(context: Context, query: str, failure: GraphQLError) -> None:
    """Has the document of this operation refused unread."""
    context.memory[document_of, query] = Document(failure=failure)


def is_kept(query: str) -> bool:
    return kept_document(query) is not None


def kept_document(query: str) -> Document | None:
    return _KEPT.get(query) if len(query) <= KEPT_LENGTH else None


def read(query: str) -> Document:
    found = _KEPT.pop(query, None) or _parsed(query)
    if found.failure is None and len(query) <= KEPT_LENGTH and found.parsed.token_count <= KEPT_TOKENS:
        _KEPT[query] = found
        if len(_KEPT) > KEPT_DOCUMENTS:
            del _KEPT[next(iter(_KEPT))]
    return found


def too_complex(message: str, most: int | None = None, node: OperationDefinitionNode | None = None) -> GraphQLError:
    """Past a limit: the code of its sentence, and the number that the sentence names."""
    refusal = Refusal(Code.TOO_COMPLEX, message, most=most)
    said = f"{message} > {most}"
    return GraphQLError(said, node, original_error=refusal, extensions={"code": Code.TOO_COMPLEX.value})


def _parsed(query: str) -> Document:
    if len(query) > MAX_QUERY_LENGTH:
        return Document(failure=too_complex("query_too_long", MAX_QUERY_LENGTH))
    try:
        return Document(parse(query, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_COMMENTS))
    except GraphQLSyntaxError as error:
        # So graphql-core ends its words for each of its limits: tokens, comments, nesting.
        aborted = error.message.endswith("Parsing aborted.")
        return Document(failure=too_complex("too_much_to_read") if aborted else error)
