"""What most clients send: a POST of one JSON object that wants one answer. Says what is one, and answers nothing."""

from typing import Any

from starlette.requests import Request
from strawberry.http import GraphQLRequestData

_TEXT, _OBJECT = (str, type(None)), (dict, type(None))


def is_plain(request: object) -> bool:
    """Whether a request is a POST of JSON by who takes no stream. What others mean, the library knows."""
    if type(request) is not Request or request.method != "POST":
        return False
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" and "event-stream" not in request.headers.get("accept", "").lower()


def request_data(body: dict[str, Any]) -> GraphQLRequestData | None:
    """What a body asks; None where a part of it is of another kind, which the library words."""
    query, variables = body.get("query"), body.get("variables")
    name, extensions = body.get("operationName"), body.get("extensions")
    if (
        isinstance(query, _TEXT)
        and isinstance(variables, _OBJECT)
        and isinstance(name, _TEXT)
        and isinstance(extensions, _OBJECT)
    ):
        return GraphQLRequestData(query=query, variables=variables, operation_name=name, extensions=extensions)
    return None
